#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace lacquer::dsp {

/// For parameter tables of several bands: numbered_name<"band_#_q", 11> is "band_12_q", while
/// compiling.
template <std::size_t size>
struct NamePattern {
  char text[size];
  constexpr NamePattern(const char (&characters)[size]) { std::copy_n(characters, size, text); }
};
template <NamePattern pattern, std::size_t index>
struct NumberedName {
  static_assert(index < 99);
  char text[sizeof(pattern.text) + 1] = {};
  std::size_t length = 0;

  constexpr NumberedName() {
    constexpr std::size_t number = index + 1;
    for (const char letter : std::string_view{pattern.text, sizeof(pattern.text) - 1}) {
      if (letter == '#' && number >= 10) text[length++] = static_cast<char>('0' + number / 10);
      text[length++] = letter == '#' ? static_cast<char>('0' + number % 10) : letter;
    }
  }
};
template <NamePattern pattern, std::size_t index>
inline constexpr NumberedName<pattern, index> numbered_text{};
template <NamePattern pattern, std::size_t index>
inline constexpr std::string_view numbered_name{numbered_text<pattern, index>.text,
                                                numbered_text<pattern, index>.length};

}  // namespace lacquer::dsp
