#include "lacquer/dsp/repair/dehum.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Dehum;

template <>
struct testkit::ContractTerms<Dehum> {
  static Dehum::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

testkit::Signal dehummed(testkit::Signal signal, const Dehum::Settings& settings) {
  Dehum dehum;
  dehum.prepare(signal.format());
  dehum.process(signal.block(), settings);
  return signal;
}

/// The gain in dB at each frequency, from an impulse response.
std::vector<double> gains_db(const Dehum::Settings& settings, const std::vector<double>& at_hz,
                             double rate_hz = 48000.0) {
  testkit::Signal impulse{1, static_cast<int>(6.0 * rate_hz / settings.width_hz), rate_hz};
  impulse.at(0, 0) = 1.0;
  const auto response = dehummed(impulse, settings);
  std::vector<double> gains;
  for (const double hz : at_hz) {
    std::complex<double> sum = 0.0;
    const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
    for (int f = response.frame_count(); f-- > 0;) sum = sum * step + response.at(0, f);
    gains.push_back(db_from_gain(std::abs(sum)));
  }
  return gains;
}

/// What one notch of this depth takes at a distance from its middle.
double notch_db(double from_middle_hz, const Dehum::Settings& settings) {
  const double g = gain_from_db(-settings.amount * settings.depth_db);
  const double x = 2.0 * from_middle_hz / settings.width_hz;
  return db_from_power((x * x + g * g) / (x * x + 1.0));
}

}  // namespace

TEST(Dehum, KeepsTheProcessorContract) { testkit::check_processor_contract<Dehum>(); }

TEST(Dehum, EveryHarmonicIsAsDeepAsAskedAndTheNextIsUntouched) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const double fundamental_hz : {49.97, 60.0}) {
      const Dehum::Settings settings{
          .fundamental_hz = fundamental_hz, .harmonics = 6.0, .width_hz = 3.0, .depth_db = 36.0};
      std::vector<double> harmonics, middles;
      for (int k = 1; k <= 6; ++k) harmonics.push_back(k * fundamental_hz);
      for (int k = 0; k <= 7; ++k) middles.push_back((k + 0.5) * fundamental_hz);
      middles.push_back(7.0 * fundamental_hz);
      for (const double gain_db : gains_db(settings, harmonics, rate_hz))
        EXPECT_NEAR(gain_db, -36.0, 0.1) << rate_hz;
      for (const double gain_db : gains_db(settings, middles, rate_hz))
        EXPECT_NEAR(gain_db, 0.0, 0.04) << "half way to the next";
    }
}

TEST(Dehum, ANotchHasTheShapeOfItsFormula) {
  for (const double width_hz : {1.0, 4.0}) {
    const Dehum::Settings settings{.harmonics = 1.0, .width_hz = width_hz, .depth_db = 30.0};
    const double beside_hz[] = {0.0, 0.25, 0.5, 1.0, 5.0};
    std::vector<double> at_hz;
    for (const double widths : beside_hz) at_hz.push_back(50.0 + widths * width_hz);
    const auto gains = gains_db(settings, at_hz);
    for (std::size_t n = 0; n < gains.size(); ++n)
      EXPECT_NEAR(gains[n], notch_db(beside_hz[n] * width_hz, settings), 0.15) << beside_hz[n];
  }
}

TEST(Dehum, HumGoesAndTheMusicBesideItStays) {
  constexpr double rate_hz = 44100.0;
  auto hum = testkit::Signal{1, 5 * 44100, rate_hz};
  for (int f = 0; f < hum.frame_count(); ++f)
    for (int k = 1; k <= 8; ++k)
      hum.at(0, f) += 0.01 / k * std::sin(2.0 * pi * 50.0 * k * f / rate_hz + k);
  const auto after = dehummed(hum, {});
  double before = 0.0, left = 0.0;
  for (int f = 3 * 44100; f < hum.frame_count(); ++f) {
    before += hum.at(0, f) * hum.at(0, f);
    left += after.at(0, f) * after.at(0, f);
  }
  EXPECT_NEAR(db_from_power(left / before), -30.0, 0.2);
  // Even semitones right beside a notch stay.
  for (const double note_hz : {46.25, 51.91, 55.0, 98.0, 103.83})
    EXPECT_GT(gains_db({}, {note_hz})[0], -0.8) << note_hz;
  EXPECT_GT(gains_db({}, {1000.0})[0], -0.001);
}

TEST(Dehum, AmountScalesTheDepthInDecibels) {
  EXPECT_NEAR(gains_db({.depth_db = 40.0, .amount = 0.5}, {100.0})[0], -20.0, 0.1);
  EXPECT_NEAR(gains_db({.depth_db = 40.0, .amount = 0.25}, {150.0})[0], -10.0, 0.1);
}

TEST(Dehum, WhatRingsFallsBySixtyDecibelsInTheStatedTime) {
  testkit::Signal stroke{1, 96000, 48000.0};
  for (int f = 0; f < 24000; ++f) stroke.at(0, f) = std::sin(2.0 * pi * 50.0 * f / 48000.0);
  const auto out = dehummed(stroke, {.harmonics = 1.0, .width_hz = 2.0, .depth_db = 60.0});
  const auto peak = [&](int first) {
    double highest = 0.0;
    for (int f = first; f < first + 960; ++f) highest = std::max(highest, std::abs(out.at(0, f)));
    return highest;
  };
  const int later = static_cast<int>(48000.0 * 2.2 / 2.0);
  EXPECT_NEAR(db_from_gain(peak(24000 + later) / peak(24000)), -60.0, 1.0);
}

TEST(Dehum, HarmonicsAboveTheBandAreLeftOutAndNothingBreaks) {
  const Dehum::Settings settings{.fundamental_hz = 500.0, .harmonics = 20.0};
  const auto out = dehummed(testkit::noise(1, 1, 20000, 0.5, 16000.0), settings);
  EXPECT_LT(out.peak(), 1.0);
}

TEST(Dehum, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(100.0, -6.0, 1.0, 48000.0, 2);
  Dehum dehum;
  dehum.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 8 >= 4;
    dehum.process(signal.block().frames(step * 1000, 1000), {.fundamental_hz = odd ? 50.0 : 50.3,
                                                             .harmonics = odd ? 8.0 : 1.0,
                                                             .width_hz = odd ? 1.0 : 4.0,
                                                             .depth_db = odd ? 40.0 : 20.0,
                                                             .amount = odd ? 1.0 : 0.6});
  }
  EXPECT_LT(testkit::roughness(signal, 200), 0.01);  // a step of 0.1 dB gives 0.1
}
