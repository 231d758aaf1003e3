#pragma once

#include <vector>

#include "lacquer/advise/rules/rules.h"

namespace lacquer::advise {

/// Moves the free settings of all suggestions at once to where the forecast of the sound behind all
/// of them meets their goals best, each drawn to what its rule proposed: a few steps of
/// Gauss-Newton on statistics, nothing is rendered. Never further from the goals than before.
void solve_together(const Sound& mix, std::vector<Verdict>&);

}  // namespace lacquer::advise
