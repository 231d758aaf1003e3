#pragma once

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string_view>

namespace lacquer::dsp {

/// For parameter tables of several bands: numbered_name<"band_#_q", 0> is "band_1_q", while
/// compiling. Fewer than ten bands.
template <std::size_t size>
struct NamePattern {
  char text[size];
  constexpr NamePattern(const char (&characters)[size]) { std::copy_n(characters, size, text); }
  constexpr NamePattern with(char number) const {
    NamePattern copy = *this;
    std::replace(std::begin(copy.text), std::end(copy.text), '#', number);
    return copy;
  }
};
template <NamePattern pattern, int index>
inline constexpr auto numbered_pattern = pattern.with(static_cast<char>('1' + index));
template <NamePattern pattern, int index>
inline constexpr std::string_view numbered_name{numbered_pattern<pattern, index>.text};

}  // namespace lacquer::dsp
