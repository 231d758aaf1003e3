// What docs/dsp/colour.md shows, and that it is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/colour/saturation.h"
#include "lacquer/dsp/transform/fft.h"
#include "testkit/figure.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Saturation;
using dsp::SaturationCurve;
using testkit::Figure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 44100.0;
constexpr int size = 1 << 16, settle = 44100;
// Odd, so that no alias falls on the tone; 9 kHz to a bin.
constexpr int cycles = static_cast<int>(9000.0 / rate_hz * size) | 1;

/// 9 kHz at 0 dBFS.
Signal tone() {
  Signal signal{1, settle + size, rate_hz};
  for (int f = 0; f < signal.frame_count(); ++f)
    signal.at(0, f) =
        std::sin(2.0 * pi * static_cast<double>(static_cast<long long>(f) * cycles % size) / size);
  return signal;
}

/// Powers by bin, of whole periods.
std::vector<double> spectrum(const Signal& signal) {
  std::vector<double> samples, re(size / 2 + 1), im(re.size()), power;
  for (int f = settle; f < signal.frame_count(); ++f) samples.push_back(signal.at(0, f));
  dsp::RealFft{size}.forward(samples.data(), re.data(), im.data());
  for (std::size_t k = 0; k < re.size(); ++k) power.push_back(re[k] * re[k] + im[k] * im[k]);
  return power;
}

bool harmonic(std::size_t bin) { return bin % static_cast<std::size_t>(cycles) == 0; }

double aliases_dbc(const std::vector<double>& power) {
  double sum = 0.0;
  for (std::size_t k = 0; k < power.size(); ++k) sum += harmonic(k) ? 0.0 : power[k];
  return db_from_power(sum / power[cycles]);
}

/// The highest in every 160 Hz, in dB of the tone.
Figure::Points outline(const std::vector<double>& power) {
  constexpr std::size_t step = 240;
  Figure::Points points;
  for (std::size_t k = 1; k < power.size(); k += step) {
    const std::size_t end = std::min(k + step, power.size());
    const double highest = *std::max_element(power.begin() + static_cast<std::ptrdiff_t>(k),
                                             power.begin() + static_cast<std::ptrdiff_t>(end));
    points.emplace_back(static_cast<double>(k + end) / 2.0 * rate_hz / size,
                        std::max(-175.0, db_from_power(highest / power[cycles])));
  }
  return points;
}

}  // namespace

TEST(SaturationFigure, NineKilohertzDrivenSixDecibelsOverFullScaleLeavesNoAudibleAlias) {
  Figure figure{
      "9 kHz at 0 dBFS, driven by 6 dB, at 44.1 kHz: highest line in every 160 Hz",
      {"frequency, Hz", 0.0, 22050.0, false, {0, 3000, 6000, 9000, 12000, 15000, 18000, 21000}},
      {"level against the tone, dB", -180.0, 5.0}};
  Signal plain = tone();
  for (int f = 0; f < plain.frame_count(); ++f)
    plain.at(0, f) = std::clamp(gain_from_db(6.0) * plain.at(0, f), -1.0, 1.0);
  EXPECT_GT(aliases_dbc(spectrum(plain)), -30.0);
  figure.curve("naive hard clip", outline(spectrum(plain)), Figure::Line::dotted);
  struct Shown {
    const char* name;
    SaturationCurve curve;
    double most_dbc;
  };
  for (const Shown& one : {Shown{"hard", SaturationCurve::hard, -90.0},
                           {"soft", SaturationCurve::soft, -120.0},
                           {"tube", SaturationCurve::tube, -120.0}}) {
    Signal signal = tone();
    Saturation saturation;
    saturation.prepare(signal.format());
    saturation.process(signal.block(), {.curve = static_cast<double>(one.curve), .drive_db = 6.0});
    const auto power = spectrum(signal);
    EXPECT_LT(aliases_dbc(power), one.most_dbc) << one.name;
    figure.curve(one.name, outline(power));
  }
  testkit::expect_figure("saturation_aliases", figure);
}

TEST(SaturationFigure, EveryCurveLeavesQuietMusicAlone) {
  Figure figure{
      "The four curves, without drive", {"sample in", -2.5, 2.5}, {"sample out", -2.5, 2.5}};
  figure.curve("untouched", {{-2.5, -2.5}, {2.5, 2.5}}, Figure::Line::dotted);
  for (const auto& [name, curve] : {std::pair{"tape", SaturationCurve::tape},
                                    {"tube", SaturationCurve::tube},
                                    {"soft", SaturationCurve::soft},
                                    {"hard", SaturationCurve::hard}}) {
    EXPECT_NEAR(dsp::saturated(curve, 1e-4) / 1e-4, 1.0, 1e-3) << name;
    Figure::Points points;
    for (int i = -125; i <= 125; ++i)
      points.emplace_back(0.02 * i, dsp::saturated(curve, 0.02 * i));
    EXPECT_TRUE(std::is_sorted(points.begin(), points.end(), [](const auto& a, const auto& b) {
      return a.second < b.second;
    })) << name;
    figure.curve(name, points);
  }
  testkit::expect_figure("saturation_curves", figure);
}
