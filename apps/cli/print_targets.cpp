#include <nlohmann/json.hpp>

#include "cli/print.h"
#include "lacquer/advise/targets/learn.h"
#include "lacquer/advise/targets/population_file.h"

namespace lacquer::cli {

void print_targets(std::ostream& out, const std::vector<advise::Targets::Population>& targets,
                   bool brief) {
  for (const auto& one : targets) {
    if (!brief) {
      out << advise::described(one);
      continue;
    }
    std::string name = one.name;
    if (name.size() < 20) name.resize(20, ' ');
    out << name << " " << one.n << (one.n == 1 ? " track, " : " tracks, ") << one.date
        << (one.own ? ", learned" : "") << "\n";
  }
}

std::string targets_json(const std::vector<advise::Targets::Population>& targets, bool brief) {
  auto list = nlohmann::ordered_json::array();
  for (const auto& one : targets)
    list.push_back(brief ? nlohmann::ordered_json{{"name", one.name},
                                                  {"n", one.n},
                                                  {"date", one.date},
                                                  {"source", one.source},
                                                  {"learned", one.own}}
                         : nlohmann::ordered_json::parse(advise::population_text(one)));
  return (brief ? list : list.front()).dump(2) + "\n";
}

}  // namespace lacquer::cli
