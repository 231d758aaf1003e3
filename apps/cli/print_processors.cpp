#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/print.h"
#include "cli/rows.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::cli {
namespace {

using Json = nlohmann::ordered_json;

std::string padded(std::string text, std::size_t width) {
  text.resize(std::max(width, text.size() + 1), ' ');
  return text;
}

std::string range(const chain::ParameterInfo& parameter) {
  return without_zeros(parameter.minimum) + " to " + without_zeros(parameter.maximum) +
         (parameter.unit.empty() ? "" : " " + parameter.unit) + ", " +
         without_zeros(parameter.default_value);
}

std::string purpose(const std::string& name) { return chain::purpose_of(name).value(); }

}  // namespace

void print_processors(std::ostream& out, const std::vector<std::string>& names) {
  std::size_t width = 0;
  for (const auto& name : names) width = std::max(width, name.size() + 2);
  for (const auto& name : names) out << padded(name, width) << purpose(name) << "\n";
  if (names.size() > 1) {
    out << "'lacquer processors NAME' lists the settings of one.\n";
    return;
  }
  const auto parameters = chain::parameters_of(names.front()).value();
  std::size_t name_width = 0, range_width = 0;
  for (const auto& one : parameters) {
    name_width = std::max(name_width, one.name.size() + 2);
    range_width = std::max(range_width, range(one).size() + 2);
  }
  out << "\n  " << padded("setting", name_width) << padded("range, default", range_width) << "\n";
  for (const auto& one : parameters)
    out << "  " << padded(one.name, name_width) << padded(range(one), range_width) << one.help
        << "\n";
}

std::string processors_json(const std::vector<std::string>& names) {
  Json list = Json::array();
  for (const auto& name : names) {
    Json parameters = Json::array();
    const auto settings = chain::parameters_of(name).value();
    for (const auto& one : settings)
      parameters.push_back({{"name", one.name},
                            {"label", one.label},
                            {"unit", one.unit},
                            {"minimum", one.minimum},
                            {"maximum", one.maximum},
                            {"default", one.default_value},
                            {"help", one.help}});
    list.push_back({{"name", name}, {"purpose", purpose(name)}, {"parameters", parameters}});
  }
  return (names.size() == 1 ? list[0] : list).dump(2) + "\n";
}

}  // namespace lacquer::cli
