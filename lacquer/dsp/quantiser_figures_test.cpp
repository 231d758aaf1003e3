// What docs/dsp/conversion.md shows, and that it is so.
#include <gtest/gtest.h>

#include <cmath>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/quantiser.h"
#include "lacquer/dsp/transform/fft.h"
#include "lacquer/dsp/transform/turns.h"
#include "testkit/figure.h"
#include "testkit/signal.h"

using namespace lacquer;
using testkit::Figure;

namespace {

constexpr double rate_hz = 44100.0;
constexpr int size = 2048;

/// Mean power of the noise in thirds of an octave, in dB of plain TPDF dither in the same bins.
Figure::Points noise(double shaping, const std::vector<double>& at_hz) {
  testkit::Signal signal{1, 1 << 18, rate_hz};
  dsp::Quantiser quantiser;
  quantiser.prepare(signal.format());
  quantiser.process(signal.block(), {.shaping = shaping});
  dsp::RealFft fft{size};
  const dsp::Turns turns{size};
  std::vector<double> look(size), re(size / 2 + 1), im(re.size()), power(re.size());
  int looks = 0;
  for (int at = 0; at + size <= signal.frame_count(); at += size / 2, ++looks) {
    for (std::size_t i = 0; i < size; ++i)
      look[i] = 32768.0 * signal.at(0, at + static_cast<int>(i)) * turns.hann(i);
    fft.forward(look.data(), re.data(), im.data());
    for (std::size_t k = 0; k < re.size(); ++k) power[k] += re[k] * re[k] + im[k] * im[k];
  }
  // Rounding and dither together have a quarter of a step squared; the window keeps 3/8.
  const double flat = 0.25 * 0.375 * size * looks;
  Figure::Points points;
  for (const double hz : at_hz) {
    const auto from = static_cast<std::size_t>(hz * 0.94 * size / rate_hz);
    const auto to = std::min(static_cast<std::size_t>(hz * 1.06 * size / rate_hz), re.size() - 2);
    double sum = 0.0;
    for (std::size_t k = std::max<std::size_t>(from, 2); k <= to; ++k) sum += power[k];
    points.emplace_back(hz, db_from_power(sum / flat / static_cast<double>(to - from + 1)));
  }
  return points;
}

}  // namespace

TEST(QuantiserFigure, ShapingTakesNoiseFromWhereTheEarIsKeenest) {
  const auto at_hz = testkit::frequencies(200.0, 20500.0, 140);
  Figure figure{"Noise of 16 bits by shaping, against plain dither, at 44.1 kHz",
                {"frequency, Hz", 200.0, 22050.0, true},
                {"noise, dB", -30.0, 30.0}};
  double keenest_db = 1.0;
  for (const auto& [name, shaping] : {std::pair{"0: plain dither", 0.0},
                                      {"1: lightly", 1.0},
                                      {"2: more", 2.0},
                                      {"3: strongly", 3.0}}) {
    const auto points = noise(shaping, at_hz);
    double at_keenest_db = 0.0;
    for (const auto& [hz, level_db] : points) {
      if (hz < 3500.0) at_keenest_db = level_db;
      if (shaping == 0.0) {
        EXPECT_NEAR(level_db, 0.0, 1.0) << hz;
      }
    }
    EXPECT_LT(at_keenest_db, keenest_db) << name;
    keenest_db = std::min(at_keenest_db, -5.0);
    figure.curve(name, points);
  }
  testkit::expect_figure("quantiser_noise", figure);
}
