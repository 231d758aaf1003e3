#include "lacquer/measure/levels/correlation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using measure::Parts;
using testkit::Signal;

namespace {

/// The right channel of a piece in the middle turned over, at a level of its own.
Signal with_inverted_piece(double from_s, double length_s, double level_db) {
  Signal signal = testkit::noise(3, 2, 48000 * 8, 0.3);
  const int from = static_cast<int>(from_s * 48000.0);
  const int to = from + static_cast<int>(length_s * 48000.0);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const bool inside = f >= from && f < to;
    if (inside) signal.at(0, f) *= gain_from_db(level_db);
    signal.at(1, f) = signal.at(0, f) * (inside ? -1.0 : 1.0);
  }
  return signal;
}

}  // namespace

TEST(Correlation, TheWorst400MillisecondsAreFoundWithTheirPlace) {
  for (const double from_s : {0.3, 3.0, 7.0}) {
    const auto stereo = stereo_of(with_inverted_piece(from_s, 0.5, 0.0));
    EXPECT_NEAR(stereo.worst_correlation.value(), -1.0, 1e-9);
    EXPECT_NEAR(stereo.worst_correlation_start_s.value(), from_s + 0.05, 0.0601);
    EXPECT_GT(stereo.correlation.value(), 0.8);
  }
  // Half of a window turned over cancels the other half.
  EXPECT_NEAR(stereo_of(with_inverted_piece(3.0, 0.2, 0.0)).worst_correlation.value(), 0.0, 0.05);
}

TEST(Correlation, WhatIsMuchSofterThanTheProgrammeDoesNotCount) {
  EXPECT_NEAR(stereo_of(with_inverted_piece(3.0, 1.0, -12.0)).worst_correlation.value(), -1.0,
              1e-9);
  // The edges of the passage, where both are in the window, still agree.
  EXPECT_GT(stereo_of(with_inverted_piece(3.0, 1.0, -35.0)).worst_correlation.value(), 0.9);
}

TEST(Correlation, EachSecondHasItsOwnCorrelationAndWidth) {
  const auto noise = testkit::noise(5, 2, 48000, 0.3);
  auto mono = noise, inverted = noise, left = noise;
  for (int f = 0; f < 48000; ++f) {
    mono.at(1, f) = mono.at(0, f);
    inverted.at(1, f) = -inverted.at(0, f);
    left.at(1, f) = 0.0;
  }
  const auto series =
      measured(testkit::concatenate({mono, noise, inverted, left, Signal{2, 24000}}),
               only(&Parts::stereo))
          .series;
  ASSERT_EQ(series.correlation.size(), 5u);
  EXPECT_NEAR(series.correlation[0].value(), 1.0, 1e-9);
  EXPECT_NEAR(series.width[0].value(), 0.0, 1e-9);
  EXPECT_NEAR(series.correlation[1].value(), 0.0, 0.02);
  EXPECT_NEAR(series.width[1].value(), 0.5, 0.01);
  EXPECT_NEAR(series.correlation[2].value(), -1.0, 1e-9);
  EXPECT_NEAR(series.width[2].value(), 1.0, 1e-9);
  EXPECT_FALSE(series.correlation[3]) << "one channel has nothing to correlate with";
  EXPECT_NEAR(series.width[3].value(), 0.5, 1e-9);
  EXPECT_FALSE(series.correlation[4] || series.width[4]) << "silence";
}

TEST(Correlation, SilenceAndPiecesShorterThanAWindowHaveNoWorst) {
  EXPECT_FALSE(stereo_of(Signal{2, 48000}).worst_correlation);
  EXPECT_FALSE(stereo_of(testkit::noise(1, 2, 18000, 0.3)).worst_correlation);
  EXPECT_TRUE(stereo_of(testkit::noise(1, 2, 19200, 0.3)).worst_correlation);
}
