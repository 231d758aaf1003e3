// What docs/dsp/stereo.md shows, and that it is so.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/stereo/bass_mono.h"
#include "lacquer/dsp/stereo/stereo.h"
#include "testkit/figure.h"
#include "testkit/impulse_response.h"

using namespace lacquer;
using testkit::Figure;

namespace {

constexpr double rate_hz = 48000.0;
constexpr int frames = 1 << 14;

/// Of the side (sign -1) or the middle (1), from an impulse of it.
template <typename T>
Figure::Points response(const typename T::Settings& settings, double sign,
                        const std::vector<double>& at_hz) {
  const auto impulse = testkit::impulse_response<T>(settings, {1.0, sign}, frames, rate_hz);
  Figure::Points points;
  for (const double hz : at_hz) {
    const auto left = testkit::response_at(impulse, hz, 0);
    const auto right = testkit::response_at(impulse, hz, 1);
    points.emplace_back(hz, db_from_gain(std::max(1e-5, std::abs(0.5 * (left + sign * right)))));
  }
  return points;
}

}  // namespace

TEST(BassMonoFigure, TheSideFallsByTwentyFourDecibelsAnOctaveAndTheMiddleStaysFlat) {
  Figure figure{
      "Bass mono below 120 Hz", {"frequency, Hz", 20.0, 2000.0, true}, {"gain, dB", -60.0, 6.0}};
  const auto at_hz = testkit::frequencies(20.0, 2000.0, 160);
  const auto side = response<dsp::BassMono>({.frequency_hz = 120.0}, -1.0, at_hz);
  for (const auto& [hz, gain_db] : side) {
    const double w4 = std::pow(hz / 120.0, 4.0);
    EXPECT_NEAR(gain_db, db_from_gain(w4 / (1.0 + w4)), 0.05) << hz;
  }
  const auto middle = response<dsp::BassMono>({.frequency_hz = 120.0}, 1.0, at_hz);
  for (const auto& [hz, gain_db] : middle) EXPECT_NEAR(gain_db, 0.0, 1e-4) << hz;
  figure.curve("side", side);
  figure.curve("side, amount 0.5",
               response<dsp::BassMono>({.frequency_hz = 120.0, .amount = 0.5}, -1.0, at_hz));
  figure.curve("middle", middle);
  testkit::expect_figure("bass_mono", figure);
}

TEST(StereoFigure, EveryBandOfTheSideHasItsWidthAndTheMiddleKnowsNothingOfIt) {
  Figure figure{"Width of three bands: what becomes of the side",
                {"frequency, Hz", 20.0, 20000.0, true},
                {"gain, dB", -25.0, 6.0}};
  const auto at_hz = testkit::frequencies(20.0, 20000.0, 240);
  struct Shown {
    const char* name;
    dsp::Stereo::Settings settings;
    double low_db, middle_db, high_db;
  };
  for (const Shown& one : {Shown{"low 0.1", {.width_low = 0.1}, -20.0, 0.0, 0.0},
                           {"middle 1.5", {.width_middle = 1.5}, 0.0, 3.52, 0.0},
                           {"high 0.5", {.width_high = 0.5}, 0.0, 0.0, -6.02}}) {
    const auto side = response<dsp::Stereo>(one.settings, -1.0, at_hz);
    // 20 Hz, 832 Hz and 20 kHz: the corners are 200 Hz and 4 kHz.
    EXPECT_NEAR(side.front().second, one.low_db, 0.6) << one.name;
    EXPECT_NEAR(side[129].second, one.middle_db, 0.5) << one.name;
    EXPECT_NEAR(side.back().second, one.high_db, 0.5) << one.name;
    figure.curve(one.name, side);
  }
  const auto middle = response<dsp::Stereo>({.width_low = 0.1}, 1.0, at_hz);
  for (const auto& [hz, gain_db] : middle) EXPECT_NEAR(gain_db, 0.0, 1e-9) << hz;
  figure.curve("middle, always", middle, Figure::Line::dashed);
  testkit::expect_figure("stereo_widths", figure);
}
