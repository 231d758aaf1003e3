#include <cstdio>

#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace {

using measure::Maybe;

// "share_db 148-392 Hz", as advise/ names the bands.
Maybe in_band(const measure::Spectrum& spectrum, const std::vector<Maybe>& values,
              const std::string& measure, const std::string& key) {
  for (std::size_t band = 0; band < values.size() && band + 1 < spectrum.bands_hz.size(); ++band) {
    char name[80];
    std::snprintf(name, sizeof name, "%s %.0f-%.0f Hz", measure.c_str(), spectrum.bands_hz[band],
                  spectrum.bands_hz[band + 1]);
    if (key == name) return values[band];
  }
  return {};
}

Maybe value_of(const std::string& key, const measure::Measurement& master) {
  if (key == "integrated_lufs") return master.loudness.integrated_lufs;
  if (key == "true_dbtp") return master.peak.true_dbtp;
  if (key == "plr_lu") return master.dynamics.plr_lu;
  const auto& spectrum = master.spectrum;
  if (const auto share = in_band(spectrum, spectrum.share_db, "share_db", key)) return share;
  return in_band(spectrum, spectrum.side_minus_mid_db, "side_minus_mid_db", key);
}

}  // namespace

std::map<std::string, double> effect_of(const advise::Suggestion& suggestion,
                                        const measure::Measurement& master) {
  const bool sets_the_level =
      suggestion.processor == "loudness" || suggestion.processor == "limiter";
  std::map<std::string, double> effect;
  for (const auto& [key, predicted] : suggestion.predicted) {
    if (key == "integrated_lufs" && !sets_the_level) continue;
    if (const auto value = value_of(key, master)) effect[key] = *value;
  }
  return effect;
}

}  // namespace lacquer::studio
