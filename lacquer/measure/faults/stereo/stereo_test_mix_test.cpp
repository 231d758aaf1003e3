#include <algorithm>
#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/stereo/stereo_test_mix.h"
#include "lacquer/measure/meter.h"

namespace lacquer::measure {
namespace {

/// Notes of random pitch with a few harmonics, and noise between them.
std::vector<double> voice(std::mt19937& engine, int frames, double rate_hz, double low_hz,
                          double noise) {
  const auto random = [&] { return static_cast<double>(engine()) / 4294967295.0; };
  std::vector<double> out(static_cast<std::size_t>(frames));
  double phase = 0.0, pitch_hz = low_hz, smooth = 0.0, level = 1.0;
  int left = 0;
  for (double& sample : out) {
    if (left-- == 0) {
      left = static_cast<int>((0.15 + 0.4 * random()) * rate_hz);
      pitch_hz = low_hz * std::pow(2.0, std::floor(24.0 * random()) / 12.0);
      level = 0.4 + 0.6 * random();
    }
    level *= 1.0 - 2.0 / rate_hz;
    phase += 2.0 * pi * pitch_hz / rate_hz;
    smooth += 0.25 * (2.0 * random() - 1.0 - smooth);
    sample = level * (0.6 * std::sin(phase) + 0.3 * std::sin(2.0 * phase) +
                      0.2 * std::sin(5.0 * phase) + noise * smooth);
  }
  return out;
}

}  // namespace

testkit::Signal stereo_mix(std::uint32_t seed, double duration_s, double width, double rate_hz) {
  std::mt19937 engine{seed};
  const int frames = static_cast<int>(duration_s * rate_hz);
  testkit::Signal mix{2, frames, rate_hz};
  const auto bass = voice(engine, frames, rate_hz, 50.0, 0.1);
  const auto lead = voice(engine, frames, rate_hz, 330.0, 0.5);
  for (int c = 0; c < 2; ++c) {
    const auto side = voice(engine, frames, rate_hz, 220.0 + 60.0 * c, 0.6);
    for (int f = 0; f < frames; ++f) {
      const auto at = static_cast<std::size_t>(f);
      mix.at(c, f) = 0.2 * bass[at] + 0.2 * lead[at] + 0.2 * width * side[at];
    }
  }
  return mix;
}

void delay_channel(testkit::Signal& signal, int channel, double frames) {
  constexpr int reach = 32;
  const int whole = static_cast<int>(std::floor(frames));
  const double rest = frames - whole;
  std::vector<double> in;
  for (int f = 0; f < signal.frame_count(); ++f) in.push_back(signal.at(channel, f));
  std::vector<double> taps;
  for (int k = -reach; k <= reach; ++k) {
    const double x = k - rest;
    const double shape = std::cos(0.5 * pi * x / (reach + 1));
    taps.push_back((std::abs(x) < 1e-9 ? 1.0 : std::sin(pi * x) / (pi * x)) * shape * shape);
  }
  for (int f = 0; f < signal.frame_count(); ++f) {
    double sum = 0.0;
    for (int k = -reach; k <= reach; ++k) {
      const int from = f - whole - k;
      if (from >= 0 && from < signal.frame_count())
        sum += taps[static_cast<std::size_t>(k + reach)] * in[static_cast<std::size_t>(from)];
    }
    signal.at(channel, f) = sum;
  }
}

void scale_channel(testkit::Signal& signal, int channel, double gain) {
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(channel, f) *= gain;
}

void store(testkit::Signal& signal, int bits, std::uint32_t seed) {
  std::mt19937 engine{seed};
  const double steps = std::pow(2.0, bits - 1);
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) {
      const double dither =
          (static_cast<double>(engine()) - static_cast<double>(engine())) / 4294967296.0;
      signal.at(c, f) = std::round(signal.at(c, f) * steps + dither) / steps;
    }
}

std::vector<Finding> findings_of(const std::string& kind, testkit::Signal signal, int split) {
  Parts parts{false, false, false, false, false, true};
  parts.loudness = parts.dynamics = kind == "already_mastered";  // which asks for both
  Meter meter{signal.format(), parts};
  for (int at = 0; at < signal.frame_count(); at += split)
    meter.add(signal.block().frames(at, std::min(split, signal.frame_count() - at)));
  std::vector<Finding> found;
  for (auto& finding : meter.finish().findings)
    if (finding.kind == kind) found.push_back(finding);
  return found;
}

}  // namespace lacquer::measure
