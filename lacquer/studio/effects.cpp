#include "lacquer/studio/workshop.h"

namespace lacquer::studio {

std::map<std::string, double> effect_of(const advise::Suggestion& suggestion,
                                        const chain::Landing& landing,
                                        const measure::Measurement& master) {
  const bool sets_the_level =
      suggestion.processor == "loudness" || suggestion.processor == "limiter";
  std::map<std::string, double> effect;
  for (const auto& [key, predicted] : suggestion.predicted) {
    if (key == "integrated_lufs" && !sets_the_level) continue;
    if (key == "gain_db") effect[key] = landing.gain_db;
    if (const auto value = advise::measured_value(master, key)) effect[key] = *value;
  }
  return effect;
}

}  // namespace lacquer::studio
