#pragma once

#include <charconv>
#include <cmath>
#include <string>
#include <string_view>

namespace lacquer::chain {

/// Numbers in sentences, whatever the locale; never "-0".
inline std::string shortest(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "not a number" : "infinite";
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), value + 0.0).ptr;
  return {text, end};
}

inline std::string with_decimals(double value, int decimals) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed, decimals).ptr;
  const std::string_view digits{text, static_cast<std::size_t>(end - text)};
  const bool minus_nothing =
      digits.front() == '-' && digits.find_first_of("123456789") == std::string_view::npos;
  return std::string{digits.substr(minus_nothing ? 1 : 0)};
}

}  // namespace lacquer::chain
