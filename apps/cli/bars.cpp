#include "cli/bars.h"

#include <nlohmann/json.hpp>

#include "cli/rows.h"
#include "lacquer/studio/json_value.h"

namespace lacquer::cli {

using studio::Json;

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text + "  ";
}

void print_bars(std::ostream& out, const std::vector<evaluate::Bar>& bars, std::size_t name_width) {
  out << "\nBars\n";
  for (const auto& bar : bars) {
    const char* verdict = !bar.value ? "not tried" : bar.reached() ? "reached" : "MISSED";
    out << "  " << padded(verdict, 9) << padded(bar.name, name_width)
        << (bar.value ? fixed(*bar.value, 2) : "none")
        << (bar.at_least ? "  (at least " : "  (at most ") << fixed(bar.limit, 2) << ")\n";
  }
}

Json bars_json(const std::vector<evaluate::Bar>& bars) {
  Json all = Json::array();
  for (const auto& bar : bars)
    all.push_back({{"bar", bar.name},
                   {"verdict", !bar.value      ? "not tried"
                               : bar.reached() ? "pass"
                                               : "fail"},
                   {"value", studio::number(bar.value)},
                   {"limit", bar.limit},
                   {"limit_is", bar.at_least ? "least" : "most"}});
  return all;
}

}  // namespace lacquer::cli
