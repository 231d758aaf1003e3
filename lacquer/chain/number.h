#pragma once

#include <charconv>
#include <cmath>
#include <string>

namespace lacquer::chain {

/// Numbers in sentences, whatever the locale.
inline std::string shortest(double value) {
  if (!std::isfinite(value)) return std::isnan(value) ? "not a number" : "infinite";
  char text[64];
  const auto end = std::to_chars(text, text + sizeof(text), value).ptr;
  return {text, end};
}

inline std::string with_decimals(double value, int decimals) {
  char text[64];
  const auto end =
      std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed, decimals).ptr;
  return {text, end};
}

}  // namespace lacquer::chain
