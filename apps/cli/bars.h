#pragma once

#include <nlohmann/json_fwd.hpp>
#include <ostream>
#include <string>
#include <vector>

#include "lacquer/evaluate/evaluate.h"

/// The bars at the end of a report of `evaluate`.
namespace lacquer::cli {

/// With spaces behind it up to the width, and two more.
std::string padded(std::string text, std::size_t width);

void print_bars(std::ostream&, const std::vector<evaluate::Bar>&, std::size_t name_width);
nlohmann::ordered_json bars_json(const std::vector<evaluate::Bar>&);

}  // namespace lacquer::cli
