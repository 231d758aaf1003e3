#pragma once

#include <vector>

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

/// The bent lines of the saturation. All pass 0 with slope 1, so quiet music is left alone, and
/// are written as what they add to the straight line: curve(x) = x + bend(x).
///
/// tape: 2 L(1.5 x) with Langevin's function L(y) = coth y - 1/y, the magnetisation of tape without
/// hysteresis (Jiles & Atherton 1986; for audio Chowdhury, DAFx-19). Ends at +6 dBFS. Odd
/// harmonics, the third by far the strongest: 0.0375 a^2 of the tone for a quiet tone of peak a.
///
/// tube: a biased pair, 2 (tanh(x/2 + b) - tanh b) / (1 - tanh^2 b), b = 0.5 (asymmetry by bias:
/// Pakarinen & Yeh 2009, "A review of digital techniques for modeling vacuum-tube guitar
/// amplifiers"). Even and odd, the second by far the strongest: tanh(b)/4 a = 0.1155 a.
///
/// soft: erf(sqrt(pi)/2 x), the roundest way to end at 0 dBFS: entire, so its harmonics fall
/// faster than any power. Odd; the third is pi/48 a^2 = 0.065 a^2.
enum class SaturationCurve { tape, tube, soft, hard };

/// Exact, by formula; slow. For `hard` x clipped to +-1.
double saturated(SaturationCurve, double x) noexcept;
/// The slope of the smooth ones.
double saturation_slope(SaturationCurve, double x) noexcept;

/// bend(x) of a smooth curve by cubics that meet it and its slope at 64 places a unit: within
/// 1e-8 of the formula (-160 dBFS), everywhere smooth.
class BendTable {
 public:
  explicit BendTable(SaturationCurve);
  /// The table of a smooth curve; made when first asked for, which is not for the audio thread.
  static const BendTable& of(SaturationCurve);

  void bend(const double* in, int count, double* out) const noexcept;
  double bend(double x) const noexcept;

 private:
  SaturationCurve curve_;
  AlignedVector<Quad> cells_;
};

/// bend of the hard clip with few aliases: the signal is taken as straight lines between its
/// samples, clipped, averaged under a triangle two samples wide, and the little that the triangle
/// takes from the top of the band is put back. Exactly 0 where nothing is clipped. Late by `delay`.
/// Source: Parker, Zavalishin, Le Bivic, DAFx-16, "Reducing the aliasing of nonlinear waveshaping
/// using continuous-time convolution" (second order). We integrate each line's piece above the
/// limit itself instead of dividing differences of antiderivatives, so nothing is ill-conditioned.
class HardBend {
 public:
  static constexpr int delay = 2;

  void reset() noexcept { *this = {}; }
  void bend(const double* in, int count, double* out) noexcept;

 private:
  double last_ = 0.0;           // the sample before
  double late_ = 0.0;           // the share of the line up to it
  double y1_ = 0.0, y2_ = 0.0;  // averages before
};

}  // namespace lacquer::dsp
