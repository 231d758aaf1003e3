#pragma once

#include <array>
#include <optional>
#include <vector>

#include "lacquer/base/processor.h"

namespace lacquer::dsp {

/// Tells clicks (a few samples that do not belong) from music, at a place that is suspected.
///
/// Music predicts itself from a few dozen samples. Prediction is fitted to the 12 ms before and
/// the 12 ms after a suspect place, without the place, and run in both directions. Forward it
/// fails from the first sample that does not belong, backward up to the last: the two ends of the
/// click. Where the music was cut, the backward error ends before the forward error begins. What
/// the music would have been is then solved for, and what was added is the difference. A drum has
/// sound after it that was not there before, and errors that last; a click stands alone.
///
/// After Godsill and Rayner, "Digital Audio Restoration" (1998), chapter 5; the thresholds by trial
/// on an hour and a half of music (measure/faults).
class ClickJudge {
 public:
  /// What it takes to be called a click. The defaults are the meter's.
  struct Bars {
    double least_over_db = 21.0;   ///< error over the RMS of errors on both sides
    double least_isolation = 2.5;  ///< error over the largest error on both sides
    double least_level_db = 8.5;   ///< what was added over the RMS of 10 ms around
  };

  struct Click {
    int first = 0;   ///< from the suspect place
    int frames = 0;  ///< 0: a discontinuity, the waveform jumps in front of `first`
    double over_db = 0.0;
    double level_db = 0.0;  ///< what was added (of a click) or jumps, over the RMS around
    double size = 0.0;      ///< the same, linear
    /// It begins or ends too gently for its ends to be seen: the span that has it all for sure.
    bool gentle = false;
    int gentle_first = 0, gentle_frames = 0;
  };

  explicit ClickJudge(double sample_rate_hz = 48000.0);

  /// Frames that must be readable on each side of the place.
  int reach_frames() const noexcept { return guard_ + side_frames_ + order + 1; }
  /// A click and what it spoils lies within so many frames of its place.
  int guard_frames() const noexcept { return guard_; }
  int longest_frames() const noexcept { return longest_frames_; }

  /// Whether nothing within the sides bends like this place: without it, a look is a waste.
  bool stands_alone(const double* place) const noexcept;
  std::optional<Click> judge(const double* place, const Bars&) noexcept;

 private:
  static constexpr int order = 24;

  struct Span {
    int first = 0, frames = 0;
  };
  bool fit_sides(const double* begin, const double* after) noexcept;
  std::optional<Span> ends(int in_hole, double error, double outside) const noexcept;
  double added(const double* first, int frames) noexcept;

  int side_frames_, guard_, longest_frames_, local_frames_, slow_begin_;
  std::vector<double> windowed_, window_, forward_, backward_;
  std::vector<double> around_, scratch_;      // for the solution
  std::array<double, order + 1> prediction_;  // error filter: 1, a1, .. of the order
};

}  // namespace lacquer::dsp
