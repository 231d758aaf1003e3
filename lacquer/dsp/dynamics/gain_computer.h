#pragma once

#include "lacquer/dsp/dynamics/pair_decibels.h"

namespace lacquer::dsp {

/// How many dB a level is to be turned down: nothing up to the threshold, all but 1/ratio of what
/// is above it, and a parabola between the two over the knee.
///
/// Exactly 0 at and below the foot of the knee. Source: D. Giannoulis, M. Massberg, J. D. Reiss,
/// "Digital Dynamic Range Compressor Design", J. Audio Eng. Soc. 60 (2012), equation 4.
struct GainComputer {
  double threshold_db = 0.0;
  double slope = 0.0;    ///< 1 - 1/ratio
  double knee_db = 0.0;  ///< its whole width

  double foot_db() const noexcept { return threshold_db - 0.5 * knee_db; }

  /// The share of the knee passed counts as a square, what is above the knee in full; at the top
  /// of the knee that is half the knee, so both add up to (level - threshold).
  Pair reduction_db(Pair level_db) const noexcept {
    const Pair above_foot = level_db - foot_db();
    const Pair in_knee = larger(smaller(above_foot, pair_of(knee_db)), pair_of(0.0));
    const Pair above_knee = larger(above_foot - knee_db, pair_of(0.0));
    const double curvature = knee_db > 0.0 ? 0.5 / knee_db : 0.0;
    return slope * (in_knee * in_knee * curvature + above_knee);
  }
};

}  // namespace lacquer::dsp
