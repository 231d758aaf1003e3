#include "lacquer/measure/levels/levels.h"

#include <gtest/gtest.h>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using testkit::Signal;

TEST(Meter, CrestPlrAndPsrOfASineAreThoseOfTheFormulas) {
  const auto m = measured(testkit::sine(1000.0, -10.0, 8.0));
  EXPECT_NEAR(m.dynamics.crest_db.value(), 3.01, 0.01);
  EXPECT_NEAR(m.dynamics.plr_lu.value(), 0.0, 0.1);  // a stereo sine at -10 dBFS is -10 LUFS
  EXPECT_NEAR(m.dynamics.min_psr_lu.value(), 0.0, 0.1);
  EXPECT_NEAR(m.dynamics.dr_db.value(), 0.0, 0.01);  // RMS is sine-referenced
}

TEST(Meter, RmsIsThatOfAes17AndTheLoudest600MillisecondsStandOut) {
  const auto m = measured(
      testkit::concatenate({testkit::sine(1000.0, -20.0, 3.0), testkit::sine(1000.0, -6.0, 1.0)}));
  EXPECT_NEAR(measured(testkit::sine(1000.0, 0.0, 2.0)).dynamics.rms_dbfs.value(), 0.0, 0.01);
  EXPECT_NEAR(m.dynamics.rms_dbfs.value(),
              db_from_power(0.75 * power_from_db(-20.0) + 0.25 * power_from_db(-6.0)), 0.01);
  EXPECT_NEAR(m.dynamics.max_rms_dbfs.value(), -6.0, 0.01);
  EXPECT_FALSE(measured(testkit::sine(1000.0, -6.0, 0.5)).dynamics.max_rms_dbfs);
}

TEST(Meter, PsrOverTimeHasAValueForEachSecondWhoseWindowIsFull) {
  const auto m = measured(
      testkit::concatenate({testkit::sine(1000.0, -10.0, 6.0), testkit::sine(1000.0, -30.0, 4.5)}));
  const auto& series = m.series;
  ASSERT_EQ(series.psr_lu.size(), 10u);
  EXPECT_FALSE(series.psr_lu[0] || series.psr_lu[1]);
  for (const std::size_t s : {2u, 3u, 4u, 5u, 9u})
    EXPECT_NEAR(series.psr_lu[s].value(), 0.0, 0.1) << s;
  // Two of three seconds are 20 dB softer: the peak stays, the loudness falls.
  EXPECT_NEAR(series.psr_lu[7].value(), -db_from_power((1.0 + 0.01 + 0.01) / 3.0), 0.1);
  ASSERT_EQ(series.true_peak_dbtp.size(), 11u);
  EXPECT_NEAR(series.true_peak_dbtp[3].value(), -10.0, 0.05);
  EXPECT_NEAR(series.true_peak_dbtp[10].value(), -30.0, 0.05);
}

TEST(Meter, TheSmallestPsrIsThatOfTheDensestPassage) {
  Signal sparse = testkit::sine(1000.0, -20.0, 10.0);
  for (int f = 0; f < sparse.frame_count(); f += 24000)
    for (int n = 0; n < 48; ++n)
      for (int c = 0; c < 2; ++c) sparse.at(c, f + n) *= gain_from_db(14.0);
  const auto dense = testkit::sine(1000.0, -12.0, 6.0);
  const auto both = measured(testkit::concatenate({sparse, dense, sparse}));
  EXPECT_NEAR(both.dynamics.min_psr_lu.value(), 0.0, 0.1);
  EXPECT_GT(measured(sparse).dynamics.min_psr_lu.value(), 10.0);
}

TEST(Meter, ThePsrOfAWindowTakesThePeakOfAllItsThreeSeconds) {
  auto signal = testkit::sine(1000.0, -20.0, 3.0);
  for (int n = 0; n < 48; ++n) signal.at(0, 24000 + n) *= gain_from_db(14.0);
  EXPECT_GT(measured(signal).dynamics.min_psr_lu.value(), 12.0);
}

// DR14 worked by hand: blocks of 3 s at 48 kHz; of ten blocks the loudest two, and the second peak.
TEST(Meter, DynamicRangeFollowsTheBlocksOfTheDr14Algorithm) {
  std::vector<Signal> parts;
  for (const double peak_dbfs : {-6, -20, -20, -8, -20, -20, -20, -20, -20, -20})
    parts.push_back(testkit::sine(1000.0, peak_dbfs, 3.0));
  const double loudest = 0.5 * (power_from_db(-6.0) + power_from_db(-8.0));
  EXPECT_NEAR(measured(testkit::concatenate(parts)).dynamics.dr_db.value(),
              -8.0 - db_from_power(loudest), 0.01);
}

TEST(Meter, StereoOfKnownSignals) {
  const auto left = testkit::noise(1, 2, 96000, 0.5);
  const auto make = [&](double same, double other) {
    Signal signal = left;
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(1, f) = same * left.at(0, f) + other * left.at(1, f);
    return measured(signal).stereo;
  };
  const auto mono = make(1.0, 0.0);
  EXPECT_NEAR(mono.correlation.value(), 1.0, 1e-12);
  EXPECT_NEAR(mono.mono_loss_db.value(), 0.0, 1e-9);
  EXPECT_NEAR(mono.balance_db.value(), 0.0, 1e-9);
  EXPECT_LE(mono.side_minus_mid_db.value(), -119.0);
  const auto antiphase = make(-1.0, 0.0);
  EXPECT_NEAR(antiphase.correlation.value(), -1.0, 1e-12);
  EXPECT_LE(antiphase.mono_loss_db.value(), -119.0);
  EXPECT_GE(antiphase.side_minus_mid_db.value(), 119.0);
  const auto unrelated = make(0.0, 1.0);
  EXPECT_NEAR(unrelated.correlation.value(), 0.0, 0.02);
  EXPECT_NEAR(unrelated.mono_loss_db.value(), -3.01, 0.1);
  EXPECT_NEAR(unrelated.side_minus_mid_db.value(), 0.0, 0.2);
  const auto quieter_right = make(gain_from_db(-3.0), 0.0);
  EXPECT_NEAR(quieter_right.balance_db.value(), -3.0, 1e-6);
  EXPECT_FALSE(measured(testkit::noise(1, 1, 48000, 0.5)).stereo.correlation);
}
