#pragma once

#include <cstdint>

#include "lacquer/base/audio.h"

namespace lacquer::media {

/// Interleaved frames into the rows of a block, as many as it has.
/// Integers are full scale at their lowest value, which becomes -1 exactly.
void deinterleave(const std::int16_t*, AudioBlock) noexcept;
void deinterleave(const std::int32_t*, AudioBlock) noexcept;
void deinterleave(const double*, AudioBlock) noexcept;

}  // namespace lacquer::media
