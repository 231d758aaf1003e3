#include "lacquer/evaluate/interpolation.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::evaluate {
namespace {

constexpr int half_taps = 64;  // flat within 0.01 dB to 0.93 of half the rate
constexpr int values_a_sample = 32;

double sinc(double x) { return std::abs(x) < 1e-12 ? 1.0 : std::sin(pi * x) / (pi * x); }

/// Weights of the frames from whole - half_taps + 1 on, for the value at whole + fraction.
std::vector<double> weights(double fraction) {
  std::vector<double> all;
  for (int k = 1 - half_taps; k <= half_taps; ++k) {
    const double x = k - fraction;
    const double phase = pi * x / half_taps;
    const double blackman = 0.42 + 0.5 * std::cos(phase) + 0.08 * std::cos(2.0 * phase);
    all.push_back(sinc(x) * (std::abs(x) < half_taps ? blackman : 0.0));
  }
  return all;
}

double value_at(const Clip& clip, int channel, int whole, const std::vector<double>& by) {
  const double* samples = clip.row(channel);
  const int first = whole - half_taps + 1;
  const int from = std::max(0, -first);
  const int to = std::min(2 * half_taps, clip.frame_count() - first);
  double sum = 0.0;
  for (int k = from; k < to; ++k) sum += samples[first + k] * by[static_cast<std::size_t>(k)];
  return sum;
}

}  // namespace

void delay(Clip& clip, int channel, double frames) {
  const Clip before = clip;
  const double whole = std::ceil(frames);
  const auto by = weights(whole - frames);
  for (int f = 0; f < clip.frame_count(); ++f)
    clip.row(channel)[f] = value_at(before, channel, f - static_cast<int>(whole), by);
}

double true_peak(const Clip& clip, int channel, int first, int count) {
  double largest = 0.0;
  for (int phase = 0; phase < values_a_sample; ++phase) {
    const auto by = weights(static_cast<double>(phase) / values_a_sample);
    for (int f = first; f < first + count; ++f)
      largest = std::max(largest, std::abs(value_at(clip, channel, f, by)));
  }
  return largest;
}

}  // namespace lacquer::evaluate
