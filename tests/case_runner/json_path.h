#pragma once

#include <nlohmann/json.hpp>  // tests/, not a library: no caller pays for this include
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::cases {

using Json = nlohmann::json;

/// Everything a path leads to. deliveries[medium=cd].checks[*].verdict and 0.loudness.range_lu:
/// names and indices parted by dots; [key=value] keeps the elements of a list that match, [*] all.
/// Error (usage): a name or index that is not there, with what is there instead.
Result<std::vector<Json>> follow(const Json& document, const std::string& path);

/// As shown in a failure: one line, at most a few hundred bytes.
std::string shown(const Json&);

}  // namespace lacquer::cases
