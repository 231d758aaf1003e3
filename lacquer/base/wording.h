#pragma once

#include <string>
#include <string_view>
#include <vector>

/// How mistakes in what people wrote are told to them.
namespace lacquer {

/// As shown in an error: short, whole UTF-8 characters, nothing a terminal would obey.
std::string in_quotes(std::string_view text);

/// The known word that takes the fewest insertions, deletions and replacements; the first of
/// several. There must be one.
std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known);

}  // namespace lacquer
