#include "lacquer/measure/quality/error_harmonics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"

using namespace lacquer;
using measure::ErrorHarmonics;

namespace {

constexpr std::size_t bins = 1025;

/// The other spectrum stands over the first by so many nepers.
template <typename Error>
double heard(Error error) {
  std::vector<double> reference(bins), other(bins);
  for (std::size_t k = 0; k < bins; ++k) {
    reference[k] = 1.0 / (1.0 + static_cast<double>(k));
    other[k] = reference[k] * std::exp(error(static_cast<double>(k)));
  }
  return ErrorHarmonics{}.look(reference, other).value();
}

double ripple(double depth, double period_bins) {
  return heard([=](double k) { return depth * std::cos(2.0 * pi * k / period_bins + 1.0); });
}

}  // namespace

TEST(ErrorHarmonics, ARippleHasASixthWhateverItsDepthAndSpacing) {
  // Its correlation is a cosine; a window of power 1 shows a quarter of 2/3 of it.
  for (const double depth : {0.01, 0.5, 3.0})
    for (const double period_bins : {4.0, 8.0, 16.0})
      EXPECT_NEAR(ripple(depth, period_bins), 1.0 / 6.0, 0.005) << depth << ' ' << period_bins;
}

TEST(ErrorHarmonics, NoErrorAndAnEvenGainHaveNone) {
  EXPECT_EQ(heard([](double) { return 0.0; }), 0.0);
  EXPECT_LT(heard([](double) { return 0.7; }), 1e-20);
}

TEST(ErrorHarmonics, AnErrorWithoutAnOrderHasLittle) {
  for (const unsigned seed : {1u, 2u, 3u, 4u}) {
    std::mt19937 random{seed};
    std::normal_distribution<double> normal;
    EXPECT_LT(heard([&](double) { return normal(random); }), 0.01) << seed;
  }
}

TEST(ErrorHarmonics, ARippleUnderNoiseIsHeardTheMoreTheDeeperItIs) {
  double last = 0.0;
  for (const double depth : {0.5, 1.0, 2.0, 4.0}) {
    std::mt19937 random{1};
    std::normal_distribution<double> normal;
    const double now =
        heard([&](double k) { return depth * std::cos(2.0 * pi * k / 8.0) + normal(random); });
    EXPECT_GT(now, 1.2 * last) << depth;
    last = now;
  }
}

TEST(ErrorHarmonics, SilentBinsAreNoErrorAndTooFewBinsNoAnswer) {
  std::vector<double> reference(bins, 1.0), other(bins, 1.0);
  other[100] = reference[101] = 0.0;
  EXPECT_EQ(ErrorHarmonics{}.look(reference, other).value(), 0.0);
  EXPECT_FALSE(ErrorHarmonics{}.look({1.0, 1.0}, {1.0, 2.0}));
}
