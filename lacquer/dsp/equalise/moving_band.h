#pragma once

#include <array>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/dsp/equalise/band_shape.h"

namespace lacquer::dsp {

/// A bell or shelf whose gain moves all the time: the equaliser's matched filters
/// (matched_biquad.h) at every whole dB, and straight lines between their coefficients. All lie
/// inside the triangle of stable filters, which is convex, so every filter on the way is stable and
/// minimum phase.
///
/// Filters are fitted when they are first needed and kept until the shape changes; once the music
/// has been everywhere the gain goes, nothing is computed but the lines.
///
/// Guarantee: within 0.1 dB of the prototype at every gain where matched_biquad is; at 0 dB it is
/// no filter, and once its memory is spent the samples are not touched.
class MovingBand {
 public:
  static constexpr int most_db = 48;  // either way

  void prepare(StreamFormat);
  void reset() noexcept;

  /// The gain to reach, in a straight line, by the end of the step that begins. The first one after
  /// reset() holds from the first frame.
  void begin_step(const BandShape&, double gain_db, int step_frames) noexcept;
  /// True where process() would change anything.
  bool in_use() const noexcept { return !resting_; }
  /// Frames of the step, from `first_frame` of it on.
  void process(AudioBlock, int first_frame) noexcept;

 private:
  struct Node {
    BiquadCoefficients filter;
    bool fitted = false;
  };
  const BiquadCoefficients& node(int gain_db) noexcept;
  BiquadCoefficients filter_at(double gain_db) noexcept;
  void process_pair(AudioBlock, int first_channel, int first_frame) noexcept;

  StreamFormat format_;
  BandShape shape_;
  bool fresh_ = true;
  bool resting_ = true;
  bool flat_ = true;  // 0 dB from the beginning of the step to its end
  int step_frames_ = 1;
  std::array<Node, 2 * most_db + 1> nodes_;  // from -most_db to most_db
  BiquadCoefficients from_, to_;
  double from_db_ = 0.0, to_db_ = 0.0;
  std::vector<BiquadState> states_;  // one for every two channels
};

}  // namespace lacquer::dsp
