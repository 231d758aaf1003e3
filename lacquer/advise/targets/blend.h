#pragma once

#include <string>
#include <utility>
#include <vector>

#include "lacquer/advise/targets/posterior.h"
#include "lacquer/advise/targets/targets.h"

namespace lacquer::advise {

/// A population and its weight; all weights of a blend are positive and sum to 1.
using Parts = std::vector<std::pair<double, const Targets::Population*>>;

/// The mixture of populations as one: mean and covariance are the mixture's own moments (so the
/// covariance holds how far the parts lie apart), quantiles those of the mixture. n is how many
/// tracks of equal weight would say as much (Kish): 1 / sum of weight^2 / n.
/// The parts must share their bands. One part alone comes back as it is.
Targets::Population blend(const Parts&);

/// "pop" or "pop:0.7,jazz:0.3" as the blend of what is named, weights made to sum to 1; a name
/// without one weighs 1. Errors (usage): a name there is none of (the nearest are offered), a
/// name twice, a weight that is no number above 0.
Result<Targets::Population> population_named(const std::string& wish, const Targets&);

/// The genres as probable as they are, `all` for what is unknown; certainty is 1 - unknown.
/// The name says the shares: "pop 62 %, jazz 21 %, unknown 17 %".
Targets::Population population_of(const Posterior&, const Targets&);

/// What suggestions for this mix stand in, and why in one sentence.
struct Standing {
  Targets::Population population;
  std::string why;
};

/// population_of() the mix's posterior for "auto", else population_named().
Result<Standing> standing_for(const measure::Measurement& mix, const std::string& wish,
                              const Targets&);

/// Whether standing_for() could take the wish, before there is a mix. Errors: as population_named.
Result<void> require_population(const std::string& wish, const Targets&);

}  // namespace lacquer::advise
