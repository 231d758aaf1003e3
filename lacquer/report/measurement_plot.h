#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "lacquer/measure/measurement.h"

namespace lacquer::report {

/// Where the long-term spectra of a population lie.
struct TonalRange {
  struct Band {
    double from_hz = 0.0, to_hz = 0.0;
    double low_db = 0.0, high_db = 0.0;  ///< dBFS per 1/12 octave
  };
  std::string population;
  int n = 0;                ///< tracks
  std::vector<Band> bands;  ///< may be empty
};

/// One measurement as one drawing: loudness over time with its findings, the long-term spectrum of
/// mid and side, correlation and width, the spectrogram. What was not measured is left out.
///
/// Complete in itself: an SVG file with its own style, no script, no font, no link.
std::string measurement_svg(std::string_view title, const measure::Measurement&, const TonalRange&);

}  // namespace lacquer::report
