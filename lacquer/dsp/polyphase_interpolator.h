#pragma once

#include <vector>

namespace lacquer::dsp {

/// Values of a signal between its samples: a sinc under a Kaiser window, one filter a phase.
///
/// Guarantee: phase 0 is the sample itself, bit for bit; every phase passes a constant unchanged
/// to rounding; the order of the sums is fixed, so the bits do not depend on compiler or block.
/// Source: Kaiser 1974, "Nonrecursive digital filter design using the I0-sinh window function".
class PolyphaseInterpolator {
 public:
  /// `factor` values a sample, at least 1; each from `taps_per_phase` samples, even, at least 2.
  PolyphaseInterpolator(int factor, int taps_per_phase);

  int factor() const noexcept { return factor_; }
  int taps_per_phase() const noexcept { return taps_per_phase_; }

  /// The largest sum of |h| of any phase: no value between samples of size at most m exceeds
  /// m * worst_gain(). What lets a meter skip, exactly, where nothing can be found.
  double worst_gain() const noexcept { return worst_gain_; }

  /// Writes the factor() values from centre[0] on, towards centre[1]; reads
  /// centre[-taps/2 + 1] to centre[taps/2].
  void interpolate(const double* centre, double* out) const noexcept;

 private:
  int factor_;
  int taps_per_phase_;
  int padded_phases_;                 // a multiple of the lanes of one block
  std::vector<double> coefficients_;  // [tap][phase], earliest tap first
  double worst_gain_ = 1.0;
};

}  // namespace lacquer::dsp
