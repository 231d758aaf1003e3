#include "lacquer/measure/levels/true_peak.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::TruePeakFilters;
using measure::TruePeakMeter;
using testkit::Signal;

namespace {

double true_dbtp(Signal signal) {
  measure::Meter meter{signal.format(), {.loudness = false, .spectrum = false, .stereo = false}};
  meter.add(signal.block());
  return meter.finish().peak.true_dbtp.value();
}

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
  for (int at = 0; at < static_cast<int>(samples.size()); at += split)
    meter.add(samples.data() + at, std::min(split, static_cast<int>(samples.size()) - at));
  meter.finish();
  return meter.peak();
}

std::vector<double> channel(const Signal& signal) {
  std::vector<double> samples;
  for (int f = 0; f < signal.frame_count(); ++f) samples.push_back(signal.at(0, f));
  return samples;
}

/// Tech 3341: 10 ms fades, so that the ends do not ring.
Signal faded(Signal signal) {
  const int fade = static_cast<int>(0.01 * signal.format().sample_rate_hz);
  for (int f = 0; f < fade; ++f)
    for (int c = 0; c < signal.channel_count(); ++c) {
      signal.at(c, f) *= static_cast<double>(f) / fade;
      signal.at(c, signal.frame_count() - 1 - f) *= static_cast<double>(f) / fade;
    }
  return signal;
}

}  // namespace

// EBU Tech 3341 v4, cases 15 to 19: +0.2/-0.4 dB. Ours is stricter and lands within 0.05.
TEST(TruePeak, Tech3341Cases15To19) {
  struct Case {
    double divisor, amplitude, phase_degrees, expected_dbtp;
  };
  for (const double rate_hz : {44100.0, 48000.0, 96000.0})
    for (const auto& c : {Case{4, 0.50, 0.0, -6.0},
                          {4, 0.50, 45.0, -6.0},
                          {6, 0.50, 60.0, -6.0},
                          {8, 0.50, 67.5, -6.0},
                          {4, 1.41, 45.0, 3.0}}) {
      const double value =
          true_dbtp(faded(testkit::sine(rate_hz / c.divisor, db_from_gain(c.amplitude), 1.0,
                                        rate_hz, 2, c.phase_degrees * pi / 180.0)));
      EXPECT_NEAR(value, c.expected_dbtp, 0.05) << c.divisor << " " << c.phase_degrees;
    }
}

TEST(TruePeak, SkippingNeverMissesAPeak) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const auto kind = seed % 4;
    const int frames = 700 + static_cast<int>(seed) * 37;
    auto signal = kind == 0   ? testkit::noise(seed, 1, frames, 0.9)
                  : kind == 1 ? testkit::bursts(seed, 1, frames, 1.0)
                              : testkit::sine(200.0 * (seed + 1), -1.0, 0.03, 48000.0, 1, seed);
    if (kind == 3)  // limited: flat tops everywhere, the hardest to skip
      for (int f = 0; f < signal.frame_count(); ++f)
        signal.at(0, f) = std::clamp(3.0 * signal.at(0, f), -0.9, 0.9);
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
