#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/tone/tone.h"
#include "lacquer/advise/words.h"

namespace lacquer::advise {

bool is_over_compressed(const Case& about) {
  const auto plr_lu = about.mix.dynamics.plr_lu;
  return plr_lu &&
         *plr_lu < quantile(about.population.peak_minus_integrated_lu, percent_at(-speak_sd));
}

Verdict advise_over_compressed(const Case& about) {
  if (!is_over_compressed(about)) return {};
  const double plr_lu = *about.mix.dynamics.plr_lu;
  std::string where;
  if (const auto psr_lu = about.mix.dynamics.min_psr_lu)
    where = ", and at the densest moment " + fixed(*psr_lu, 1) + " dB over its 3 s";
  return {
      .left_alone = "Dynamics are gone already: peaks stand " + fixed(plr_lu, 1) +
                    " dB over the loudness" + where + ", " +
                    standing(about.population.peak_minus_integrated_lu, plr_lu, "more", "less") +
                    " of " + tracks_of(about.population) +
                    ". Nothing here brings them back: no compression is proposed and nothing "
                    "louder. Ask for a mix without its limiter.",
      .mentioned = true};
}

}  // namespace lacquer::advise
