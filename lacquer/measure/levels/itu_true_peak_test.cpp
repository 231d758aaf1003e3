#include "lacquer/measure/levels/itu_true_peak.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels/true_peak.h"
#include "lacquer/measure/levels/true_peak_testing.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;

namespace {

// BS.1770-4, Annex 2: the 48 taps in the order of the upsampled stream, row by row of the table.
constexpr double prototype[48] = {
    0.0017089843750,  -0.0291748046875, -0.0189208984375, -0.0083007812500, 0.0109863281250,
    0.0292968750000,  0.0330810546875,  0.0148925781250,  -0.0196533203125, -0.0517578125000,
    -0.0582275390625, -0.0266113281250, 0.0332031250000,  0.0891113281250,  0.1015625000000,
    0.0476074218750,  -0.0594482421875, -0.1665039062500, -0.2003173828125, -0.1022949218750,
    0.1373291015625,  0.4650878906250,  0.7797851562500,  0.9721679687500,  0.9721679687500,
    0.7797851562500,  0.4650878906250,  0.1373291015625,  -0.1022949218750, -0.2003173828125,
    -0.1665039062500, -0.0594482421875, 0.0476074218750,  0.1015625000000,  0.0891113281250,
    0.0332031250000,  -0.0266113281250, -0.0582275390625, -0.0517578125000, -0.0196533203125,
    0.0148925781250,  0.0330810546875,  0.0292968750000,  0.0109863281250,  -0.0083007812500,
    -0.0189208984375, -0.0291748046875, 0.0017089843750};

/// The standard's own words: three zeros after each sample, the filter, the largest size.
double everywhere(const std::vector<double>& samples, int keep_each = 1) {
  std::vector<double> upsampled(4 * samples.size() + 48);
  for (std::size_t f = 0; f < samples.size(); ++f) upsampled[4 * f] = samples[f];
  double peak = 0.0;
  for (const double sample : samples) peak = std::max(peak, std::abs(sample));
  for (std::size_t n = 0; n < upsampled.size(); n += static_cast<std::size_t>(keep_each)) {
    double value = 0.0;
    for (std::size_t tap = 0; tap < 48 && tap <= n; ++tap)
      value += prototype[tap] * upsampled[n - tap];
    peak = std::max(peak, std::abs(value));
  }
  return peak;
}

double by_meter(const std::vector<double>& samples, double rate_hz = 48000.0, int split = 480) {
  static const measure::TruePeakFilters filters;
  measure::TruePeakMeter meter{filters, rate_hz, true};
  peak_by(meter, samples, split);
  return meter.itu_peak();
}

}  // namespace

TEST(ItuTruePeak, SkippingNeverMissesAPeakOfTheStandardsFilter) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    const int frames = 300 + static_cast<int>(seed) * 31;
    const auto signal = hard_to_search(seed, frames, 170.0);
    const auto samples = channel(signal);
    EXPECT_NEAR(by_meter(samples), everywhere(samples), 1e-14) << seed;
    EXPECT_NEAR(by_meter(samples, 96000.0), everywhere(samples, 2), 1e-14) << seed;
    EXPECT_EQ(by_meter(samples, 192000.0), signal.peak()) << seed;
  }
}

TEST(ItuTruePeak, APeakAHairAboveAnEarlierOneIsNotSkipped) {
  for (std::uint32_t seed = 0; seed < 60; ++seed) {
    auto samples = channel(testkit::bursts(seed, 1, 400, 0.9));
    if (seed % 2)  // the signs of a phase: as much between the samples as there can be
      for (std::size_t tap = 0; tap < 12; ++tap)
        samples[200 + tap] = prototype[4 * tap + 1] > 0.0 ? -0.9 : 0.9;
    const double earlier = 0.999 * everywhere(samples);
    samples.insert(samples.begin(), 100, 0.0);
    samples[10] = earlier;
    EXPECT_NEAR(by_meter(samples), everywhere(samples), 1e-14) << seed;
  }
}

TEST(ItuTruePeak, RingingBeforeTheFirstAndAfterTheLastSampleCounts) {
  std::vector<double> rising, falling;
  for (int f = 0; f < 64; ++f) {
    rising.push_back((f % 2 == 0 ? 0.5 : -0.5) * (f + 1) / 64.0);
    falling.insert(falling.begin(), rising.back());
  }
  for (const auto& samples : {rising, falling, std::vector<double>{0.5}, std::vector<double>(65)})
    EXPECT_NEAR(by_meter(samples), everywhere(samples), 1e-15);
  EXPECT_EQ(by_meter({}), 0.0);
}

TEST(ItuTruePeak, AnyBlockSplitGivesTheSameBits) {
  const auto samples = channel(testkit::bursts(5, 1, 20000, 1.0));
  const double whole = by_meter(samples, 8000.0, 20000);
  for (const int split : {1, 7, 80, 4096}) EXPECT_EQ(by_meter(samples, 8000.0, split), whole);
}

// EBU Tech 3341 v4, cases 15 to 19, with its own tolerance, which this filter needs.
TEST(ItuTruePeak, Tech3341Cases15To19) {
  for (const auto& c : tech_3341_cases_15_to_19) {
    const double value = measured(tech_3341_tone(c, 48000.0)).peak.itu_dbtp.value();
    EXPECT_LE(value, c.expected_dbtp + 0.2) << c.divisor << " " << c.phase_degrees;
    EXPECT_GE(value, c.expected_dbtp - 0.4) << c.divisor << " " << c.phase_degrees;
  }
}

// As cases 20 to 23 of Tech 3341 ask: one peak, the samples beside it a quarter of a step apart. A
// swell to exactly full scale, written as a formula, so that its peak needs no interpolation.
TEST(ItuTruePeak, APeakIsFoundWhereverTheSamplesStandBesideIt) {
  for (const double divisor : {4.0, 6.0})
    for (int quarter = 0; quarter < 4; ++quarter) {
      testkit::Signal signal{1, 9600};
      for (int f = 0; f < signal.frame_count(); ++f) {
        const double frames = f - 4800.0 + 0.25 * quarter;
        signal.at(0, f) = (0.5 + 0.5 * std::exp(-0.5 * frames * frames / 3600.0)) *
                          std::cos(2.0 * pi * frames / divisor) *
                          std::min(1.0, std::min(f, signal.frame_count() - 1 - f) / 480.0);
      }
      const auto peak = measured(signal).peak;
      EXPECT_NEAR(peak.true_dbtp.value(), 0.0, 0.01) << divisor << " " << quarter;
      EXPECT_LE(peak.itu_dbtp.value(), 0.23) << divisor << " " << quarter;
      EXPECT_GE(peak.itu_dbtp.value(), -0.4) << divisor << " " << quarter;
    }
}
