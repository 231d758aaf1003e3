#pragma once

#include <iosfwd>
#include <string>
#include <vector>

namespace lacquer::bench {

std::string fixed(double value, int digits);
/// With its sign.
std::string signed_fixed(double value, int digits);

/// Rows of cells as markdown that also reads well in a terminal.
class TextTable {
 public:
  explicit TextTable(std::vector<std::string> heading) { add(std::move(heading)); }
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  void print(std::ostream&) const;

 private:
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace lacquer::bench
