#include "lacquer/measure/texture/half_rate.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

const QuadAnywhere* quads(const double* from) {
  return reinterpret_cast<const QuadAnywhere*>(from);
}
QuadAnywhere* quads(double* to) { return reinterpret_cast<QuadAnywhere*>(to); }

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

}  // namespace

void HalfRate::add(const double* samples, int count, std::vector<double>& out) {
  static const auto weights = odd_taps<taps>();
  if (even_.empty() && odd_.empty()) odd_.assign(taps, 0.0), even_.assign(taps - 1, 0.0);
  for (int f = 0; f < count; f += 2) (next_is_odd_ ? odd_ : even_).push_back(samples[f]);
  for (int f = 1; f < count; f += 2) (next_is_odd_ ? even_ : odd_).push_back(samples[f]);
  if (count % 2 != 0) next_is_odd_ = !next_is_odd_;

  // Output n lies on even_[n + taps - 1], between odd_[n + taps - 1] and the one after it.
  if (odd_.size() < 2 * taps || even_.size() < taps) return;
  const std::size_t ready = std::min(odd_.size() - 2 * taps + 1, even_.size() - taps + 1);
  const std::size_t first = out.size();
  out.resize(first + ready);
  const double* even = even_.data() + taps - 1;
  const double* odd = odd_.data() + taps;
  std::size_t n = 0;
  for (; n + 4 <= ready; n += 4) {
    Quad sum = 0.5 * *quads(even + n);
    for (int i = 0; i < taps; ++i)
      sum += weights[static_cast<std::size_t>(i)] * (*quads(odd + n + i) + *quads(odd + n - 1 - i));
    *quads(out.data() + first + n) = sum;
  }
  for (; n < ready; ++n) {
    double sum = 0.5 * even[n];
    for (int i = 0; i < taps; ++i) {
      const auto at = static_cast<std::ptrdiff_t>(n);
      sum += weights[static_cast<std::size_t>(i)] * (odd[at + i] + odd[at - 1 - i]);
    }
    out[first + n] = sum;
  }
  even_.erase(even_.begin(), even_.begin() + static_cast<std::ptrdiff_t>(ready));
  odd_.erase(odd_.begin(), odd_.begin() + static_cast<std::ptrdiff_t>(ready));
}

}  // namespace lacquer::measure
