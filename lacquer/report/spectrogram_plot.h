#pragma once

#include "lacquer/measure/measurement.h"
#include "lacquer/report/svg.h"

namespace lacquer::report {

inline constexpr double spectrogram_depth_db = 80.0;  ///< what is softer is as dark as silence

/// The lightest shade.
double loudest_dbfs(const measure::Spectrogram&);

/// A picture of bars, one path for each of a few shades: small, sharp at any size, no bitmap. The
/// spectrogram has a column and two rows at least.
Plot spectrogram_plot(const measure::Spectrogram&, double duration_s, Plot::Size);

}  // namespace lacquer::report
