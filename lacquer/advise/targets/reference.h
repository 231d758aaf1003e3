#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/targets/blend.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// A recording the engineer wants the master to be like, and in what: each role 0 (not at all) to
/// 1 (as far as the reference speaks); several references share a role by their weights.
struct Reference {
  std::string file;
  double tone = 1.0, dynamics = 1.0, width = 1.0;
};

/// "a.wav;tone=1;dynamics=0;width=0.5"; a role that is not named keeps 1. Errors (usage): no file,
/// a role there is none of (the nearest is offered), one twice, a weight outside 0 to 1.
Result<Reference> parse_reference(const std::string& text);
/// What parse_reference() reads back; roles of weight 1 are left out.
std::string to_text(const Reference&);

/// A recording as references are compared: the whole, and each loud passage's statistics. Loud
/// against loud: how long a song's quiet verse is says nothing about how its chorus should sound.
struct Heard {
  measure::Measurement whole;
  std::vector<measure::Spectrum> loud;
};

/// One reference as a population of masters like it, for this mix.
///
/// Its middle is the reference's mean over its loud passages, moved by how the mix as a whole
/// differs from the mix's own loud passages: where the mix stands in it is where its loud passages
/// stand against the reference's. Its spread is what the reference leaves open: the error of its
/// own mean over time (the passages' covariance, drawn towards the genre's where they are few),
/// and a tenth of the genre's variance for what two masters meant alike still differ in.
/// What the reference has not got (the width of a mono file, bands above its cut-off) is the
/// genre's.
Targets::Population population_like(const std::string& name, const Heard& reference,
                                    const Heard& mix, const Targets::Population& genre);

struct WeighedReference {
  Reference roles;
  Targets::Population population;
};

/// The genre with each role's share replaced by the references': tone is the shares, width the
/// sides, dynamics spread, range, loudness and peaks. Weights of a role that sum to more than 1
/// share it alone. certainty, name and n are those of the tone.
Targets::Population with_references(const Targets::Population& genre,
                                    const std::vector<WeighedReference>&);

/// Why a recording cannot be a reference: shorter than 5 s, silent, nothing to compare.
Result<void> require_usable(const Heard& reference, const std::string& place);
/// What it cannot teach and what is wrong with it, in sentences: mono, clipped.
std::vector<std::string> reservations(const Heard& reference, const std::string& name);

}  // namespace lacquer::advise
