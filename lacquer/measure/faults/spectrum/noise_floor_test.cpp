#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

/// White noise of so many dBFS RMS; A-weighting takes some 2 dB of it at 48 kHz.
Signal with_hiss(Signal signal, double rms_dbfs, std::uint32_t seed) {
  const double gain = gain_from_db(rms_dbfs) * std::sqrt(3.0);
  const auto noise = testkit::noise(seed, signal.channel_count(), signal.frame_count(), gain,
                                    signal.format().sample_rate_hz);
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) += noise.at(c, f);
  return signal;
}

/// Music that stops for two seconds.
Signal paused_song(std::uint32_t seed) {
  return testkit::concatenate({song(seed, 10.0), Signal{2, 96000}, song(seed + 1, 5.0)});
}

std::vector<Finding> floor_of(const Signal& signal, int split = 480) {
  return heard_by(noise_floor_detector, signal, split);
}

}  // namespace

TEST(NoiseFloor, HissInAPauseIsTold) {
  for (const double rms_dbfs : {-55.0, -48.0, -42.0}) {
    const auto found = floor_of(with_hiss(paused_song(1), rms_dbfs, 5));
    ASSERT_EQ(found.size(), 1u) << rms_dbfs;
    EXPECT_NEAR(found[0].value, rms_dbfs - 2.0, 2.0);
    EXPECT_EQ(found[0].severity, rms_dbfs > -46.0 ? Severity::warn : Severity::info) << rms_dbfs;
    EXPECT_LE(found[0].start_s, 10.5);
    EXPECT_GE(found[0].end_s, 11.5);
  }
}

TEST(NoiseFloor, WhatHardlyAnybodyHearsIsNotTold) {
  EXPECT_TRUE(floor_of(with_hiss(paused_song(2), -66.0, 6)).empty());
}

TEST(NoiseFloor, MusicThatPausesInSilenceOrNeverHasNone) {
  EXPECT_TRUE(floor_of(paused_song(3)).empty());
  EXPECT_TRUE(floor_of(song(4, 15.0)).empty());
  EXPECT_TRUE(floor_of(Signal{2, 480000}).empty());
}

TEST(NoiseFloor, AFadeOfNoiseIsNotAFloorNorIsASoftChord) {
  auto cymbal = testkit::noise(7, 2, 48000 * 12, 0.1);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < cymbal.frame_count(); ++f)
      cymbal.at(c, f) *= std::pow(10.0, -4.0 * f / cymbal.frame_count());
  EXPECT_TRUE(floor_of(cymbal).empty());

  Signal chord{2, 48000 * 6};
  for (const double hz : {220.0, 277.2, 329.6}) add_note(chord, 0.0, 6.0, hz, 0.002, 1000.0);
  EXPECT_TRUE(floor_of(testkit::concatenate({song(5, 10.0), chord})).empty());
}

TEST(NoiseFloor, IsTheSameForAnyBlocks) {
  const auto signal = with_hiss(paused_song(6), -50.0, 8);
  const auto whole = floor_of(signal), split = floor_of(signal, 77);
  ASSERT_EQ(whole.size(), 1u);
  ASSERT_EQ(split.size(), 1u);
  EXPECT_EQ(whole[0].value, split[0].value);
}
