#include "lacquer/measure/faults/waveform/clipping.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::ClippingMeter;
using testkit::Signal;

namespace {

std::vector<measure::ClippedPassage> passages(const Signal& signal, int channel = 0,
                                              int split = 480) {
  ClippingMeter meter{signal.format().sample_rate_hz};
  std::vector<double> samples;
  for (int f = 0; f < signal.frame_count(); ++f) samples.push_back(signal.at(channel, f));
  for (int at = 0; at < signal.frame_count(); at += split) {
    const int count = std::min(split, signal.frame_count() - at);
    meter.add(samples.data() + at, count, measure::range(samples.data() + at, count));
  }
  return meter.finish();
}

/// Rounded to 16 bits, as most mixes are at some point of their life.
Signal rounded(Signal signal) {
  for (int f = 0; f < signal.frame_count(); ++f)
    signal.at(0, f) = std::round(signal.at(0, f) * 32767.0) / 32767.0;
  return signal;
}

Signal chord(double peak, double seed, int frames) {
  Signal signal{1, frames};
  for (int f = 0; f < frames; ++f) {
    double sum = 0.0;
    for (int n = 0; n < 8; ++n)
      sum += std::sin(2.0 * pi * (60.0 + seed) * std::pow(1.7, n) * f / 48000.0 + n) / (n + 1.0);
    signal.at(0, f) = sum;
  }
  const double gain = peak / signal.peak();
  for (int f = 0; f < frames; ++f) signal.at(0, f) *= gain;
  return signal;
}

}  // namespace

TEST(Clipping, CleanTonesAndChordsAreNotClippedHoweverLowAndLoud) {
  for (const double frequency_hz : {10.0, 20.0, 31.7, 50.0, 100.0, 440.0, 997.0, 12000.0})
    for (const double peak_dbfs : {0.0, -0.3, -0.9, -3.0}) {
      const auto tone = testkit::sine(frequency_hz, peak_dbfs, 1.0, 48000.0, 1, 0.1);
      EXPECT_TRUE(passages(tone).empty()) << frequency_hz << " Hz at " << peak_dbfs;
      EXPECT_TRUE(passages(rounded(tone)).empty()) << frequency_hz << " Hz, 16 bit";
    }
  for (int seed = 0; seed < 20; ++seed) {
    EXPECT_TRUE(passages(chord(0.999, seed, 48000)).empty()) << seed;
    EXPECT_TRUE(passages(rounded(chord(0.95, seed, 48000))).empty()) << seed;
  }
}

TEST(Clipping, CutTonesAreFoundFromBassToTreble) {
  for (const double frequency_hz : {30.0, 60.0, 220.0, 1000.0, 3000.0})
    for (const double ceiling : {1.0, 0.93}) {
      auto tone = testkit::sine(frequency_hz, 1.5 + db_from_gain(ceiling), 1.0, 48000.0, 1, 0.1);
      for (int f = 0; f < tone.frame_count(); ++f)
        tone.at(0, f) = std::clamp(tone.at(0, f), -ceiling, ceiling);
      int runs = 0;
      for (const auto& passage : passages(rounded(tone))) runs += passage.run_count;
      EXPECT_NEAR(runs, 2.0 * frequency_hz, 1.0) << frequency_hz << " at " << ceiling;
    }
}

TEST(Clipping, APlantedPassageIsFoundInItsPlace) {
  auto signal = chord(0.9, 3, 48000 * 4);
  for (int f = 96000; f < 97000; ++f)
    signal.at(0, f) = std::clamp(signal.at(0, f) * 4.0, -0.95, 0.95);
  const auto found = passages(signal);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_GE(found[0].first_frame, 96000);
  EXPECT_LT(found[0].last_frame, 97000);
  EXPECT_GE(found[0].run_count, 3);
  EXPECT_EQ(found[0].level, 0.95);
  for (const int split : {1, 7, 192000}) EXPECT_EQ(passages(signal, 0, split).size(), 1u);
}

TEST(Clipping, RunsBelowALaterPeakWereNotTheLimit) {
  auto signal = chord(0.9, 3, 48000);
  for (int f = 0; f < 48000; ++f) signal.at(0, f) = std::clamp(signal.at(0, f) * 2.0, -0.92, 0.92);
  EXPECT_FALSE(passages(signal).empty());
  signal.at(0, 46000) = -0.99;
  signal.at(0, 47000) = 0.99;
  EXPECT_TRUE(passages(signal).empty());
}

TEST(Clipping, HundredsOfPassagesBecomeAShortListAndASum) {
  Signal signal{2, 48000 * 70};
  for (int s = 0; s < 60; ++s)
    for (int n = 0; n < 5; ++n) signal.at(1, 1000 + s * 54000 + n) = 1.0;
  measure::Meter meter{signal.format()};
  meter.add(signal.block());
  const auto m = meter.finish();
  std::vector<measure::Finding> clipping;
  for (const auto& finding : m.findings)
    if (finding.kind == "clipping") clipping.push_back(finding);
  ASSERT_EQ(clipping.size(), 21u);
  EXPECT_EQ(clipping[0].value, 60.0);
  EXPECT_EQ(clipping[0].channel, 1);
  EXPECT_NEAR(clipping[0].start_s, 1000 / 48000.0, 1e-9);
}

namespace {

int runs_found(const Signal& signal) {
  int runs = 0;
  for (const auto& passage : passages(signal)) runs += passage.run_count;
  return runs;
}

/// A chord driven into a clipper at full scale, then turned down.
Signal clipped(int seed, double drive_db, double positive, double negative, double fader_db) {
  auto signal = chord(gain_from_db(drive_db), seed, 48000);
  for (int f = 0; f < signal.frame_count(); ++f)
    signal.at(0, f) = gain_from_db(fader_db) * std::clamp(signal.at(0, f), -negative, positive);
  return signal;
}

}  // namespace

TEST(Clipping, AClipWithAFaderBehindItIsFound) {
  for (const double fader_db : {0.0, -3.0, -6.0, -12.0}) {
    int right = 0;
    for (int seed = 0; seed < 20; ++seed)
      right += runs_found(clipped(seed, 4.0, 1.0, 1.0, fader_db)) >= 3;
    EXPECT_GE(right, 19) << fader_db;
  }
}

TEST(Clipping, OneSignIsEnough) {
  int right = 0;
  for (int seed = 0; seed < 20; ++seed)
    right += runs_found(clipped(seed, 3.0, 1.0, 9.0, -4.0)) >= 3;
  EXPECT_GE(right, 19);
}

TEST(Clipping, SixteenBitDitherDoesNotHideIt) {
  int right = 0;
  for (int seed = 0; seed < 20; ++seed) {
    auto signal = clipped(seed, 4.0, 1.0, 1.0, -2.0);
    const auto noise = testkit::noise(static_cast<std::uint32_t>(seed), 2, 48000, 0.5);
    for (int f = 0; f < 48000; ++f)
      signal.at(0, f) =
          std::round(signal.at(0, f) * 32768.0 + noise.at(0, f) + noise.at(1, f)) / 32768.0;
    right += runs_found(signal) >= 3;
  }
  EXPECT_GE(right, 19);
}

TEST(Clipping, OneSectionCutBelowALouderOneIsFound) {
  const auto quiet = clipped(4, 4.0, 1.0, 1.0, -7.0);
  const auto loud = chord(0.95, 9, 48000 * 4);
  const auto found = passages(testkit::concatenate({quiet, quiet, quiet, quiet, loud}));
  ASSERT_FALSE(found.empty());
  EXPECT_LT(found.back().last_frame, 4 * 48000);
  EXPECT_NEAR(db_from_gain(found.front().level), -7.0, 0.01);
  EXPECT_TRUE(passages(loud).empty());
}
