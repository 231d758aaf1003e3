// What docs/dsp/equalise.md shows, and that it is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "lacquer/dsp/equalise/linear_equaliser.h"
#include "testkit/figure.h"
#include "testkit/impulse_response.h"

using namespace lacquer;
using dsp::Equaliser;
using dsp::LinearEqualiser;
using testkit::Figure;

namespace {

constexpr double rate_hz = 44100.0, half_rate_hz = 22050.0;

Equaliser::Settings one_band(Equaliser::Band band) {
  Equaliser::Settings settings;
  settings.bands[0] = band;
  return settings;
}

Figure::Points measured(const Equaliser::Settings& settings, const std::vector<double>& at_hz) {
  const auto response = testkit::impulse_response<Equaliser>(settings, {1.0}, 1 << 14, rate_hz);
  Figure::Points points;
  for (const double hz : at_hz)
    points.emplace_back(hz, db_from_gain(std::abs(testkit::response_at(response, hz))));
  return points;
}

Figure::Points prototype(const Equaliser::Settings& settings, const std::vector<double>& at_hz) {
  Figure::Points points;
  for (const double hz : at_hz) points.emplace_back(hz, response_db(settings, hz));
  return points;
}

/// The same bell by the bilinear transform, as the cookbook prints it.
Figure::Points bilinear_bell(double centre_hz, double gain_db, double q,
                             const std::vector<double>& at_hz) {
  const double a = std::pow(10.0, gain_db / 40.0), turn = 2.0 * pi * centre_hz / rate_hz;
  const double alpha = std::sin(turn) / (2.0 * q);
  Figure::Points points;
  for (const double hz : at_hz) {
    const auto z = std::polar(1.0, -2.0 * pi * hz / rate_hz);
    const auto above = (1.0 + alpha * a) - 2.0 * std::cos(turn) * z + (1.0 - alpha * a) * z * z;
    const auto below = (1.0 + alpha / a) - 2.0 * std::cos(turn) * z + (1.0 - alpha / a) * z * z;
    points.emplace_back(hz, db_from_gain(std::abs(above / below)));
  }
  return points;
}

double furthest_apart_db(const Figure::Points& a, const Figure::Points& b, double up_to_hz) {
  double worst = 0.0;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (a[i].first <= up_to_hz) worst = std::max(worst, std::abs(a[i].second - b[i].second));
  return worst;
}

}  // namespace

TEST(EqualiserFigure, ABellAtTwelveKilohertzIsAsWideAsItsPrototype) {
  const auto at_hz = testkit::frequencies(1000.0, half_rate_hz, 240);
  const auto settings = one_band({.frequency_hz = 12000.0, .gain_db = 6.0, .q = 1.0});
  const auto ours = measured(settings, at_hz), wanted = prototype(settings, at_hz);
  const auto squeezed = bilinear_bell(12000.0, 6.0, 1.0, at_hz);
  EXPECT_LT(furthest_apart_db(ours, wanted, 20000.0), 0.1);
  EXPECT_GT(furthest_apart_db(squeezed, wanted, 20000.0), 2.0);

  Figure figure{"A bell of 6 dB at 12 kHz, Q 1, at 44.1 kHz",
                {"frequency, Hz", 1000.0, half_rate_hz, true},
                {"gain, dB", 0.0, 7.0}};
  figure.curve("analogue prototype", wanted);
  figure.curve("equaliser", ours, Figure::Line::dashed);
  figure.curve("bilinear transform", squeezed, Figure::Line::dotted);
  testkit::expect_figure("equaliser_bell", figure);
}

TEST(EqualiserFigure, BellsAndShelvesStayWithinATenthOfADecibelToTwentyKilohertz) {
  const auto at_hz = testkit::frequencies(20.0, half_rate_hz, 300);
  Figure figure{"Equaliser minus analogue prototype, bands of 6 dB at 44.1 kHz",
                {"frequency, Hz", 20.0, half_rate_hz, true},
                {"deviation, dB", -0.3, 0.3}};
  struct Shown {
    const char* name;
    Equaliser::Band band;
  };
  const Shown shown[] = {
      {"bell 100 Hz, Q 1", {.frequency_hz = 100.0, .gain_db = 6.0, .q = 1.0}},
      {"bell 5 kHz, Q 2", {.frequency_hz = 5000.0, .gain_db = 6.0, .q = 2.0}},
      {"bell 12 kHz, Q 0.5", {.frequency_hz = 12000.0, .gain_db = 6.0, .q = 0.5}},
      {"bell 12 kHz, Q 4", {.frequency_hz = 12000.0, .gain_db = 6.0, .q = 4.0}},
      {"low shelf 100 Hz", {Equaliser::Band::low_shelf, 100.0, 6.0}},
      {"high shelf 8 kHz", {Equaliser::Band::high_shelf, 8000.0, 6.0}},
  };
  for (const Shown& one : shown) {
    const auto settings = one_band(one.band);
    auto apart = measured(settings, at_hz);
    const auto wanted = prototype(settings, at_hz);
    EXPECT_LT(furthest_apart_db(apart, wanted, 20000.0), 0.1) << one.name;
    for (std::size_t i = 0; i < apart.size(); ++i) apart[i].second -= wanted[i].second;
    figure.curve(one.name, apart);
  }
  testkit::expect_figure("equaliser_deviation", figure);
}

TEST(EqualiserFigure, EveryTypeOfBandAsItIs) {
  const auto at_hz = testkit::frequencies(20.0, half_rate_hz, 240);
  Figure figure{"The six types of band, measured at 44.1 kHz",
                {"frequency, Hz", 20.0, half_rate_hz, true},
                {"gain, dB", -10.0, 8.0}};
  const std::pair<const char*, Equaliser::Band> shown[] = {
      {"bell 1 kHz, +6 dB, Q 1.4", {Equaliser::Band::bell, 1000.0, 6.0, 1.4}},
      {"low shelf 150 Hz, -6 dB", {Equaliser::Band::low_shelf, 150.0, -6.0}},
      {"high shelf 8 kHz, +4 dB", {Equaliser::Band::high_shelf, 8000.0, 4.0}},
      {"high-pass 30 Hz", {Equaliser::Band::high_pass, 30.0}},
      {"low-pass 16 kHz", {Equaliser::Band::low_pass, 16000.0}},
      {"tilt 700 Hz, +4 dB", {Equaliser::Band::tilt, 700.0, 4.0}},
  };
  for (const auto& [name, band] : shown) {
    const auto settings = one_band(band);
    const auto ours = measured(settings, at_hz);
    EXPECT_LT(furthest_apart_db(ours, prototype(settings, at_hz), 20000.0), 0.15) << name;
    figure.curve(name, ours);
  }
  testkit::expect_figure("equaliser_types", figure);
}

TEST(LinearEqualiserFigure, LinearPhaseRingsOnBothSidesAndMinimumPhaseOnlyAfter) {
  Figure figure{"Impulse response of a bell of 6 dB at 100 Hz, Q 2, at 44.1 kHz",
                {"time after the latency, ms", -40.0, 40.0},
                {"sample value, thousandths; the middle left out", -4.0, 6.0}};
  LinearEqualiser::Settings settings;
  settings.bands[0] = {.frequency_hz = 100.0, .gain_db = 6.0, .q = 2.0};
  LinearEqualiser equaliser;
  equaliser.prepare({rate_hz, 1});
  const int latency = equaliser.latency_frames(), reach = static_cast<int>(0.04 * rate_hz);
  for (const auto& [name, phase] :
       {std::pair{"phase 1: linear", 1.0}, {"phase 0.5: mixed", 0.5}, {"phase 0: minimum", 0.0}}) {
    settings.phase = phase;
    const auto response =
        testkit::impulse_response<LinearEqualiser>(settings, {1.0}, 2 * latency, rate_hz);
    Figure::Points points;
    double before = 0.0, after = 0.0;
    for (int f = -reach; f <= reach; ++f) {
      const double value = response.at(0, latency + f);
      if (f < 0) before += value * value;
      if (f > 0) after += value * value;
      if (f % 8 == 0 && f != 0) points.emplace_back(1000.0 * f / rate_hz, 1000.0 * value);
    }
    const double share = before / (before + after);
    EXPECT_NEAR(share, phase == 1.0 ? 0.5 : phase == 0.5 ? 0.2 : 0.0, phase == 0.5 ? 0.2 : 1e-9);
    figure.curve(name, points);
  }
  testkit::expect_figure("linear_equaliser_impulse", figure);
}
