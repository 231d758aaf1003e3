#include "lacquer/advise/advise.h"

#include <cmath>

#include "lacquer/advise/rules.h"
#include "lacquer/advise/words.h"

namespace lacquer::advise {
namespace {

Error misuse(std::string sentence, std::string remedy) {
  return {ErrorKind::usage, std::move(sentence), "", std::move(remedy)};
}

Result<void> sensible(const Wishes& wishes) {
  if (!(wishes.strength >= 0.0 && wishes.strength <= 1.0))
    return misuse("The strength is a number from 0 to 1.", "1 takes suggestions as they are.");
  if (wishes.loudness_lufs && !(*wishes.loudness_lufs >= -60.0 && *wishes.loudness_lufs <= 0.0))
    return misuse("A loudness to master to lies between -60 and 0 LUFS.", "");
  if (wishes.ceiling_dbtp && !(*wishes.ceiling_dbtp >= -24.0 && *wishes.ceiling_dbtp <= 0.0))
    return misuse("A true-peak ceiling lies between -24 and 0 dBTP.", "");
  return {};
}

}  // namespace

Result<Advice> advise(const measure::Measurement& mix, int track, const Wishes& wishes,
                      const Targets& targets) {
  TRY(auto standing, standing_for(mix, wishes.population, targets));
  return advise(mix, track, wishes, std::move(standing), targets);
}

Result<Advice> advise(const measure::Measurement& mix, int track, const Wishes& wishes,
                      Standing standing, const Targets& targets) {
  TRY_DO(sensible(wishes));
  Advice advice{std::move(standing), {}, {}};
  if (!mix.loudness.integrated_lufs) {
    advice.left_alone = {"Everything left alone: the mix is silent, or too quiet to measure."};
    return advice;
  }
  const Case about{mix, advice.standing.population, targets.ceiling(), wishes, track};
  const auto take = [&](Verdict verdict) {
    assert(verdict.suggestion.has_value() == verdict.left_alone.empty());
    if (verdict.suggestion)
      advice.suggestions.push_back(std::move(*verdict.suggestion));
    else
      advice.left_alone.push_back(std::move(verdict.left_alone));
  };
  take(advise_tone(about));
  take(advise_bass_mono(about));
  const Verdict loudness = advise_loudness(about);
  take(loudness);
  take(advise_ceiling(about, loudness.suggestion));
  return advice;
}

Result<std::vector<Suggestion>> suggest(const measure::Measurement& mix, int track,
                                        const Wishes& wishes, const Targets& targets) {
  TRY(auto advice, advise(mix, track, wishes, targets));
  return std::move(advice.suggestions);
}

measure::Maybe measured_value(const measure::Measurement& master, const std::string& key) {
  if (key == "integrated_lufs") return master.loudness.integrated_lufs;
  if (key == "true_dbtp") return master.peak.true_dbtp;
  if (key == "plr_lu") return master.dynamics.plr_lu;
  const measure::Spectrum& spectrum = master.spectrum;
  for (std::size_t band = 0; band + 1 < spectrum.bands_hz.size(); ++band) {
    if (band < spectrum.share_db.size() && key == share_key(spectrum.bands_hz, band))
      return spectrum.share_db[band];
    if (band < spectrum.side_minus_mid_db.size() && key == side_key(spectrum.bands_hz, band))
      return spectrum.side_minus_mid_db[band];
  }
  return std::nullopt;
}

}  // namespace lacquer::advise
