#pragma once

#include <vector>

#include "lacquer/measure/faults/stereo/phase_track.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Appends `mono_incompatible` for the passages of a second and more that do not survive a mono
/// sum, then for those of which only the bass does not. Moments that are `inverted` (one for each)
/// have been spoken for and are left out; one of them at least must be active.
///
/// Each moment is judged with the three seconds around it, by power: what counts is what a listener
/// in mono misses, not one chord.
void find_mono_incompatible(const PhaseHistory&, const std::vector<bool>& inverted,
                            std::vector<Finding>& found);

}  // namespace lacquer::measure
