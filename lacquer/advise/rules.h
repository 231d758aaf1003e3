#pragma once

#include <optional>
#include <string>

#include "lacquer/advise/advise.h"

/// One rule a processor: a suggestion, or the sentence that says why there is none. At least one
/// of the two, never both.
namespace lacquer::advise {

struct Verdict {
  std::optional<Suggestion> suggestion;
  std::string left_alone;
};

/// What every rule looks at.
struct Case {
  const measure::Measurement& mix;
  const Targets::Population& population;
  const Targets::Ceiling& ceiling;
  const Wishes& wishes;
  int track;

  double ceiling_dbtp() const { return wishes.ceiling_dbtp.value_or(ceiling.true_peak_dbtp); }
  /// Of what the population wants: smaller the less is known about where the mix belongs.
  double strength() const { return wishes.strength * population.certainty; }
  std::string id(const std::string& what) const { return std::to_string(track) + "-" + what; }
};

/// How far a population can be trusted: for n tracks 0.5 at 30, 0.82 at 138; what a person named
/// as the reference 0.9; all of it times its certainty.
double trust_in(const Targets::Population&);

Verdict advise_tone(const Case&);
Verdict advise_bass_mono(const Case&);
/// The mix must have a loudness.
Verdict advise_loudness(const Case&);
/// `loudness` is what advise_loudness() proposed, if anything.
Verdict advise_ceiling(const Case&, const std::optional<Suggestion>& loudness);

}  // namespace lacquer::advise
