#include "lacquer/dsp/bands/linear_multiband.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/impulse_response.h"
#include "testkit/residual.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::LinearMultiband;
using testkit::Signal;

template <>
struct testkit::ContractTerms<LinearMultiband> {
  static LinearMultiband::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

constexpr double rate_hz = 48000.0;
constexpr double corners_hz[] = {120.0, 800.0, 4500.0};
constexpr double middle_hz = 1900.0;  // of band 3

/// Four bands that do nothing.
LinearMultiband::Settings at_rest() {
  LinearMultiband::Settings settings;
  for (auto& band : settings.bands) band = {.ratio = 1.0};
  settings.knee_db = 0.0;
  return settings;
}

LinearMultiband::Settings third_band(const dsp::MultibandSettings::Band& band) {
  auto settings = at_rest();
  settings.bands[2] = band;
  return settings;
}

Signal through(Signal signal, const LinearMultiband::Settings& settings) {
  LinearMultiband multiband;
  multiband.prepare(signal.format());
  multiband.process(signal.block(), settings);
  return signal;
}

/// Five eighths of the taps; the contract suite holds the processor to what it reports.
int latency(double rate = rate_hz) {
  return static_cast<int>(std::exp2(std::ceil(std::log2(0.3 * rate)))) / 8 * 5;
}

/// The textbook's magnitude of a band of four.
double linkwitz_riley(int band, double hz) {
  double magnitude = 1.0;
  for (int corner = 0; corner <= std::min(band, 2); ++corner) {
    const double fourth = std::pow(hz / corners_hz[corner], 4.0);
    magnitude *= (corner == band ? 1.0 : fourth) / (1.0 + fourth);
  }
  return magnitude;
}

/// Of band 3, after a second of a tone in its middle.
double settled_db(const LinearMultiband::Settings& settings, double tone_dbfs) {
  auto signal = testkit::sine(middle_hz, tone_dbfs, 1.0, rate_hz, 2);
  LinearMultiband multiband;
  multiband.prepare(signal.format());
  multiband.process(signal.block(), settings);
  return multiband.gain_db(2);
}

double heard_db() { return db_from_gain(linkwitz_riley(2, middle_hz)); }

}  // namespace

TEST(LinearMultiband, KeepsTheProcessorContract) {
  testkit::check_processor_contract<LinearMultiband>();
}

TEST(LinearMultiband, TheLatencyIsAsItsHeaderSays) {
  for (const double rate : {44100.0, 48000.0, 88200.0, 96000.0, 192000.0}) {
    LinearMultiband multiband;
    multiband.prepare({rate, 1});
    EXPECT_EQ(multiband.latency_frames(), latency(rate)) << rate;
  }
  EXPECT_EQ(latency(44100.0), 10240);
}

TEST(LinearMultiband, AtRestItIsAPureDelayBitForBitWithAnyBands) {
  const auto in = testkit::noise(3, 2, 40000, 1.0, rate_hz);
  for (const double bands : {1.0, 2.0, 3.0, 4.0}) {
    auto settings = at_rest();
    settings.band_count = bands;
    settings.corner_1_hz = 77.0;
    const auto out = through(in, settings);
    for (int f = latency(); f < in.frame_count(); ++f)
      ASSERT_EQ(out.at(1, f), in.at(1, f - latency())) << bands << " bands, frame " << f;
  }
}

TEST(LinearMultiband, ABandsGainMovesTheLinkwitzRileyShareOfItAndTurnsNoPhase) {
  for (const double rate : {44100.0, 96000.0})
    for (int band = 0; band < 4; ++band) {
      auto settings = at_rest();
      settings.bands[static_cast<std::size_t>(band)].gain_db = 6.0;
      const auto response =
          testkit::impulse_response<LinearMultiband>(settings, {1.0}, 2 * latency(rate), rate);
      for (const double hz : {30.0, 90.0, 120.0, 300.0, 800.0, 1900.0, 4500.0, 12000.0, 19000.0}) {
        const auto turn =
            std::polar(1.0, std::fmod(2.0 * pi * hz / rate * latency(rate), 2.0 * pi));
        const auto measured = testkit::response_at(response, hz) * turn;
        const double wanted = 1.0 + (gain_from_db(6.0) - 1.0) * linkwitz_riley(band, hz);
        EXPECT_NEAR(measured.real(), wanted, 1e-6) << "band " << band + 1 << " at " << hz;
        EXPECT_NEAR(measured.imag(), 0.0, 1e-6) << "band " << band + 1 << " at " << hz;
      }
    }
}

TEST(LinearMultiband, WhatRingsAheadIsSixtyDecibelsDownAfterTheTimeItsHeaderSays) {
  for (const double corner_hz : {20.0, 120.0, 800.0}) {
    LinearMultiband::Settings settings = at_rest();
    settings.band_count = 2.0;
    settings.corner_1_hz = corner_hz;
    settings.bands[0].gain_db = 6.0;
    const auto response =
        testkit::impulse_response<LinearMultiband>(settings, {1.0}, 2 * latency(), rate_hz);
    const int reach = static_cast<int>(1.63 / corner_hz * rate_hz);
    const double peak = std::abs(response.at(0, latency() - 1));  // beside the input's own impulse
    double earlier = 0.0;
    for (int f = 0; f < latency() - reach; ++f)
      earlier = std::max(earlier, std::abs(response.at(0, f)));
    EXPECT_LT(db_from_gain(earlier / peak), -59.9) << corner_hz;
    EXPECT_GT(db_from_gain(earlier / peak), -72.0) << corner_hz << ": it says too much";
    for (int n = 1; n < 4000; ++n)
      ASSERT_NEAR(response.at(0, latency() - n), response.at(0, latency() + n), 1e-12) << n;
  }
}

TEST(LinearMultiband, ABandIsTurnedDownAndUpByTheFormula) {
  for (const double level : {-50.0, -31.0, -29.0, -20.0, -6.0}) {
    const auto settings = third_band({.threshold_dbfs = -30.0, .ratio = 4.0, .attack_ms = 5.0});
    const double over_db = std::max(0.0, level + heard_db() + 30.0);
    EXPECT_NEAR(settled_db(settings, level), -0.75 * over_db, 0.03) << level;
  }
  auto up = third_band({.ratio = 1.0, .upward_threshold_dbfs = -30.0, .upward_ratio = 2.0});
  up.upward_range_db = 9.0;
  for (const double level : {-29.0, -40.0, -60.0}) {
    const double under_db = std::max(0.0, -30.0 - (level + heard_db()));
    EXPECT_NEAR(settled_db(up, level), std::min(9.0, 0.5 * under_db), 0.05) << level;
  }
}

TEST(LinearMultiband, OnlyTheBandThatIsLoudMoves) {
  auto signal = testkit::sine(50.0, -12.0, 1.0, rate_hz, 2);
  LinearMultiband multiband;
  multiband.prepare(signal.format());
  LinearMultiband::Settings settings;
  for (auto& band : settings.bands) band = {.threshold_dbfs = -30.0, .ratio = 4.0};
  multiband.process(signal.block(), settings);
  EXPECT_LT(multiband.gain_db(0), -12.0);
  for (int band = 1; band < 4; ++band) EXPECT_NEAR(multiband.gain_db(band), 0.0, 0.01) << band;
}

TEST(LinearMultiband, AmountScalesEveryGainInDecibels) {
  auto settings =
      third_band({.threshold_dbfs = -30.0, .ratio = 4.0, .release_ms = 500.0, .gain_db = 3.0});
  const double full_db = settled_db(settings, -6.0);
  EXPECT_LT(full_db, -10.0);
  for (const double amount : {0.2, 0.6}) {
    settings.amount = amount;
    EXPECT_NEAR(settled_db(settings, -6.0), amount * full_db, 1e-9);
  }
}

TEST(LinearMultiband, AllChannelsShareTheGains) {
  for (int loud = 0; loud < 5; ++loud) {
    auto signal = testkit::sine(middle_hz, -66.0, 0.6, rate_hz, 5);
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(loud, f) *= 1000.0;
    const auto settings = third_band({.threshold_dbfs = -30.0, .ratio = 4.0});
    const auto out = through(signal, settings);
    const auto alone = through(testkit::sine(middle_hz, -6.0, 0.6, rate_hz, 1), settings);
    for (int c = 0; c < 5; ++c)
      for (int f = 12000; f < 28000; f += 17)
        ASSERT_NEAR(out.at(c, f) * (c == loud ? 1.0 : 1000.0), alone.at(0, f), 1e-9) << c;
  }
}

TEST(LinearMultiband, ASteadyToneStaysClean) {
  for (const double hz : {30.0, 60.0, 1900.0, 7013.0}) {
    auto signal = testkit::sine(hz, -6.0, 3.0, rate_hz, 1);
    LinearMultiband::Settings settings;
    for (auto& band : settings.bands) band = {.threshold_dbfs = -30.0, .ratio = 4.0};
    EXPECT_LT(testkit::residual_db(through(signal, settings), hz, 48000), -100.0) << hz;
  }
}

TEST(LinearMultiband, OtherCornersAndAnotherNumberOfBandsFadeInsteadOfClickingAndArrive) {
  // Bands of unlike gains, so that it would be heard which band a tone is in.
  auto settings = at_rest();
  for (std::size_t b = 0; b < 4; ++b) settings.bands[b].gain_db = b % 2 == 0 ? 6.0 : -6.0;
  auto signal = testkit::sine(500.0, -12.0, 2.0, rate_hz, 2);
  LinearMultiband changing;
  changing.prepare(signal.format());
  int at = 0;
  for (const double bands : {4.0, 2.0, 1.0, 3.0, 2.0}) {
    settings.band_count = bands;
    settings.corner_1_hz = 100.0 + 100.0 * bands;
    changing.process(signal.block().frames(at, 19200), settings);
    at += 19200;
  }
  const double steepest = 2.0 * pi * 500.0 / rate_hz * gain_from_db(-12.0 + 6.0);
  for (int f = latency() + 2; f < signal.frame_count(); ++f)
    ASSERT_LT(std::abs(signal.at(0, f) - signal.at(0, f - 1)), 1.05 * steepest) << f;
  const auto steady = through(testkit::sine(500.0, -12.0, 2.0, rate_hz, 2), settings);
  for (int f = 94000; f < 96000; ++f) ASSERT_NEAR(signal.at(0, f), steady.at(0, f), 1e-9) << f;
}

TEST(LinearMultiband, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 2.0, rate_hz, 2);
  LinearMultiband multiband;
  multiband.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 4 >= 2;  // each for two blocks and a half
    LinearMultiband::Settings settings;
    settings.corner_1_hz = odd ? 100.0 : 180.0;
    settings.corner_2_hz = odd ? 900.0 : 400.0;
    settings.knee_db = odd ? 0.0 : 12.0;
    settings.amount = odd ? 1.0 : 0.5;
    for (auto& band : settings.bands)
      band = {.threshold_dbfs = odd ? -30.0 : -15.0,
              .ratio = odd ? 4.0 : 2.0,
              .upward_ratio = odd ? 1.0 : 2.0,
              .attack_ms = 30.0,
              .release_ms = 300.0,
              .gain_db = odd ? 3.0 : 0.0};
    multiband.process(signal.block().frames(step * 2000, 2000), settings);
  }
  EXPECT_LT(testkit::roughness(signal, latency() + 200), 0.02);  // a step of 0.1 dB gives 0.1
}
