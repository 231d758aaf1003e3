#include "lacquer/dsp/bands/multiband.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/residual.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Multiband;

template <>
struct testkit::ContractTerms<Multiband> {
  static Multiband::Settings neutral() {
    Multiband::Settings settings;
    settings.amount = 0.0;  // above it, the bands' all-pass remains
    return settings;
  }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

constexpr double rate_hz = 48000.0;
constexpr double middle_hz = 1900.0;  // the middle of band 3

/// Band 3 as given, the others doing nothing.
Multiband::Settings third_band(const Multiband::Band& band) {
  Multiband::Settings settings;
  for (auto& other : settings.bands) other = {.ratio = 1.0};
  settings.bands[2] = band;
  settings.knee_db = 0.0;
  return settings;
}

/// The gain of band 3 after a second of a tone in its middle.
double settled_db(const Multiband::Settings& settings, double tone_dbfs) {
  auto signal = testkit::sine(middle_hz, tone_dbfs, 1.0, rate_hz, 2);
  Multiband multiband;
  multiband.prepare(signal.format());
  multiband.process(signal.block(), settings);
  return multiband.gain_db(2);
}

/// How much of the tone band 3 hears: two Linkwitz-Riley slopes.
double heard_db() {
  const auto ratio = [](double corner_hz) {
    return std::pow(std::tan(pi * middle_hz / rate_hz) / std::tan(pi * corner_hz / rate_hz), 4.0);
  };
  return db_from_gain(ratio(800.0) / (1.0 + ratio(800.0)) / (1.0 + ratio(4500.0)));
}

}  // namespace

TEST(Multiband, KeepsTheProcessorContract) { testkit::check_processor_contract<Multiband>(); }

TEST(Multiband, WhereNothingIsCompressedTheMagnitudeIsFlat) {
  for (const double rate : {44100.0, 96000.0})
    for (const double bands : {1.0, 2.0, 3.0, 4.0}) {
      testkit::Signal impulse{1, 1 << 14, rate};
      impulse.at(0, 0) = 1e-3;
      Multiband multiband;
      multiband.prepare(impulse.format());
      Multiband::Settings settings;
      settings.band_count = bands;
      multiband.process(impulse.block(), settings);
      for (double hz = 30.0; hz < 20000.0; hz *= 1.2) {
        const auto step = std::polar(1.0, -2.0 * pi * hz / rate);
        std::complex<double> sum = 0.0;
        for (int f = impulse.frame_count(); f-- > 0;) sum = sum * step + 1e3 * impulse.at(0, f);
        EXPECT_NEAR(db_from_gain(std::abs(sum)), 0.0, 0.001) << bands << " bands, " << hz << " Hz";
      }
    }
}

TEST(Multiband, ABandIsTurnedDownByTheFormula) {
  for (const double ratio : {1.5, 4.0})
    for (const double level : {-50.0, -31.0, -29.0, -20.0, -6.0}) {
      const auto settings = third_band({.threshold_dbfs = -30.0, .ratio = ratio, .attack_ms = 5.0});
      const double over_db = std::max(0.0, level + heard_db() + 30.0);
      EXPECT_NEAR(settled_db(settings, level), -over_db * (1.0 - 1.0 / ratio), 0.03)
          << ratio << ":1 at " << level;
    }
}

TEST(Multiband, ASoftBandIsTurnedUpByTheFormulaToItsRange) {
  auto settings = third_band({.ratio = 1.0, .upward_threshold_dbfs = -30.0, .upward_ratio = 2.0});
  settings.upward_range_db = 9.0;
  for (const double level : {-10.0, -29.0, -34.0, -40.0, -47.0, -60.0, -70.0}) {
    const double under_db = std::max(0.0, -30.0 - (level + heard_db()));
    EXPECT_NEAR(settled_db(settings, level), std::min(9.0, 0.5 * under_db), 0.05) << level;
  }
}

TEST(Multiband, HissIsNotTurnedUp) {
  auto settings = third_band({.ratio = 1.0, .upward_threshold_dbfs = -30.0, .upward_ratio = 4.0});
  settings.upward_range_db = 12.0;
  EXPECT_NEAR(settled_db(settings, -75.0 - heard_db()), 5.0, 0.1);
  EXPECT_EQ(settled_db(settings, -81.0 - heard_db()), 0.0);
}

TEST(Multiband, OnlyTheBandThatIsLoudMoves) {
  auto signal = testkit::sine(60.0, -12.0, 1.0, rate_hz, 2);
  Multiband multiband;
  multiband.prepare(signal.format());
  Multiband::Settings settings;
  for (auto& band : settings.bands) band = {.threshold_dbfs = -30.0, .ratio = 4.0};
  multiband.process(signal.block(), settings);
  EXPECT_LT(multiband.gain_db(0), -12.0);
  for (int band = 1; band < 4; ++band) EXPECT_NEAR(multiband.gain_db(band), 0.0, 0.01) << band;
}

TEST(Multiband, AttackAndReleaseTakeTheirTime) {
  testkit::Signal signal{2, 96000};
  const auto tone = testkit::sine(middle_hz, -6.0, 2.0);
  for (int f = 0; f < 96000; ++f)
    signal.at(0, f) = signal.at(1, f) = tone.at(0, f) * (f >= 24000 && f < 48000 ? 1.0 : 1e-3);
  const auto settings =
      third_band({.threshold_dbfs = -30.0, .ratio = 4.0, .attack_ms = 20.0, .release_ms = 200.0});
  const double full_db = -(24.0 + heard_db()) * 0.75;
  Multiband multiband;
  multiband.prepare(signal.format());
  int attacked = 0, released = 0;
  for (int f = 0; f < 96000; f += 16) {
    multiband.process(signal.block().frames(f, 16), settings);
    const double gain_db = multiband.gain_db(2);
    if (!attacked && gain_db < full_db * (1.0 - std::exp(-1.0))) attacked = f - 24000;
    if (f > 48000 && !released && gain_db > full_db * std::exp(-1.0)) released = f - 48000;
  }
  EXPECT_NEAR(attacked / 48.0, 20.0, 1.0);
  EXPECT_NEAR(released / 48.0, 200.0, 4.0);
}

TEST(Multiband, AmountScalesEveryGainInDecibels) {
  auto settings =
      third_band({.threshold_dbfs = -30.0, .ratio = 4.0, .release_ms = 500.0, .gain_db = 3.0});
  const double full_db = settled_db(settings, -6.0);
  for (const double amount : {0.2, 0.6}) {
    settings.amount = amount;
    EXPECT_NEAR(settled_db(settings, -6.0), amount * full_db, 1e-9);
  }
}

TEST(Multiband, AllChannelsShareTheGains) {
  for (const int channels : {2, 5})
    for (int loud = 0; loud < channels; ++loud) {
      auto signal = testkit::sine(middle_hz, -66.0, 0.5, rate_hz, channels);
      for (int f = 0; f < signal.frame_count(); ++f) signal.at(loud, f) *= 1000.0;
      auto alone = testkit::sine(middle_hz, -6.0, 0.5, rate_hz, 1);
      const auto settings = third_band({.threshold_dbfs = -30.0, .ratio = 4.0});
      Multiband multiband, reference;
      multiband.prepare(signal.format());
      reference.prepare(alone.format());
      multiband.process(signal.block(), settings);
      reference.process(alone.block(), settings);
      for (int c = 0; c < channels; ++c)
        for (int f = 12000; f < 24000; f += 17)
          ASSERT_NEAR(signal.at(c, f) * (c == loud ? 1.0 : 1000.0), alone.at(0, f), 1e-9) << c;
    }
}

TEST(Multiband, ASteadyToneStaysClean) {
  for (const double hz : {30.0, 60.0, 1900.0, 7013.0}) {
    auto signal = testkit::sine(hz, -6.0, 3.0, rate_hz, 1);
    Multiband multiband;
    multiband.prepare(signal.format());
    Multiband::Settings settings;
    for (auto& band : settings.bands) band = {.threshold_dbfs = -30.0, .ratio = 4.0};
    multiband.process(signal.block(), settings);
    EXPECT_LT(testkit::residual_db(signal, hz, 48000), -100.0) << hz;
  }
}

TEST(Multiband, TheStepsOfTheGainLeaveNoTrace) {
  // A tone that swells twenty times a second by 30 dB: the gain moves all the time. A gain in steps
  // of 16 frames would put images of its movement 3 kHz beside the tone.
  for (const double hz : {2000.0, 7000.0}) {
    auto signal = testkit::sine(hz, 0.0, 2.0, rate_hz, 1);
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(0, f) *= gain_from_db(-21.0 - 15.0 * std::cos(2.0 * pi * 20.0 * f / rate_hz));
    Multiband multiband;
    multiband.prepare(signal.format());
    Multiband::Settings settings;
    for (auto& band : settings.bands)
      band = {.threshold_dbfs = -30.0, .ratio = 4.0, .attack_ms = 1.0, .release_ms = 20.0};
    multiband.process(signal.block(), settings);
    double image = 0.0;
    for (int k = -6; k <= 6; ++k)
      image = std::max(image, testkit::component(signal, hz + 3000.0 + 20.0 * k, 48000));
    EXPECT_LT(db_from_gain(image / testkit::component(signal, hz, 48000)), -90.0) << hz;
  }
}

TEST(Multiband, AnotherNumberOfBandsFadesInsteadOfClickingAndArrives) {
  auto signal = testkit::sine(500.0, -6.0, 1.0, rate_hz, 2);
  Multiband::Settings settings;
  for (auto& band : settings.bands) band = {.ratio = 1.0};
  Multiband changing;
  changing.prepare(signal.format());
  int at = 0;
  for (const double bands : {4.0, 2.0, 1.0, 3.0, 2.0}) {
    settings.band_count = bands;
    changing.process(signal.block().frames(at, 9600), settings);
    at += 9600;
  }
  for (int f = 1; f < signal.frame_count(); ++f)
    ASSERT_LT(std::abs(signal.at(0, f) - signal.at(0, f - 1)), 0.04) << f;
  auto fresh = testkit::sine(500.0, -6.0, 1.0, rate_hz, 2);
  Multiband steady;
  steady.prepare(fresh.format());
  steady.process(fresh.block(), settings);
  for (int f = 46000; f < 48000; ++f) ASSERT_NEAR(signal.at(0, f), fresh.at(0, f), 1e-6) << f;
}

TEST(Multiband, SwitchedOffTheSamplesPassBitForBitAgain) {
  auto signal = testkit::noise(4, 2, 20000, 0.5);
  const auto in = signal;
  Multiband multiband;
  multiband.prepare(signal.format());
  Multiband::Settings settings;
  multiband.process(signal.block().frames(0, 10000), settings);
  settings.amount = 0.0;
  multiband.process(signal.block().frames(10000, 10000), settings);
  EXPECT_NE(signal.at(0, 9999), in.at(0, 9999));
  for (int f = 12000; f < 20000; ++f) ASSERT_EQ(signal.at(1, f), in.at(1, f)) << f;
}

TEST(Multiband, WhatWasHeardBeforeItWasSwitchedOffDoesNotComeBack) {
  Multiband multiband;
  multiband.prepare({rate_hz, 2});
  Multiband::Settings settings;
  auto loud = testkit::noise(6, 2, 4800, 1.0);
  multiband.process(loud.block(), settings);
  settings.amount = 0.0;
  auto off = testkit::noise(7, 2, 4800, 1.0);
  multiband.process(off.block(), settings);
  settings.amount = 1.0;
  testkit::Signal silence{2, 4800, rate_hz};
  multiband.process(silence.block(), settings);
  EXPECT_EQ(silence.peak(), 0.0);
}

TEST(Multiband, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 1.0, rate_hz, 2);
  Multiband multiband;
  multiband.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 8 >= 4;
    Multiband::Settings settings;
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
    multiband.process(signal.block().frames(step * 1000, 1000), settings);
  }
  EXPECT_LT(testkit::roughness(signal, 200), 0.02);  // a step of 0.1 dB gives 0.1
}
