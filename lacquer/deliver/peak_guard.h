#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::deliver {

/// The source under a true-peak ceiling: the chain's limiter, which leaves alone what is below.
Result<SourcePointer> guarded(SourcePointer, double ceiling_dbtp);

/// The ceiling to limit to so that rounding to `bits` with dither stays under `ceiling_dbtp`:
/// each sample may move by 1.5 LSB, a peak between samples by a little more.
double ceiling_before_bits(double ceiling_dbtp, int bits);

}  // namespace lacquer::deliver
