#pragma once

#include "lacquer/base/audio.h"
#include "lacquer/base/edit.h"

namespace lacquer::chain {

/// The gain of a fade at a share of its way from silence (0) to full level (1): linear is that
/// share; equal_power sin(pi/2 x), the curve whose power adds up in a crossfade; s_curve
/// (1 - cos(pi x)) / 2, without a corner at either end; exponential rises by 60 dB evenly, less the
/// step of -60 dB it would begin with.
double fade_gain(FadeCurve, double share) noexcept;

/// The source with its ends trimmed and faded and silence around it, in constant memory. Sample
/// exact: between the fades the samples pass bit for bit, and an edit that changes nothing hands
/// back the source itself. The n frames of a fade have its gains at (i + 1/2) / n.
/// Errors (unusable_input): a length that is negative, not finite or beyond an hour of fade or
/// silence; trims that leave nothing; a fade longer than what they leave.
Result<SourcePointer> edit(const Edit&, SourcePointer);

}  // namespace lacquer::chain
