#include "lacquer/measure/levels/level_histogram.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>

#include "lacquer/base/units.h"

using namespace lacquer;
using measure::LevelHistogram;

namespace {

constexpr int classes_per_db = 100;

/// Levels of a programme with loud, soft and silent stretches.
std::vector<double> powers() {
  std::mt19937 random{7};
  std::vector<double> result;
  for (int i = 0; i < 20000; ++i) {
    const double level_db = -12.0 - 0.004 * static_cast<double>(random() % 4096) -
                            (i % 3 == 0 ? 11.0 : 0.0) - (i % 17 == 0 ? 60.0 : 0.0);
    result.push_back(power_from_db(level_db));
  }
  result.push_back(0.0);
  return result;
}

LevelHistogram filled(const std::vector<double>& values) {
  LevelHistogram histogram{-75.0, 15.0, classes_per_db};
  for (const double value : values) histogram.add(value);
  return histogram;
}

std::vector<double> above(const std::vector<double>& values, double threshold) {
  std::vector<double> result;
  for (const double value : values)
    if (value >= threshold) result.push_back(value);
  std::sort(result.begin(), result.end());
  return result;
}

}  // namespace

TEST(LevelHistogram, AGatedMeanIsTheOneOverEveryBlockWithinAThousandthOfADecibel) {
  const auto values = powers();
  const auto histogram = filled(values);
  for (double gate_db = -60.0; gate_db < -10.0; gate_db += 0.37) {
    const auto counted = above(values, power_from_db(gate_db));
    if (counted.size() < 100) continue;
    double sum = 0.0;
    for (const double value : counted) sum += value;
    const double mean_db = db_from_power(sum / static_cast<double>(counted.size()));
    EXPECT_NEAR(db_from_power(histogram.mean_from(power_from_db(gate_db))), mean_db, 0.001)
        << gate_db;
  }
}

TEST(LevelHistogram, APercentileIsWithinOneClassOfTheSortedBlocks) {
  const auto values = powers();
  const auto histogram = filled(values);
  const double gate = power_from_db(-40.0);
  const auto counted = above(values, gate);
  for (const double share : {0.0, 0.1, 0.5, 0.95, 1.0}) {
    const auto rank =
        static_cast<std::size_t>(std::lround(share * static_cast<double>(counted.size() - 1)));
    EXPECT_NEAR(db_from_power(histogram.percentile_from(gate, share)), db_from_power(counted[rank]),
                1.0 / classes_per_db)
        << share;
  }
}

TEST(LevelHistogram, WhatIsBelowEveryClassIsCountedAndWhatIsAboveKeepsItsPower) {
  const auto histogram = filled({0.0, 1e-9, 1.0, 1e4});
  EXPECT_EQ(histogram.count(), 4);
  EXPECT_DOUBLE_EQ(histogram.mean_from(0.5), 0.5 * (1.0 + 1e4));
  EXPECT_DOUBLE_EQ(histogram.mean_from(0.0), 0.5 * (1.0 + 1e4));
}

TEST(LevelHistogram, AnEmptyOneHasNoMeanAndNoPercentile) {
  const LevelHistogram histogram{-75.0, 15.0, classes_per_db};
  EXPECT_EQ(histogram.mean_from(0.0), 0.0);
  EXPECT_EQ(histogram.percentile_from(0.0, 0.5), 0.0);
}
