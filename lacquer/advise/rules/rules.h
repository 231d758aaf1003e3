#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/forecast/sound.h"

/// One rule a file. Each looks at one thing about the mix and comes to a Verdict.
namespace lacquer::advise {

/// What a suggestion wants of the sound, for solving all of them together.
struct Goal {
  Quantity quantity;
  double value = 0.0;
  double scale = 0.5;  ///< off by so much counts as one
};
/// A setting that may still move a little for the goals, with the room it has.
struct Free {
  std::string setting;
  double least = 0.0, most = 0.0;
  double plausible = 1.0;  ///< standard deviation around what the rule proposed
  double unit = 0.1;       ///< it is rounded to
};

/// A suggestion, or the sentence that says why there is none; exactly one of the two. Neither where
/// a rule has nothing to look at (no finding of its kind).
struct Verdict {
  std::optional<Suggestion> suggestion = {};
  std::string left_alone = {};
  bool mentioned = false;  ///< left_alone tells of something that stands out, though not enough
  std::vector<Goal> goals = {};
  std::vector<Free> free = {};
};

/// What every rule looks at.
struct Case {
  const measure::Measurement& mix;
  /// The mix as it will be once the suggestions made so far are taken: what is left to do.
  const Sound& so_far;
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

std::vector<Verdict> advise_repair(const Case&);
Verdict advise_tone(const Case&);
std::vector<Verdict> advise_resonance(const Case&);
Verdict advise_sibilance(const Case&);
Verdict advise_width(const Case&);
Verdict advise_bass_mono(const Case&);
/// Peaks stand so little over the loudness that nothing may be compressed or made louder unasked.
bool is_over_compressed(const Case&);
Verdict advise_over_compressed(const Case&);
Verdict advise_glue(const Case&);
Verdict advise_band_dynamics(const Case&);
Verdict advise_ends(const Case&);
/// The mix must have a loudness.
Verdict advise_loudness(const Case&);
/// `loudness` is what advise_loudness() proposed, if anything.
Verdict advise_ceiling(const Case&, const std::optional<Suggestion>& loudness);

}  // namespace lacquer::advise
