#pragma once

#include <complex>

#include "lacquer/base/units.h"

namespace lacquer::dsp {

/// y = b0 x + b1 x' + b2 x'' - a1 y' - a2 y''.
struct BiquadCoefficients {
  double b0 = 1.0, b1 = 0.0, b2 = 0.0, a1 = 0.0, a2 = 0.0;
  friend bool operator==(const BiquadCoefficients&, const BiquadCoefficients&) = default;

  std::complex<double> response(double frequency_hz, double sample_rate_hz) const {
    const auto z = std::polar(1.0, -2.0 * pi * frequency_hz / sample_rate_hz);
    return (b0 + z * (b1 + z * b2)) / (1.0 + z * (a1 + z * a2));
  }
};

/// (n0 + n1 s + n2 s^2) / (d0 + d1 s + d2 s^2) with s = j f / frequency_hz.
struct AnalogueSection {
  double frequency_hz = 1000.0;
  double n0 = 1.0, n1 = 0.0, n2 = 0.0;
  double d0 = 1.0, d1 = 0.0, d2 = 0.0;

  /// |H|^2.
  double power(double at_hz) const noexcept {
    const double s2 = (at_hz / frequency_hz) * (at_hz / frequency_hz);
    const auto squared = [s2](double c0, double c1, double c2) {
      return (c0 - c2 * s2) * (c0 - c2 * s2) + c1 * c1 * s2;
    };
    return squared(n0, n1, n2) / squared(d0, d1, d2);
  }
};

/// The section through the bilinear transform, exact at its own frequency. For filters far below
/// half the sample rate; see matched_biquad.h for the others.
inline BiquadCoefficients bilinear(const AnalogueSection& section, double sample_rate_hz) {
  const double w = std::tan(pi * section.frequency_hz / sample_rate_hz);
  const auto& h = section;
  const double norm = h.d0 * w * w + h.d1 * w + h.d2;
  return {(h.n0 * w * w + h.n1 * w + h.n2) / norm, 2.0 * (h.n0 * w * w - h.n2) / norm,
          (h.n0 * w * w - h.n1 * w + h.n2) / norm, 2.0 * (h.d0 * w * w - h.d2) / norm,
          (h.d0 * w * w - h.d1 * w + h.d2) / norm};
}

/// Two samples side by side, for left and right: one instruction each on SSE2 and NEON.
using Pair = double __attribute__((vector_size(16)));

/// The memory of one biquad for two channels; transposed direct form II.
struct BiquadState {
  Pair s1 = {}, s2 = {};

  Pair step(const BiquadCoefficients& c, Pair x) noexcept {
    const Pair y = c.b0 * x + s1;
    s1 = c.b1 * x - c.a1 * y + s2;
    s2 = c.b2 * x - c.a2 * y;
    return y;
  }
  /// Below any bit of a 64-bit mix; left alone it would decay into slow denormal numbers.
  bool spent() const noexcept {
    constexpr double floor = 1e-30;
    return std::abs(s1[0]) < floor && std::abs(s1[1]) < floor && std::abs(s2[0]) < floor &&
           std::abs(s2[1]) < floor;
  }
};

}  // namespace lacquer::dsp
