// What docs/dsp/repair.md shows, and that it is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/repair/declick.h"
#include "lacquer/dsp/repair/declip.h"
#include "lacquer/dsp/repair/dehum.h"
#include "lacquer/dsp/transform/fft.h"
#include "testkit/figure.h"
#include "testkit/signal.h"

using namespace lacquer;
using testkit::Figure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 44100.0;

/// A chord of twelve partials with a little noise, in a slow beat; peaks at 0 dBFS.
Signal chord(double seconds) {
  auto signal = testkit::noise(7, 1, static_cast<int>(seconds * rate_hz), 0.002, rate_hz);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = f / rate_hz, beat = 0.8 + 0.2 * std::cos(2.0 * pi * 2.0 * t);
    for (const double hz : {147.0, 220.0, 370.0})
      for (int partial = 1; partial <= 4; ++partial)
        signal.at(0, f) += beat / (partial * partial) * std::sin(2.0 * pi * hz * partial * t + hz);
  }
  const double gain = 1.0 / signal.peak();
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(0, f) *= gain;
  return signal;
}

/// The output with the latency taken out.
template <typename P>
Signal repaired(const Signal& in, const typename P::Settings& settings) {
  P processor;
  processor.prepare(in.format());
  const int latency = processor.latency_frames();
  auto longer = testkit::concatenate({in, Signal{1, latency, rate_hz}});
  processor.process(longer.block(), settings);
  Signal out = in;
  std::copy_n(longer.block().channel(0) + latency, in.frame_count(), out.block().channel(0));
  return out;
}

Figure::Points wave(const Signal& signal, int from, int to) {
  Figure::Points points;
  for (int f = from; f < to; ++f)
    points.emplace_back(1000.0 * (f - from) / rate_hz, signal.at(0, f));
  return points;
}

/// Worst difference over these frames, against full scale.
double worst(const Signal& a, const Signal& b, int from, int to) {
  double most = 0.0;
  for (int f = from; f < to; ++f) most = std::max(most, std::abs(a.at(0, f) - b.at(0, f)));
  return most;
}

int loudest_frame(const Signal& signal, int from, int to) {
  int loudest = from;
  for (int f = from; f < to; ++f)
    if (std::abs(signal.at(0, f)) > std::abs(signal.at(0, loudest))) loudest = f;
  return loudest;
}

}  // namespace

TEST(RepairFigure, TopsThatWereCutOffComeBack) {
  const Signal clean = chord(1.5);
  Signal cut = clean;
  const double limit = gain_from_db(-3.0);
  for (int f = 0; f < cut.frame_count(); ++f)
    cut.at(0, f) = std::clamp(cut.at(0, f), -limit, limit);
  const Signal rebuilt = repaired<dsp::Declip>(cut, {.clip_level_dbfs = -4.0});
  const int top = loudest_frame(clean, 22050, 44100), from = top - 90, to = top + 90;
  EXPECT_GT(worst(clean, cut, from, to), 0.25);
  EXPECT_LT(worst(clean, rebuilt, from, to), 0.05);
  Figure figure{
      "A top that lost 3 dB, and the repair", {"time, ms", 0.0, 4.0}, {"sample", -1.1, 1.1}};
  figure.curve("before it was cut off", wave(clean, from, to), Figure::Line::dashed);
  figure.curve("cut off", wave(cut, from, to));
  figure.curve("rebuilt", wave(rebuilt, from, to), Figure::Line::dotted);
  testkit::expect_figure("declip_wave", figure);
}

TEST(RepairFigure, AClickGoesAndTheMusicUnderItComesBack) {
  Signal clean = chord(1.5);
  for (int f = 0; f < clean.frame_count(); ++f) clean.at(0, f) *= 0.5;
  Signal clicked = clean;
  constexpr int at = 33075, length = 7;
  for (int f = 0; f < length; ++f) clicked.at(0, at + f) += f % 2 == 0 ? 0.4 : -0.3;
  const Signal clear = repaired<dsp::Declick>(clicked, {});
  const int from = at - 60, to = at + 60;
  EXPECT_LT(worst(clean, clear, from, to), 0.02);
  Figure figure{
      "A click of seven samples, and the repair", {"time, ms", 0.0, 2.7}, {"sample", -1.0, 1.0}};
  figure.curve("with the click", wave(clicked, from, to));
  figure.curve("repaired", wave(clear, from, to));
  figure.curve("before the click", wave(clean, from, to), Figure::Line::dotted);
  testkit::expect_figure("declick_wave", figure);
}

TEST(RepairFigure, HumGoesAndTheRoomAroundItStays) {
  constexpr int size = 1 << 16, settle = 5 * 44100, harmonics = 8;
  Signal room = testkit::noise(3, 1, settle + size, 0.003, rate_hz);
  // At -50 dBFS the fundamental, each harmonic 3 dB below the last.
  for (int f = 0; f < room.frame_count(); ++f)
    for (int n = 1; n <= harmonics; ++n)
      room.at(0, f) +=
          gain_from_db(-47.0 - 3.0 * n) * std::sin(2.0 * pi * 50.0 * n * f / rate_hz + n);
  const Signal quiet = repaired<dsp::Dehum>(room, {.harmonics = harmonics, .depth_db = 40.0});

  /// dBFS of the highest line in every 4 Hz, of a Hann window over a second and a half.
  const auto spectrum = [&](const Signal& signal) {
    std::vector<double> samples(size), re(size / 2 + 1), im(re.size());
    for (int f = 0; f < size; ++f)
      samples[static_cast<std::size_t>(f)] =
          signal.at(0, settle + f) * (0.5 - 0.5 * std::cos(2.0 * pi * f / size));
    dsp::RealFft{size}.forward(samples.data(), re.data(), im.data());
    Figure::Points points;
    for (double hz = 20.0; hz < 600.0; hz += 4.0) {
      double most = 0.0;
      for (auto k = static_cast<std::size_t>(std::lround((hz - 2.0) * size / rate_hz));
           k < static_cast<std::size_t>(std::lround((hz + 2.0) * size / rate_hz)); ++k)
        most = std::max(most, std::hypot(re[k], im[k]));
      points.emplace_back(hz, db_from_gain(most / (0.25 * size)));
    }
    return points;
  };
  const auto before = spectrum(room), after = spectrum(quiet);
  for (std::size_t i = 0; i < before.size(); ++i) {
    const double hz = before[i].first;
    const double beside_hz = std::abs(hz - 50.0 * std::round(hz / 50.0));
    if (beside_hz <= 2.0 && hz > 48.0 && hz < 402.0) {
      EXPECT_LT(after[i].second, -77.0) << hz << " Hz still hums";
    }
    if (beside_hz > 10.0) {
      EXPECT_NEAR(after[i].second, before[i].second, 0.3) << hz << " Hz has lost room";
    }
  }
  Figure figure{"Hum at 50 Hz with seven harmonics in a room, notches of 1.5 Hz",
                {"frequency, Hz", 20.0, 600.0, false, {50, 100, 200, 300, 400, 500, 600}},
                {"highest line in 4 Hz, dBFS", -110.0, -40.0}};
  figure.curve("with hum", before);
  figure.curve("repaired", after);
  testkit::expect_figure("dehum_spectrum", figure);
}
