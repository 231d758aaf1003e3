#pragma once

#include <cstdint>
#include <limits>

#include "lacquer/base/audio.h"
#include "lacquer/base/edit.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::chain {

/// The gain of a fade at a share of its way from silence (0) to full level (1): linear is that
/// share; equal_power sin(pi/2 x), the curve whose power adds up in a crossfade; s_curve
/// (1 - cos(pi x)) / 2, without a corner at either end; exponential rises by 60 dB evenly, less the
/// step of -60 dB it would begin with.
double fade_gain(FadeCurve, double share) noexcept;

/// The edit that has these lengths, by the keys of edit_lengths; other keys do nothing.
Edit edit_with(const Values& lengths_s);

/// An edit of a programme of known length, in frames.
class Editing {
 public:
  /// Changes nothing.
  Editing() = default;
  /// Errors (unusable_input): a length that is negative, not finite or beyond an hour of fade or
  /// silence; trims that leave nothing; a fade longer than what they leave.
  static Result<Editing> of(const Edit&, const StreamFormat&, std::int64_t frame_count);

  std::int64_t trim_start() const noexcept { return trim_start_; }
  std::int64_t kept() const noexcept { return kept_; }
  std::int64_t silence_before() const noexcept { return silence_before_; }
  std::int64_t silence_after() const noexcept { return silence_after_; }
  std::int64_t frame_count() const noexcept { return silence_before_ + kept_ + silence_after_; }

  /// Fades a block of what is kept; `first` counts from the trim. The n frames of a fade have its
  /// gains at (i + 1/2) / n.
  void fade(AudioBlock, std::int64_t first) const noexcept;

 private:
  std::int64_t trim_start_ = 0, kept_ = std::numeric_limits<std::int64_t>::max();
  std::int64_t fade_in_ = 0, fade_out_ = 0, silence_before_ = 0, silence_after_ = 0;
  FadeCurve fade_in_curve_{}, fade_out_curve_{};
};

/// The source with its ends trimmed and faded and silence around it, in constant memory. Sample
/// exact: between the fades the samples pass bit for bit, and an edit that changes nothing hands
/// back the source itself. Errors: Editing::of()'s.
Result<SourcePointer> edit(const Edit&, SourcePointer);

}  // namespace lacquer::chain
