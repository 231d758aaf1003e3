#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/suggestion.h"

namespace lacquer::advise {

/// Predictions of one track's suggestions, in signal order, by what was decided of them.
///
/// Each was foretold behind all proposed before it, and some of those are rejected or taken by
/// half. What a taken one changes is added to what the mix and the taken ones before it come to;
/// an undecided one stands behind all that are not rejected; a rejected one keeps its own
/// prediction. The level is worked out anew from its target and the ceiling, because a limiter's
/// share is no sum. What a setting of a person's own changes is not foretold, by nobody behind it.
void line_up(std::vector<Suggestion>&);

/// Of the measures a taken suggestion predicts, those that the master can answer for: no other
/// taken one behind it predicts them too. Empty for what is not taken.
std::vector<std::string> answered(const std::vector<Suggestion>&, std::size_t index);

}  // namespace lacquer::advise
