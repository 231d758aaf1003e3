#include "lacquer/measure/levels/true_peak.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels/true_peak_testing.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using measure::TruePeakFilters;
using measure::TruePeakMeter;

namespace {

/// Every strict value of every sample, with ringing before and after: no skipping.
double everywhere(const std::vector<double>& samples) {
  const dsp::PolyphaseInterpolator strict{TruePeakFilters::phases, TruePeakFilters::taps};
  std::vector<double> padded(128), values(TruePeakFilters::phases);
  padded.insert(padded.end(), samples.begin(), samples.end());
  padded.resize(padded.size() + 128);
  double peak = 0.0;
  for (std::size_t f = 64; f + 64 < padded.size(); ++f) {
    strict.interpolate(padded.data() + f, values.data());
    for (const double value : values) peak = std::max(peak, std::abs(value));
  }
  return peak;
}

double by_meter(const std::vector<double>& samples, double rate_hz = 48000.0, int split = 480) {
  static const TruePeakFilters filters;
  TruePeakMeter meter{filters, rate_hz};
  return peak_by(meter, samples, split);
}

}  // namespace

// EBU Tech 3341 v4, cases 15 to 19: +0.2/-0.4 dB. Ours is stricter and lands within 0.05.
TEST(TruePeak, Tech3341Cases15To19) {
  for (const double rate_hz : {44100.0, 48000.0, 96000.0})
    for (const auto& c : tech_3341_cases_15_to_19) {
      const auto m = measured(tech_3341_tone(c, rate_hz),
                              {.loudness = false, .spectrum = false, .stereo = false});
      EXPECT_NEAR(m.peak.true_dbtp.value(), c.expected_dbtp, 0.05)
          << c.divisor << " " << c.phase_degrees;
    }
}

TEST(TruePeak, SkippingNeverMissesAPeak) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const int frames = 700 + static_cast<int>(seed) * 37;
    const auto signal = hard_to_search(seed, frames, 200.0);
    const auto samples = channel(signal);
    EXPECT_NEAR(by_meter(samples), everywhere(samples), 1e-12) << seed;
  }
}

TEST(TruePeak, ThePeakOfASingleSampleIsThatSample) {
  EXPECT_EQ(by_meter({0.5}), 0.5);
  EXPECT_EQ(by_meter({}), 0.0);
}

TEST(TruePeak, RingingAfterTheLastSampleCounts) {
  // Alternating signs that swell up to the very end: the sums are largest just beyond it.
  std::vector<double> samples;
  for (int f = 0; f < 64; ++f) samples.push_back((f % 2 == 0 ? 0.5 : -0.5) * (f + 1) / 64.0);
  EXPECT_NEAR(by_meter(samples), everywhere(samples), 1e-12);
  EXPECT_GT(by_meter(samples), 0.6);
}

TEST(TruePeak, AnyBlockSplitGivesTheSameBits) {
  const auto samples = channel(testkit::bursts(5, 1, 20000, 1.0));
  const double whole = by_meter(samples, 8000.0, 20000);
  for (const int split : {1, 7, 80, 4096}) EXPECT_EQ(by_meter(samples, 8000.0, split), whole);
}

TEST(TruePeak, EachSecondHasItsOwnPeak) {
  const TruePeakFilters filters;
  TruePeakMeter meter{filters, 44100.0};
  const auto samples = channel(testkit::concatenate({testkit::sine(441.0, -6.0, 1.0, 44100.0, 1),
                                                     testkit::sine(441.0, -20.0, 1.0, 44100.0, 1),
                                                     testkit::sine(441.0, -9.0, 1.0, 44100.0, 1)}));
  meter.add(samples.data(), static_cast<int>(samples.size()));
  meter.finish();
  ASSERT_EQ(meter.peak_of_seconds().size(), 3u);
  EXPECT_NEAR(db_from_gain(meter.peak_of_seconds()[0]), -6.0, 0.01);
  EXPECT_NEAR(db_from_gain(meter.peak_of_seconds()[1]), -20.0, 0.5);  // it rings at its ends
  EXPECT_NEAR(db_from_gain(meter.peak_of_seconds()[2]), -9.0, 0.01);
}
