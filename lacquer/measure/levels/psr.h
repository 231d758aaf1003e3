#pragma once

#include <vector>

#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Peak to short-term loudness of the three whole seconds that end with each second (Tech 3341's
/// short-term window): the largest true peak of any channel in them, minus their loudness. Empty
/// where a window is silent or not full.
std::vector<Maybe> psr_lu(const std::vector<Maybe>& true_peak_dbtp,
                          const std::vector<Maybe>& short_term_lufs);

/// The smallest, of the windows as loud as the gate of the integrated loudness at least.
Maybe smallest_psr_lu(const std::vector<Maybe>& psr_lu, const std::vector<Maybe>& short_term_lufs,
                      Maybe gate_lufs);

}  // namespace lacquer::measure
