#include "bench/text_table.h"

#include <algorithm>
#include <cstdio>
#include <ostream>

namespace lacquer::bench {

std::string fixed(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string signed_fixed(double value, int digits) {
  return (value < 0.0 ? "" : "+") + fixed(value, digits);
}

void TextTable::print(std::ostream& out) const {
  std::vector<std::size_t> widths(rows_.front().size(), 3);
  for (const auto& row : rows_)
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  for (std::size_t r = 0; r < rows_.size(); ++r) {
    out << '|';
    for (std::size_t i = 0; i < rows_[r].size(); ++i) {
      const std::string room(widths[i] - rows_[r][i].size(), ' ');
      out << ' ' << (i == 0 ? rows_[r][i] + room : room + rows_[r][i]) << " |";
    }
    out << '\n';
    if (r > 0) continue;
    out << '|';
    for (const std::size_t width : widths) out << std::string(width + 2, '-') << '|';
    out << '\n';
  }
}

}  // namespace lacquer::bench
