#pragma once

#include <vector>

#include "lacquer/chain/recipe.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// How long a programme is how loud: what broadband dynamics need.
struct Levels {
  /// Share of the 400 ms blocks in classes of 1 LU, as measure::Loudness has them; loudness of the
  /// middle of each class. Empty for silence.
  std::vector<double> share, lufs;

  /// Of the blocks that BS.1770-4 counts (-70 LUFS, -10 LU); empty where there are none.
  measure::Maybe integrated_lufs() const;
  /// Between the 10th and the 95th percentile of the blocks above -70 LUFS and -20 LU: the loudness
  /// range over 400 ms in place of 3 s.
  measure::Maybe range_lu() const;
  /// The loudness that so many percent of the blocks counted by range_lu() stay below.
  measure::Maybe percentile_lufs(double percent) const;
};
Levels levels_of(const measure::Measurement&);

/// So far over the loudness of 400 ms stands what a slow compressor's detector hears of music (30
/// ms, automatic release, side-chain from 100 Hz): 6.0 to 8.0 dB in twelve pieces (docs/advise.md).
inline constexpr double detector_over_loudness_db = 7.2;

/// What a compressor's static curve makes of them.
struct Compression {
  Levels after;
  double mean_reduction_db = 0.0;  ///< of the blocks range_lu() counts
  double most_reduction_db = 0.0;
};
Compression compressed(const Levels&, const chain::Step& compressor);

}  // namespace lacquer::advise
