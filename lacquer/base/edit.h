#pragma once

#include <array>
#include <cstddef>
#include <optional>
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

  bool says_of_beginning() const noexcept {
    return trim_start_s != 0.0 || fade_in_s != 0.0 || silence_before_s != 0.0;
  }
  bool says_of_end() const noexcept {
    return trim_end_s != 0.0 || fade_out_s != 0.0 || silence_after_s != 0.0;
  }
  /// Curves alone do nothing.
  bool changes_nothing() const noexcept { return !says_of_beginning() && !says_of_end(); }

  /// This edit, with `other` at each end of which this one says nothing.
  Edit or_else(const Edit& other) const noexcept {
    Edit both = *this;
    if (!says_of_beginning()) {
      both.trim_start_s = other.trim_start_s;
      both.fade_in_s = other.fade_in_s;
      both.fade_in_curve = other.fade_in_curve;
      both.silence_before_s = other.silence_before_s;
    }
    if (!says_of_end()) {
      both.trim_end_s = other.trim_end_s;
      both.fade_out_s = other.fade_out_s;
      both.fade_out_curve = other.fade_out_curve;
      both.silence_after_s = other.silence_after_s;
    }
    return both;
  }
};

/// One length of an Edit, as files, sessions and options name it.
struct EditLength {
  const char* key;
  double Edit::*seconds;
  double most_s;
  const char* help;
};
inline constexpr std::array<EditLength, 6> edit_lengths = {{
    {"trim_start_s", &Edit::trim_start_s, 36000.0, "Seconds to cut off the beginning"},
    {"trim_end_s", &Edit::trim_end_s, 36000.0, "Seconds to cut off the end"},
    {"fade_in_s", &Edit::fade_in_s, 3600.0, "Seconds to fade in over, behind the trim"},
    {"fade_out_s", &Edit::fade_out_s, 3600.0, "Seconds to fade out over, before the trim"},
    {"silence_before_s", &Edit::silence_before_s, 3600.0, "Seconds of silence to put in front"},
    {"silence_after_s", &Edit::silence_after_s, 3600.0, "Seconds of silence to put behind"},
}};

struct EditCurve {
  const char* key;
  FadeCurve Edit::*curve;
  const char* help;
};
inline constexpr std::array<EditCurve, 2> edit_curves = {{
    {"fade_in_curve", &Edit::fade_in_curve, "How it fades in"},
    {"fade_out_curve", &Edit::fade_out_curve, "How it fades out"},
}};

/// An Edit of which only some is said.
struct PartialEdit {
  std::array<std::optional<double>, edit_lengths.size()> lengths_s = {};
  std::array<std::optional<FadeCurve>, edit_curves.size()> curves = {};

  bool says_nothing() const noexcept { return *this == PartialEdit{}; }

  /// The edit with what is said here in place of what it had.
  Edit over(Edit edit) const noexcept {
    for (std::size_t i = 0; i < lengths_s.size(); ++i)
      if (lengths_s[i]) edit.*edit_lengths[i].seconds = *lengths_s[i];
    for (std::size_t i = 0; i < curves.size(); ++i)
      if (curves[i]) edit.*edit_curves[i].curve = *curves[i];
    return edit;
  }
  friend bool operator==(const PartialEdit&, const PartialEdit&) = default;
};

}  // namespace lacquer
