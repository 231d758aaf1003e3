#pragma once

#include "lacquer/chain/landing.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::chain {

/// What a landing's limiter does to a programme, against what stands before it.
struct LimitingCost {
  double gain_db = 0.0;
  double integrated_lufs = 0.0;
  double reduction_db = 0.0;  ///< asked of it by the highest peak; 0: no limiter acts
  measure::Maybe noise_to_mask_p95_db =
      {};                             ///< one look in twenty is worse, see measure::NoiseToMask
  measure::Maybe worst_start_s = {};  ///< of the worst look, in the mix
};

/// Beyond this what a limiter adds comes near being heard: 12 dB below the mask, where 0 is the
/// edge of hearing it and a master is heard many times. Judgement, not measurement.
inline constexpr double most_noise_to_mask_db = -12.0;
/// Up to here a limiter stays far below what can be heard. Source: dsp-methods 1.3.
inline constexpr double sensible_reduction_db = 3.0;

/// The same landing with its gain lower by so much, from one pass over the mix; the loudness
/// follows from the landing's own. Mono or stereo, else without noise to mask.
/// Errors: the source's; cancelled.
Result<LimitingCost> cost_of_limiting(const Landing&, const OpenSource& mix, double lower_by_db,
                                      const Progress& = {});

/// The loudest at which noise to mask stays below the bound, between a landing that passes it and
/// one with sensible_reduction_db: halved `passes` times, each one pass over the mix. Where even
/// that passes the bound, that.
Result<LimitingCost> honest_limiting(const Landing&, const LimitingCost& too_much,
                                     const OpenSource& mix, int passes, const Progress& = {});

}  // namespace lacquer::chain
