#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::deliver {

/// The source under a true-peak ceiling: the chain's limiter, which leaves alone what is below.
Result<SourcePointer> guarded(SourcePointer, double ceiling_dbtp);

/// The ceiling to limit to so that rounding to `bits` with dither stays under `ceiling_dbtp`:
/// each sample may move by 1.5 LSB, a peak between samples by a little more.
double ceiling_before_bits(double ceiling_dbtp, int bits);

/// A pass of "limit, encode, measure what comes back" that ended above its limit.
struct OverPass {
  int number = 1;
  double excess_db = 0.0;       ///< above the limit; 0 when samples clipped below it
  double last_step_db = 0.0;    ///< what the ceiling was lowered by before it; 0 in the first
  double last_excess_db = 0.0;  ///< of the pass before; 0 in the first
};

/// What to lower the ceiling by for the next pass: the excess and 0.05 dB. A codec whose peaks are
/// mostly its own does not follow the ceiling decibel by decibel; when from the third pass on the
/// last step took off less than half of itself, the next is at least twice as large.
double ceiling_step_db(const OverPass&);

}  // namespace lacquer::deliver
