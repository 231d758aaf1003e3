#pragma once

#include <vector>

namespace lacquer::dsp {

/// Values of a signal between its samples: a sinc under a Kaiser window, one filter a phase.
///
/// Guarantee: phase 0 is the sample itself, bit for bit; every phase passes a constant and a
/// straight line unchanged to rounding; the order of the sums is fixed, so the bits do not depend
/// on compiler or block.
/// Source: Kaiser 1974, "Nonrecursive digital filter design using the I0-sinh window function".
class PolyphaseInterpolator {
 public:
  /// `factor` values a sample, at least 1; each from `taps_per_phase` samples, even, at least 4.
  PolyphaseInterpolator(int factor, int taps_per_phase);

  int factor() const noexcept { return factor_; }
  int taps_per_phase() const noexcept { return taps_per_phase_; }

  /// Two bounds on what lies between centre[0] and centre[1]; they let a meter skip, exactly,
  /// where nothing can be found. The second is the sharp one for music.
  ///
  /// The largest sum of |h| of any phase: nothing exceeds worst_gain() * the largest sample read.
  double worst_gain() const noexcept { return worst_gain_; }
  /// Nothing exceeds the larger of |centre[0]|, |centre[1]| by more than curvature_gain() * the
  /// largest second difference |x[k-1] - 2 x[k] + x[k+1]| of the samples read.
  double curvature_gain() const noexcept { return curvature_gain_; }

  /// Writes the factor() values from centre[0] on, towards centre[1]; reads
  /// centre[-taps/2 + 1] to centre[taps/2].
  void interpolate(const double* centre, double* out) const noexcept;

 private:
  int factor_;
  int taps_per_phase_;
  int padded_phases_;                 // a multiple of the lanes of one block
  std::vector<double> coefficients_;  // [tap][phase], earliest tap first
  double worst_gain_ = 1.0;
  double curvature_gain_ = 0.0;
};

}  // namespace lacquer::dsp
