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
constexpr int pairs = lanes / 2;

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
    Pair even[pairs] = {};
    Pair odd[pairs] = {};
    const double* row = coefficients_.data() + phase;
    for (int tap = 0; tap < taps_per_phase_; tap += 2) {
      const Pair left = {first[tap], first[tap]};
      const Pair right = {first[tap + 1], first[tap + 1]};
      Pair h[2 * pairs];
      std::memcpy(h, row, sizeof(h) / 2);
      std::memcpy(h + pairs, row + padded_phases_, sizeof(h) / 2);
      for (int p = 0; p < pairs; ++p) even[p] += left * h[p];
      for (int p = 0; p < pairs; ++p) odd[p] += right * h[pairs + p];
      row += 2 * padded_phases_;
    }
    for (int p = 0; p < pairs; ++p) even[p] += odd[p];
    const int count = std::min(lanes, factor_ - phase);
    std::memcpy(out + phase, even, static_cast<std::size_t>(count) * sizeof(double));
  }
  out[0] = centre[0];  // also when a neighbour is not finite
}

}  // namespace lacquer::dsp
