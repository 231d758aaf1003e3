#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/targets/targets.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// Which populations a mix could come from, and how probably: never a label.
struct Posterior {
  struct Share {
    const Targets::Population* population = nullptr;
    double probability = 0.0;
  };
  std::vector<Share> shares;       ///< the shipped genres, most probable first
  double unknown = 1.0;            ///< none of them; with the shares it sums to 1
  std::vector<std::string> heard;  ///< what spoke: "tone", "width", "dynamics", "loudness range"
};

/// By Bayes, from what a mix already shows of its genre: the shares of the nine bands, width and
/// spread of level in each, loudness range. Level does not speak, it is the mastering's own work;
/// tempo and percussive share do not, the statistics hold none per genre.
///
/// Every genre is as likely beforehand. "Unknown" is all genres with twice their spread and heavy
/// tails: next to nothing where a genre fits, nearly everything far outside. The nine numbers of a
/// group say partly the same, as do the groups: likelihoods are tempered by that (see
/// posterior.cpp), so that of mixes called 70 % pop no fewer than 70 % are.
///
/// A mix without a measurable spectrum is all unknown. Targets a person learned are for asking by
/// name; how often they are meant nobody knows.
Posterior genre_posterior(const measure::Measurement& mix, const Targets&);

}  // namespace lacquer::advise
