#include "lacquer/advise/advise.h"

#include <algorithm>
#include <cmath>

#include "lacquer/advise/joint.h"
#include "lacquer/advise/rules/found.h"
#include "lacquer/advise/rules/rules.h"
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

chain::Step step_of(const Suggestion& suggestion) {
  return {suggestion.processor, suggestion.settings};
}

using Rule = std::vector<Verdict> (*)(const Case&);
template <Verdict (*one)(const Case&)>
std::vector<Verdict> alone(const Case& about) {
  return {one(about)};
}

/// All but the level. Each is told what those before it want.
std::vector<Rule> rules_in_signal_order() {
  return {alone<advise_over_compressed>,
          advise_repair,
          advise_resonance,
          alone<advise_tone>,
          alone<advise_sibilance>,
          alone<advise_band_dynamics>,
          alone<advise_glue>,
          alone<advise_width>,
          alone<advise_bass_mono>,
          alone<advise_ends>};
}

std::size_t count(const std::vector<Verdict>& verdicts) {
  return static_cast<std::size_t>(
      std::count_if(verdicts.begin(), verdicts.end(),
                    [](const Verdict& verdict) { return verdict.suggestion.has_value(); }));
}

/// The lowest in rank become mentions until no more than so many are left.
void hold_back(std::vector<Verdict>& verdicts, std::size_t places) {
  // What is there already stays put: the first of equals goes last.
  const auto rank = [](const Verdict& verdict) {
    return verdict.suggestion ? verdict.suggestion->worth.rank() : 2.0;
  };
  for (auto held = count(verdicts); held > places; --held) {
    const auto last = std::min_element(verdicts.rbegin(), verdicts.rend(),
                                       [&](auto& a, auto& b) { return rank(a) < rank(b); });
    *last = {.left_alone = "Held back behind more important ones (" + last->suggestion->id +
                           "): " + last->suggestion->reason,
             .mentioned = true};
  }
}

/// The sound behind a suggestion; notes in it what that changes.
Sound foretold(Sound sound, Suggestion& suggestion) {
  Sound then = after(sound, step_of(suggestion));
  const Change changes = change(sound, then);
  for (const auto& [key, value] : changes.before) suggestion.before[key] = value;
  for (const auto& [key, value] : changes.after) suggestion.predicted[key] = value;
  return then;
}

/// Standard deviation of a share (a beta distribution's) after as many tracks as stand behind it,
/// and two of no opinion; beyond 30, more tracks make a judgement no more certain. 0 where
/// something was asked for outright: its confidence is 1.
double confidence_sd(const Suggestion& suggestion, const Targets::Population& population) {
  constexpr double most_that_count = 30.0, before_any = 3.0;
  const bool stands_in_population =
      std::any_of(suggestion.evidence.begin(), suggestion.evidence.end(),
                  [](const Evidence& evidence) { return !evidence.population.empty(); });
  const double tracks =
      stands_in_population
          ? std::lerp(std::min<double>(population.n, most_that_count), most_that_count,
                      population.referenced)  // chosen by a person: worth as many
          : 0.0;
  const double c = std::clamp(suggestion.confidence, 0.0, 1.0);
  return std::sqrt(c * (1.0 - c) / (tracks + before_any));
}

/// 1 for what is worth most; of two worth the same, the one the signal passes first.
void rank(std::vector<Suggestion>& suggestions) {
  for (Suggestion& one : suggestions) {
    one.rank = 1;
    for (const Suggestion& other : suggestions)
      one.rank += other.worth.rank() > one.worth.rank() ||
                  (other.worth.rank() == one.worth.rank() && &other < &one);
  }
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
  Advice advice{std::move(standing), {}, {}, {}};
  if (!mix.loudness.integrated_lufs) {
    advice.left_alone = {"Everything left alone: the mix is silent, or too quiet to measure."};
    return advice;
  }
  Sound so_far = sound_of(mix);
  const Case about{mix, so_far, advice.standing.population, targets.ceiling(), wishes, track};
  std::vector<Verdict> verdicts;
  const auto rules = rules_in_signal_order();
  for (const auto& rule : rules)
    for (Verdict& verdict : rule(about)) {
      if (verdict.suggestion) so_far = after(std::move(so_far), step_of(*verdict.suggestion));
      verdicts.push_back(std::move(verdict));
    }
  const auto levels = [&] {
    std::vector<Verdict> both = {advise_loudness(about)};
    both.push_back(advise_ceiling(about, both.front().suggestion));
    return both;
  };
  // The level comes last, and knows what is left of the others.
  const auto places = most_suggestions - count(levels());
  hold_back(verdicts, places);
  so_far = sound_of(mix);
  solve_together(so_far, verdicts);
  for (Verdict& verdict : verdicts)
    if (verdict.suggestion) so_far = foretold(std::move(so_far), *verdict.suggestion);
  for (Verdict& verdict : levels()) verdicts.push_back(std::move(verdict));
  for (Verdict& verdict : verdicts) {
    if (verdict.suggestion)
      advice.suggestions.push_back(std::move(*verdict.suggestion));
    else if (!verdict.left_alone.empty())
      (verdict.mentioned ? advice.mentions : advice.left_alone)
          .push_back(std::move(verdict.left_alone));
  }
  for (Suggestion& one : advice.suggestions)
    one.confidence_sd = confidence_sd(one, advice.standing.population);
  rank(advice.suggestions);
  return advice;
}

Result<std::vector<Suggestion>> suggest(const measure::Measurement& mix, int track,
                                        const Wishes& wishes, const Targets& targets) {
  TRY(auto advice, advise(mix, track, wishes, targets));
  return std::move(advice.suggestions);
}

measure::Maybe measured_value(const measure::Measurement& master, const std::string& key) {
  if (key == balance_key) return master.stereo.balance_db;
  if (key == head_silence_key) return master.head_silence_s;
  if (key == tail_silence_key) return master.tail_silence_s;
  for (const auto& one : master.findings)
    if (key == findings_key(one.kind)) return grave_findings(master, one.kind);
  if (key.starts_with(findings_key(""))) return 0.0;
  const Sound sound = sound_of(master);
  for (const Quantity& quantity : quantities(sound))
    if (key_of(sound, quantity) == key) return value_of(sound, quantity);
  return std::nullopt;
}

}  // namespace lacquer::advise
