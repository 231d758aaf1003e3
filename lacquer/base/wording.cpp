#include "lacquer/base/wording.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "lacquer/base/utf8.h"

namespace lacquer {
namespace {

/// Levenshtein distance: insertions, deletions and replacements between two short words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string in_quotes(std::string_view text) {
  std::string shown{text.substr(0, 64)};
  shown.resize(valid_utf8_bytes(shown));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return "\"" + shown + (text.size() > 64 ? "...\"" : "\"");
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view start = word.substr(0, 64);  // nobody misspells by more
  return *std::min_element(known.begin(), known.end(),
                           [&](auto a, auto b) { return distance(start, a) < distance(start, b); });
}

}  // namespace lacquer
