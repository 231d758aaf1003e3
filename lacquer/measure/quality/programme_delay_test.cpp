#include "lacquer/measure/quality/programme_delay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::find_programme_delay;

namespace {

/// Noise, low-passed so that values between the samples can be made.
double wave(double at) {
  double sum = 0.0;
  for (int n = 0; n < 40; ++n) sum += std::sin(0.011 * (1.0 + n * 1.7 + 0.13 * n * n) * at + n * n);
  return sum;
}

std::vector<double> waves(double from, int count, double gain = 1.0) {
  std::vector<double> samples;
  for (int i = 0; i < count; ++i) samples.push_back(gain * wave(from + i));
  return samples;
}

}  // namespace

TEST(ProgrammeDelay, FindsWhereTheExcerptLies) {
  const auto excerpt = waves(10000.0, 4000);
  for (const int late : {-2900, -1, 0, 7, 2500}) {
    const auto found = find_programme_delay(excerpt, waves(10000.0 - 3000.0 - late, 10000), 3000);
    EXPECT_NEAR(found.frames, late, 1e-3) << late;
    EXPECT_NEAR(found.correlation, 1.0, 1e-6);
  }
}

TEST(ProgrammeDelay, FindsAPartOfAFrame) {
  const auto excerpt = waves(10000.0, 4000);
  for (const double late : {12.25, -40.5, 0.1}) {
    const auto found = find_programme_delay(excerpt, waves(10000.0 - 1000.0 - late, 6000), 1000);
    EXPECT_NEAR(found.frames, late, 2e-3) << late;
  }
}

TEST(ProgrammeDelay, AnInvertedProgrammeCorrelatesNegatively) {
  const auto found =
      find_programme_delay(waves(500.0, 3000), waves(500.0 - 100.0, 4000, -0.3), 100);
  EXPECT_NEAR(found.frames, 0.0, 1e-3);
  EXPECT_NEAR(found.correlation, -1.0, 1e-6);
}

TEST(ProgrammeDelay, ProgrammesThatHaveNothingInCommonHardlyCorrelate) {
  const auto a = testkit::noise(1, 1, 20000, 0.5), b = testkit::noise(2, 1, 60000, 0.5);
  std::vector<double> excerpt, other;
  for (int f = 0; f < 20000; ++f) excerpt.push_back(a.at(0, f));
  for (int f = 0; f < 60000; ++f) other.push_back(b.at(0, f));
  EXPECT_LT(std::abs(find_programme_delay(excerpt, other, 0).correlation), 0.1);
  EXPECT_EQ(
      find_programme_delay(std::vector<double>(100), std::vector<double>(500), 50).correlation,
      0.0);
}
