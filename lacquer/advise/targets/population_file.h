#pragma once

#include <string>

#include "lacquer/advise/targets/targets.h"

/// One population as a JSON document: data/targets/NAME.json, a user's own target, and what a
/// session keeps of the population its suggestions stood in. docs/advise.md has the format.
namespace lacquer::advise {

/// Error (unusable_input): not in the format; the sentence names the member.
Result<Targets::Population> population_from(const std::string& json, const std::string& place);

/// Every number survives the way there and back.
std::string population_text(const Targets::Population&);

}  // namespace lacquer::advise
