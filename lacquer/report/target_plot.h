#pragma once

#include <string>
#include <vector>

#include "lacquer/report/report.h"

namespace lacquer::report {

/// A population's tone as one drawing: the middle half and the middle 80 % of its shares in each
/// band, and the median. Edges are one more than bands. Complete in itself, as measurement_svg().
std::string target_svg(const PopulationBand&, const std::vector<double>& edges_hz);

}  // namespace lacquer::report
