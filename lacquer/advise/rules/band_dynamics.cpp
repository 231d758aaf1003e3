#include <algorithm>
#include <string>

#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"

namespace lacquer::advise {

Verdict advise_band_dynamics(const Case& about) {
  const auto& spectrum = about.mix.spectrum;
  const auto& usual = about.population.band_sd_400ms_db;
  const TonalView view = tonal_view(spectrum, about.population);
  double furthest = percent_at(speak_sd);
  std::optional<std::size_t> wildest;
  for (const std::size_t band : view.bands) {
    if (band >= usual.size() || band >= spectrum.band_sd_400ms_db.size()) continue;
    const auto spread_db = spectrum.band_sd_400ms_db[band];
    if (!spread_db || percentile(usual[band], *spread_db) <= furthest) continue;
    furthest = percentile(usual[band], *spread_db);
    wildest = band;
  }
  if (!wildest) return {};
  const auto& edges_hz = about.population.bands_hz;
  const double spread_db = *spectrum.band_sd_400ms_db[*wildest];
  const std::string name = band_name(edges_hz, *wildest);
  return {.left_alone = "The " + name + " (" + band_range(edges_hz, *wildest) + ") " +
                        (name.ends_with("mids") ? "come and go" : "comes and goes") + " by " +
                        fixed(spread_db, 1) + " dB (standard deviation over 400 ms), " +
                        standing(usual[*wildest], spread_db, "more", "less") + " of " +
                        tracks_of(about.population) +
                        ". A ride of that instrument in the mix calms that; a band compressor at "
                        "gentle ratios hardly does.",
          .mentioned = true};
}

}  // namespace lacquer::advise
