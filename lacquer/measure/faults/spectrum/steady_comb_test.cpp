#include "lacquer/measure/faults/spectrum/steady_comb.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"

using namespace lacquer;
using namespace lacquer::measure;

namespace {

constexpr double rate_hz = 2000.0;

/// Notes of noise that swell and fade but never pause, at -30 dBFS, and hum of eight partials.
SteadyComb heard(double hum_dbfs, double hum_hz, double searched_hz, double pulse_hz = 0.0) {
  SteadyCombs combs{2, rate_hz};
  std::mt19937 random{11};
  double phase = 0.0, squares = 0.0;
  for (int h = 1; h <= 8; ++h) squares += 0.5 / (h * h);
  for (int i = 0; i < 25 * 2000; ++i) {
    const double at_s = i / rate_hz;
    const double swell = 0.2 + std::pow(std::sin(pi * at_s / 0.7), 2);
    const auto noise = [&] {
      return 0.055 * swell * (static_cast<double>(random()) / 2147483648.0 - 1.0);
    };
    phase += 2.0 * pi * hum_hz / rate_hz;
    double hum = 0.0;
    for (int h = 1; h <= 8; ++h) hum += std::sin(h * phase + h * h) / h;
    hum *= gain_from_db(hum_dbfs) / std::sqrt(squares);
    if (pulse_hz > 0.0 && std::fmod(at_s * pulse_hz + 1e-6, 1.0) < 0.01 * pulse_hz) hum += 0.05;
    const auto left = static_cast<float>(noise() + hum), right = static_cast<float>(noise() + hum);
    combs.add(&left, &right, 1);
  }
  return combs.search(searched_hz);
}

}  // namespace

TEST(SteadyComb, HumUnderMusicThatNeverPausesIsFoundWithItsFrequencyAndLevel) {
  for (const double hz : {50.02, 59.97}) {
    const SteadyComb comb = heard(-48.0, hz, std::round(hz));
    EXPECT_TRUE(comb.found());
    EXPECT_NEAR(comb.frequency_hz, hz, 0.01);
    EXPECT_NEAR(db_from_power(comb.total_power()), -48.0, 3.0);
  }
}

TEST(SteadyComb, MusicAndTheOtherMainsAreNotHum) {
  EXPECT_FALSE(heard(-200.0, 50.0, 50.0).found());
  EXPECT_FALSE(heard(-200.0, 50.0, 60.0).found());
  EXPECT_FALSE(heard(-48.0, 50.02, 60.0).found());
}

TEST(SteadyComb, APulseOfARhythmOnTheExactHertzIsNotHum) {
  for (const double pulse_hz : {2.0, 2.5, 5.0, 10.0 / 3.0})
    for (const double mains_hz : {50.0, 60.0})
      EXPECT_FALSE(heard(-200.0, 50.0, mains_hz, pulse_hz).found()) << pulse_hz << " " << mains_hz;
}
