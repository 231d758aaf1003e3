#include "lacquer/dsp/polyphase_interpolator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::PolyphaseInterpolator;

TEST(PolyphaseInterpolator, TheSampleItselfComesBackBitForBit) {
  const auto signal = testkit::noise(1, 1, 200, 1.0);
  const double* samples = const_cast<testkit::Signal&>(signal).block().channel(0);
  for (const int factor : {1, 3, 8, 16, 32}) {
    const PolyphaseInterpolator interpolator{factor, 32};
    std::vector<double> out(static_cast<std::size_t>(factor));
    for (int at = 20; at < 180; ++at) {
      interpolator.interpolate(samples + at, out.data());
      ASSERT_EQ(out[0], samples[at]);
    }
  }
}

TEST(PolyphaseInterpolator, ValuesBetweenTheSamplesOfASineLieOnTheSine) {
  for (const double cycles : {0.001, 0.1, 0.25, 0.35, 0.40}) {
    const PolyphaseInterpolator interpolator{8, 32};
    std::vector<double> samples(64), out(8);
    for (int i = 0; i < 64; ++i)
      samples[static_cast<std::size_t>(i)] = std::sin(2 * pi * cycles * i + 0.3);
    interpolator.interpolate(samples.data() + 31, out.data());
    for (int phase = 0; phase < 8; ++phase)
      EXPECT_NEAR(out[static_cast<std::size_t>(phase)],
                  std::sin(2 * pi * cycles * (31 + phase / 8.0) + 0.3), 2e-4)
          << cycles << " cycles a sample";
  }
}

TEST(PolyphaseInterpolator, NothingBetweenTheSamplesExceedsTheWorstGain) {
  const PolyphaseInterpolator interpolator{8, 32};
  double largest = 0.0;
  std::vector<double> out(8);
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    auto signal = testkit::noise(seed, 1, 64, 1.0);
    for (int f = 0; f < 64;
         ++f)  // full-scale signs; seed 0 has the worst pattern, sinc's own signs
      signal.at(0, f) = seed == 0 ? (f <= 31 ? (f % 2 ? 1.0 : -1.0) : (f % 2 ? -1.0 : 1.0))
                                  : std::copysign(1.0, signal.at(0, f));
    interpolator.interpolate(signal.block().channel(0) + 31, out.data());
    for (const double value : out) largest = std::max(largest, std::abs(value));
  }
  EXPECT_LE(largest, interpolator.worst_gain() * (1 + 1e-12));
  EXPECT_GT(largest, interpolator.worst_gain() * 0.999) << "the bound should be reachable";
}

TEST(PolyphaseInterpolator, ReadsNoSampleOutsideItsSpan) {
  const PolyphaseInterpolator interpolator{4, 12};
  std::vector<double> exact(12, 0.5), out(4);  // the sanitizer watches both ends
  interpolator.interpolate(exact.data() + 5, out.data());
  for (const double value : out) EXPECT_NEAR(value, 0.5, 1e-15);
}

TEST(PolyphaseInterpolator, AStraightLineStaysStraight) {
  const PolyphaseInterpolator interpolator{8, 32};
  std::vector<double> line(64), out(8);
  for (int i = 0; i < 64; ++i) line[static_cast<std::size_t>(i)] = 0.01 * i - 0.2;
  interpolator.interpolate(line.data() + 30, out.data());
  for (int phase = 0; phase < 8; ++phase)
    EXPECT_NEAR(out[static_cast<std::size_t>(phase)], 0.01 * (30 + phase / 8.0) - 0.2, 1e-15);
}

TEST(PolyphaseInterpolator, CurvatureBoundsHowFarAValueRisesAboveItsNeighbours) {
  const PolyphaseInterpolator interpolator{8, 32};
  std::vector<double> out(8);
  double closest = 0.0;
  for (std::uint32_t seed = 0; seed < 400; ++seed) {
    auto signal = testkit::noise(seed, 1, 32, 1.0);
    double* x = signal.block().channel(0);
    const int integrations = static_cast<int>(seed % 4);  // from white to very smooth
    for (int times = 0; times < integrations; ++times)
      for (int f = 1; f < 32; ++f) x[f] += 0.9 * x[f - 1];
    double curvature = 0.0;
    for (int f = 1; f < 31; ++f)
      curvature = std::max(curvature, std::abs(x[f - 1] - 2 * x[f] + x[f + 1]));
    interpolator.interpolate(x + 15, out.data());
    const double neighbours = std::max(std::abs(x[15]), std::abs(x[16]));
    for (const double value : out) {
      const double rise = std::abs(value) - neighbours;
      ASSERT_LE(rise, interpolator.curvature_gain() * curvature + 1e-12) << seed;
      closest = std::max(closest, rise / (interpolator.curvature_gain() * curvature));
    }
  }
  EXPECT_GT(closest, 0.1) << "a bound this loose would be no use";
}
