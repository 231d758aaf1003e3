#include "lacquer/dsp/polyphase_interpolator.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "lacquer/base/units.h"

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

/// Modified Bessel function of the first kind, order zero, by its power series.
double bessel_i0(double x) {
  double term = 1.0;
  double sum = 1.0;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

double windowed_sinc(double distance, double half_width) {
  const double at = distance / half_width;
  if (at <= -1.0 || at >= 1.0) return 0.0;
  const double window = bessel_i0(kaiser_beta * std::sqrt(1.0 - at * at)) / bessel_i0(kaiser_beta);
  return window * (distance == 0.0 ? 1.0 : std::sin(pi * distance) / (pi * distance));
}

}  // namespace

PolyphaseInterpolator::PolyphaseInterpolator(int factor, int taps_per_phase)
    : factor_{factor},
      taps_per_phase_{taps_per_phase},
      padded_phases_{(factor + lanes - 1) / lanes * lanes},
      coefficients_(static_cast<std::size_t>(padded_phases_) *
                    static_cast<std::size_t>(taps_per_phase)) {
  assert(factor >= 1 && taps_per_phase >= 2 && taps_per_phase % 2 == 0);
  const int half = taps_per_phase / 2;
  const auto coefficient = [&](int tap, int phase) -> double& {
    return coefficients_[static_cast<std::size_t>(tap * padded_phases_ + phase)];
  };
  coefficient(half - 1, 0) = 1.0;
  for (int phase = 1; phase < factor; ++phase) {
    double sum = 0.0;
    for (int tap = 0; tap < taps_per_phase; ++tap) {
      const double distance = tap - (half - 1) - static_cast<double>(phase) / factor;
      sum += coefficient(tap, phase) = windowed_sinc(distance, half);
    }
    double gain = 0.0;
    for (int tap = 0; tap < taps_per_phase; ++tap) gain += std::abs(coefficient(tap, phase) /= sum);
    worst_gain_ = std::max(worst_gain_, gain);
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
