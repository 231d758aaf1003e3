#include "lacquer/measure/texture/half_rate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr int tap_count = HalfRate::taps;
using dsp::Quad;
using dsp::quads;

/// Half-band: every second tap is zero but the middle one. Sinc under a Blackman window.
template <int count>
std::array<double, count> odd_taps() {
  std::array<double, count> taps{};
  double sum = 0.0;
  for (int i = 0; i < count; ++i) {
    const double n = 2.0 * i + 1.0;
    const double at = pi * n / (2.0 * count);
    const double window = 0.42 + 0.5 * std::cos(at) + 0.08 * std::cos(2.0 * at);
    const double tap = std::sin(0.5 * pi * n) / (pi * n) * window;
    taps[static_cast<std::size_t>(i)] = tap;
    sum += 2.0 * tap;
  }
  for (double& tap : taps) tap *= 0.5 / sum;
  return taps;
}

LACQUER_KERNEL void filter_kernel(const double* weights, const double* even, const double* odd,
                                  int count, double* out) {
  int n = 0;
  for (; n + 4 <= count; n += 4) {
    Quad sum = 0.5 * *quads(even + n);
    for (int i = 0; i < tap_count; ++i)
      sum += weights[i] * (*quads(odd + n + i) + *quads(odd + n - 1 - i));
    *quads(out + n) = sum;
  }
  for (; n < count; ++n) {
    double sum = 0.5 * even[n];
    for (int i = 0; i < tap_count; ++i) sum += weights[i] * (odd[n + i] + odd[n - 1 - i]);
    out[n] = sum;
  }
}

LACQUER_WIDE void filter_wide(const double* weights, const double* even, const double* odd,
                              int count, double* out) {
  filter_kernel(weights, even, odd, count, out);
}

/// Every second sample, from the first on.
void split(const double* samples, int count, std::vector<double>& to) {
  std::size_t at = to.size();
  to.resize(at + static_cast<std::size_t>((count + 1) / 2));
  for (int f = 0; f < count; f += 2) to[at++] = samples[f];
}

}  // namespace

void HalfRate::add(const double* samples, int count, std::vector<double>& out) {
  static const auto weights = odd_taps<taps>();
  if (even_.empty() && odd_.empty()) odd_.assign(taps, 0.0), even_.assign(taps - 1, 0.0);
  split(samples, count, next_is_odd_ ? odd_ : even_);
  if (count > 1) split(samples + 1, count - 1, next_is_odd_ ? even_ : odd_);
  if (count % 2 != 0) next_is_odd_ = !next_is_odd_;

  // Output n lies on even_[n + taps - 1], between odd_[n + taps - 1] and the one after it.
  if (odd_.size() < 2 * taps || even_.size() < taps) return;
  const std::size_t ready = std::min(odd_.size() - 2 * taps + 1, even_.size() - taps + 1);
  const std::size_t first = out.size();
  out.resize(first + ready);
  (dsp::has_wide_registers() ? filter_wide : filter_kernel)(
      weights.data(), even_.data() + taps - 1, odd_.data() + taps, static_cast<int>(ready),
      out.data() + first);
  even_.erase(even_.begin(), even_.begin() + static_cast<std::ptrdiff_t>(ready));
  odd_.erase(odd_.begin(), odd_.begin() + static_cast<std::ptrdiff_t>(ready));
}

}  // namespace lacquer::measure
