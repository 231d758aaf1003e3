#include "lacquer/dsp/polyphase_interpolator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>
#include <numeric>

#include "lacquer/base/units.h"
#include "lacquer/dsp/kaiser.h"

namespace lacquer::dsp {
namespace {

// Side lobes of the window below -100 dB; with 32 taps flat to 0.001 dB at 0.8 of Nyquist.
constexpr double kaiser_beta = 10.0;

// Phases computed side by side: every lane sums over the taps on its own, so there is no
// horizontal sum whose order a compiler could choose.
constexpr int lanes = 8;
using Pair = double __attribute__((vector_size(16)));

inline Pair load(const double* from) noexcept {
  Pair pair;
  std::memcpy(&pair, from, sizeof(pair));
  return pair;
}

double sinc(double x) { return x == 0.0 ? 1.0 : std::sin(pi * x) / (pi * x); }

/// The filter for the value `at` (0..1) between centre[0] and centre[1]. A windowed sinc passes a
/// constant and a straight line only nearly; we add the small multiple of the window, and of the
/// window times the distance, that makes both exact.
std::vector<double> filter_at(double at, int taps) {
  const int half = taps / 2;
  std::vector<double> h, window, distance;
  double sum = -1.0, moment = 0.0, w0 = 0.0, w1 = 0.0, w2 = 0.0;
  for (int tap = 0; tap < taps; ++tap) {
    const double d = tap - (half - 1) - at;
    const double w = kaiser(d / half, kaiser_beta);
    distance.push_back(d);
    window.push_back(w);
    h.push_back(w * sinc(d));
    sum += h.back();
    moment += h.back() * d;
    w0 += w;
    w1 += w * d;
    w2 += w * d * d;
  }
  const double determinant = w0 * w2 - w1 * w1;
  const double constant = (-sum * w2 + moment * w1) / determinant;
  const double slope = (-moment * w0 + sum * w1) / determinant;
  for (std::size_t k = 0; k < h.size(); ++k) h[k] += window[k] * (constant + slope * distance[k]);
  return h;
}

double absolute_sum(const std::vector<double>& values) {
  double sum = 0.0;
  for (const double value : values) sum += std::abs(value);
  return sum;
}

/// What is left of the filter after straight-line interpolation has neither sum nor first moment,
/// so, summed by parts twice, it is a filter on the second differences. Its sum of |h|.
double curvature_gain_of(std::vector<double> h, double at) {
  const std::size_t centre = h.size() / 2 - 1;
  h[centre] -= 1.0 - at;
  h[centre + 1] -= at;
  for (int times = 0; times < 2; ++times) std::partial_sum(h.begin(), h.end(), h.begin());
  return absolute_sum(h);
}

}  // namespace

PolyphaseInterpolator::PolyphaseInterpolator(int factor, int taps_per_phase)
    : factor_{factor},
      taps_per_phase_{taps_per_phase},
      padded_phases_{(factor + lanes - 1) / lanes * lanes},
      coefficients_(static_cast<std::size_t>(padded_phases_) *
                    static_cast<std::size_t>(taps_per_phase)) {
  assert(factor >= 1 && taps_per_phase >= 4 && taps_per_phase % 2 == 0);
  for (int phase = 1; phase < factor; ++phase) {
    const double at = static_cast<double>(phase) / factor;
    const auto h = filter_at(at, taps_per_phase);
    for (int tap = 0; tap < taps_per_phase; ++tap)
      coefficients_[static_cast<std::size_t>(tap * padded_phases_ + phase)] =
          h[static_cast<std::size_t>(tap)];
    worst_gain_ = std::max(worst_gain_, absolute_sum(h));
    curvature_gain_ = std::max(curvature_gain_, curvature_gain_of(h, at));
  }
}

void PolyphaseInterpolator::interpolate(const double* centre, double* out) const noexcept {
  const double* first = centre - taps_per_phase_ / 2 + 1;
  for (int phase = 0; phase < factor_; phase += lanes) {
    // Spelled out, not looped over: gcc -O2 keeps these in registers only so. Even and odd taps
    // sum apart, to hide the latency of the additions.
    Pair even0 = {}, even1 = {}, even2 = {}, even3 = {};
    Pair odd0 = {}, odd1 = {}, odd2 = {}, odd3 = {};
    const double* row = coefficients_.data() + phase;
    for (int tap = 0; tap < taps_per_phase_; tap += 2) {
      const Pair left = {first[tap], first[tap]};
      even0 += left * load(row);
      even1 += left * load(row + 2);
      even2 += left * load(row + 4);
      even3 += left * load(row + 6);
      row += padded_phases_;
      const Pair right = {first[tap + 1], first[tap + 1]};
      odd0 += right * load(row);
      odd1 += right * load(row + 2);
      odd2 += right * load(row + 4);
      odd3 += right * load(row + 6);
      row += padded_phases_;
    }
    const Pair sums[] = {even0 + odd0, even1 + odd1, even2 + odd2, even3 + odd3};
    const int count = std::min(lanes, factor_ - phase);
    std::memcpy(out + phase, sums, static_cast<std::size_t>(count) * sizeof(double));
  }
  out[0] = centre[0];  // also when a neighbour is not finite
}

}  // namespace lacquer::dsp
