#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/spectrum/test_music.h"

using namespace lacquer;
using namespace lacquer::measure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 16000.0;

/// Many slow tones that wander, as a motor or a truck outside.
void add_rumble(Signal& signal, double rms_dbfs) {
  constexpr int tones = 30;
  const double gain = gain_from_db(rms_dbfs) * std::sqrt(2.0 / tones);
  for (int n = 0; n < tones; ++n) {
    const auto turn = std::polar(1.0, 2.0 * pi * (6.0 + 0.47 * n) / signal.format().sample_rate_hz);
    auto value = std::polar(gain, 2.4 * n * n);
    for (int f = 0; f < signal.frame_count(); ++f) {
      for (int c = 0; c < signal.channel_count(); ++c) signal.at(c, f) += value.real();
      value *= turn;
    }
  }
}

Signal programme(std::uint32_t seed) {
  return testkit::concatenate(
      {song(seed, 20.0, 55.0, rate_hz), Signal{2, static_cast<int>(6.0 * rate_hz), rate_hz}});
}

std::vector<Finding> rumble(const Signal& signal, int split = 160) {
  return heard_by(rumble_detector, signal, split);
}

}  // namespace

TEST(Rumble, UnderMusicThatPausesIsTold) {
  for (const double rms_dbfs : {-55.0, -40.0, -30.0}) {
    auto signal = programme(1);
    add_rumble(signal, rms_dbfs);
    const auto found = rumble(signal);
    ASSERT_EQ(found.size(), 1u) << rms_dbfs;
    EXPECT_NEAR(found[0].value, rms_dbfs, 3.0);
    EXPECT_EQ(found[0].severity, rms_dbfs > -45.0 ? Severity::warn : Severity::info);
  }
}

TEST(Rumble, KicksAndDeepBassesAreMusic) {
  EXPECT_TRUE(rumble(programme(2)).empty());
  EXPECT_TRUE(rumble(testkit::concatenate({song(3, 20.0, 27.5, rate_hz), programme(4)})).empty());
  Signal kicks{2, static_cast<int>(24.0 * rate_hz), rate_hz};
  for (int beat = 0; beat < 40; ++beat)
    if (beat % 8 != 7) add_note(kicks, 0.5 * beat, 0.4, 28.0, 0.7, 0.12);
  EXPECT_TRUE(rumble(kicks).empty());
}

TEST(Rumble, AnOffsetIsNotRumbleNorIsSilence) {
  auto signal = programme(5);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) += 0.05;
  EXPECT_TRUE(rumble(signal).empty());
  EXPECT_TRUE(rumble(Signal{2, 160000, rate_hz}).empty());
}
