#pragma once

#include <string>
#include <vector>

#include "lacquer/chain/recipe.h"

namespace lacquer::evaluate {

/// In what a programme can depart from how it was; each is measured by itself (yardstick.h).
enum class Axis { tone, width, bass_width, level, spread };

/// As tables and documents spell it.
std::string to_text(Axis);

/// A known fault of a mix: what our own processors did to a finished master, and in what it now
/// differs from it.
struct Departure {
  std::string kind;  ///< its row in the table: "low shelf"
  std::string name;  ///< "low shelf +4 dB"
  std::vector<chain::Step> steps;
  std::vector<Axis> axes;
};

/// Nothing at all (whatever is moved then is moved away), one at a time, then in pairs, in the
/// order they are printed.
const std::vector<Departure>& all_departures();

}  // namespace lacquer::evaluate
