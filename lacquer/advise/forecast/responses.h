#pragma once

#include <optional>

#include "lacquer/advise/tone/band_curve.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::advise {

/// What a processor does to middle and side at each frequency, in dB, whatever passes it.
struct Responses {
  ResponseDb mid, side;
};

/// Of an equaliser's bells, shelves and tilts over both channels, middle or side; of the side gain
/// and widths of stereo; of bass_mono. Empty for anything else, and where a band is a pass or turns
/// one channel alone.
std::optional<Responses> responses_of(const chain::Step&);

}  // namespace lacquer::advise
