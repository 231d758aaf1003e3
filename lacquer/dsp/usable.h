#pragma once

#include <cmath>

namespace lacquer::dsp {

/// The sample if it is audio, else silence: not a number, infinite, or beyond +180 dBFS, where
/// sums inside a processor could overflow. One comparison answers all three.
inline double usable(double sample) noexcept { return std::abs(sample) <= 1e9 ? sample : 0.0; }

}  // namespace lacquer::dsp
