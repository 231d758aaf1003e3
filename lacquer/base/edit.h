#pragma once

#include <array>
#include <string_view>

namespace lacquer {

/// How a fade gets from silence to full level.
enum class FadeCurve { linear, equal_power, s_curve, exponential };

/// By the enumerators' order; what people write.
inline constexpr std::array<std::string_view, 4> fade_curve_names = {"linear", "equal_power",
                                                                     "s_curve", "exponential"};

/// What is done to the beginning, the end and the length of a track, in this order: the trims cut,
/// the fades are over what is left, the silences stand around it. Seconds are rounded to frames.
struct Edit {
  double trim_start_s = 0.0, trim_end_s = 0.0;
  double fade_in_s = 0.0, fade_out_s = 0.0;
  FadeCurve fade_in_curve = FadeCurve::s_curve;
  FadeCurve fade_out_curve = FadeCurve::s_curve;
  double silence_before_s = 0.0, silence_after_s = 0.0;
  friend bool operator==(const Edit&, const Edit&) = default;

  /// Curves alone do nothing.
  bool changes_nothing() const noexcept {
    for (const double seconds :
         {trim_start_s, trim_end_s, fade_in_s, fade_out_s, silence_before_s, silence_after_s})
      if (seconds != 0.0) return false;
    return true;
  }
};

}  // namespace lacquer
