// What docs/dsp/colour.md shows of the resonance suppressor, and that it is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/colour/resonance_suppressor.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "lacquer/dsp/transform/fft.h"
#include "testkit/figure.h"
#include "testkit/signal.h"

using namespace lacquer;
using testkit::Figure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 44100.0, ring_hz = 2500.0;
constexpr int size = 1 << 14, looks = 24;

Signal equalised(Signal signal, const dsp::Equaliser::Band& band) {
  dsp::Equaliser equaliser;
  equaliser.prepare(signal.format());
  dsp::Equaliser::Settings settings;
  settings.bands[0] = band;
  equaliser.process(signal.block(), settings);
  return signal;
}

/// Mean power by bin, from one second on.
std::vector<double> spectrum(const Signal& signal, int first) {
  std::vector<double> samples(size), re(size / 2 + 1), im(re.size()), power(re.size());
  for (int look = 0; look < looks; ++look) {
    for (int f = 0; f < size; ++f)
      samples[static_cast<std::size_t>(f)] =
          signal.at(0, first + look * size / 2 + f) * (0.5 - 0.5 * std::cos(2.0 * pi * f / size));
    dsp::RealFft{size}.forward(samples.data(), re.data(), im.data());
    for (std::size_t k = 0; k < re.size(); ++k) power[k] += re[k] * re[k] + im[k] * im[k];
  }
  return power;
}

/// In a twenty-fourth of an octave.
double around(const std::vector<double>& power, double hz) {
  const auto bin = [](double at_hz) {
    return static_cast<std::size_t>(std::lround(at_hz * size / rate_hz));
  };
  const std::size_t from = bin(hz * std::exp2(-1.0 / 48.0)), to = bin(hz * std::exp2(1.0 / 48.0));
  double sum = 0.0;
  for (std::size_t k = from; k <= to; ++k) sum += power[k];
  return sum / static_cast<double>(to - from + 1);
}

}  // namespace

TEST(ResonanceSuppressorFigure, ARingGoesDownAndItsSurroundingsStay) {
  const Signal plain = testkit::noise(5, 1, static_cast<int>(6.0 * rate_hz), 0.1, rate_hz);
  const Signal rings = equalised(plain, {.frequency_hz = ring_hz, .gain_db = 12.0, .q = 12.0});
  dsp::ResonanceSuppressor suppressor;
  suppressor.prepare(rings.format());
  Signal out = rings;
  suppressor.process(out.block(), {.depth_db = 12.0});
  const int first = 44100;
  const auto was = spectrum(rings, first), is = spectrum(out, first + suppressor.latency_frames()),
             without = spectrum(plain, first);
  const double reference = around(without, 1000.0);
  Figure::Points before, after, gain;
  for (const double hz : testkit::frequencies(600.0, 10000.0, 200)) {
    before.emplace_back(hz, db_from_power(around(was, hz) / reference));
    after.emplace_back(hz, db_from_power(around(is, hz) / reference));
    gain.emplace_back(hz, db_from_power(around(is, hz) / around(was, hz)));
    const double octaves = std::abs(std::log2(hz / ring_hz));
    const double gain_db = gain.back().second;
    EXPECT_LT(gain_db, octaves < 0.01 ? -4.5 : 0.1) << hz;
    EXPECT_GT(gain_db, octaves > 0.5 ? -0.3 : -12.0) << hz;
  }
  Figure figure{"A ring of 12 dB at 2.5 kHz in noise, in 24ths of an octave; depth 12 dB",
                {"frequency, Hz", 600.0, 10000.0, true, {600, 1000, 2000, 2500, 5000, 10000}},
                {"dB", -14.0, 16.0}};
  figure.curve("before", before);
  figure.curve("after", after);
  figure.curve("gain", gain, Figure::Line::dashed);
  testkit::expect_figure("resonance_suppressor", figure);
}
