#include "lacquer/advise/lined_up.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {

std::map<std::string, double> effect_of(const std::vector<advise::Suggestion>& suggestions,
                                        std::size_t index, const chain::Landing& landing,
                                        const measure::Measurement& master) {
  std::map<std::string, double> effect;
  for (const std::string& key : advise::answered(suggestions, index)) {
    if (key == "gain_db") effect[key] = landing.gain_db;
    if (const auto value = advise::measured_value(master, key)) effect[key] = *value;
  }
  return effect;
}

}  // namespace lacquer::studio
