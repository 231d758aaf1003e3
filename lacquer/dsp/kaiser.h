#pragma once

#include <cmath>

namespace lacquer::dsp {

/// Modified Bessel function of the first kind, order zero, by its power series.
inline double bessel_i0(double x) {
  double term = 1.0, sum = 1.0;
  for (int k = 1; term > 1e-17 * sum; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

/// The Kaiser window `at` from -1 to 1 of its half width, 1 in the middle, 0 outside. Side lobes of
/// A dB take a beta of 0.1102 (A - 8.7).
/// Source: Kaiser 1974, "Nonrecursive digital filter design using the I0-sinh window function".
inline double kaiser(double at, double beta) {
  if (at <= -1.0 || at >= 1.0) return 0.0;
  return bessel_i0(beta * std::sqrt(1.0 - at * at)) / bessel_i0(beta);
}

}  // namespace lacquer::dsp
