#pragma once

#include <array>

#include "lacquer/dsp/polyphase_interpolator.h"

namespace lacquer::measure {

/// The filters of the strict true peak, and how far each cheaper look at the signal can be off.
///
/// The strict value is the largest of 32 values a sample, each made from 64 samples. Computing
/// them all costs 2000 multiplications a sample, so the search narrows down: 32 frames by their
/// samples and how sharply these bend; frame by frame by the values half-way between samples and
/// how sharply the signal bends with these; all 16 values of such a cell by a short filter; at last
/// the strict filter itself. Each step leaves a place once its bound proves that no new peak is
/// there. The bounds are sums of |coefficient|, worked out here from the filters themselves, so
/// leaving is exact: no signal whatever has a peak in a place that was left.
///
/// Source: ITU-R BS.1770-4, Annex 2, with more phases and longer filters.
struct TruePeakFilters {
  TruePeakFilters();

  static constexpr int phases = 32;
  static constexpr int taps = 64;
  static constexpr int cell_phases = 16;  ///< a cell lies between two half samples
  static constexpr int cell_taps = 16;    ///< half samples

  dsp::PolyphaseInterpolator strict{phases, taps};
  dsp::PolyphaseInterpolator cell{cell_phases, cell_taps};
  std::array<double, taps / 2> middle;  ///< right half of the filter half-way

  /// What the short filter finds in a cell is off by at most this x the largest sample.
  double cell_residual = 0.0;
};

}  // namespace lacquer::measure
