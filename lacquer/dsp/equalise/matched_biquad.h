#pragma once

#include "lacquer/dsp/biquad.h"

namespace lacquer::dsp {

/// The digital biquad whose magnitude comes nearest to the analogue section's, up to 0.455 of the
/// sample rate (20 kHz at 44.1 kHz), instead of being squeezed at the top as by the bilinear
/// transform alone.
///
/// Poles and zeros stay inside the unit circle whatever the section: we search among bilinear
/// transforms of *another* analogue section, whose two resonances and two dampings are free. Every
/// positive magnitude a biquad can have is one of these. Gauss-Newton on the logarithm of the
/// magnitude, a few rounds reweighted towards the worst frequencies (Lawson 1961).
///
/// The section must have d0, d1, d2 > 0, and a numerator either all positive, or a bare n0
/// (low-pass), or a bare n2 (high-pass). Or it is of first order with n0, n1, d0, d1 > 0: that has
/// a closed form, within 0.1 dB to 20 kHz at 44.1 kHz for a tilt of 6 dB, 0.2 dB for one of 12 dB.
/// No allocation; some tens of microseconds.
BiquadCoefficients matched(const AnalogueSection&, double sample_rate_hz) noexcept;

}  // namespace lacquer::dsp
