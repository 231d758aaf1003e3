#pragma once

#include <string>
#include <vector>

#include "lacquer/evaluate/evaluate.h"

/// What the ears are held to: how much they must hear, and how seldom they may cry wolf.
namespace lacquer::evaluate {

/// Those of the findings that are false alarms: of this kind, or of any if it is empty.
Alarms false_alarms(const std::vector<CleanFinding>&, const std::string& kind = "");

/// The recall each row of the report promises, in its order, then the false fails an hour.
std::vector<Bar> bars_of(const FaultReport&);

}  // namespace lacquer::evaluate
