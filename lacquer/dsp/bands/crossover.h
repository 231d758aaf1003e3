#pragma once

#include <array>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/biquad.h"

namespace lacquer::dsp {

/// Up to four bands that add up to an all-pass: fourth-order Linkwitz-Riley corners, one after the
/// other, and in the bands already split off the all-pass of every later corner, so that all bands
/// stay in step.
///
/// The filters are state-variable ones that keep their energy when a corner moves; both halves and
/// the all-pass come out of the same one. No delay.
/// Sources: S. Linkwitz 1976, "Active crossover networks for noncoincident drivers"; A. Simper
/// 2013, "Linear trapezoidal integrated state variable filter".
class Crossover {
 public:
  static constexpr int most_bands = 4;
  static constexpr int most_frames = 64;

  /// Two channels of every band.
  using Bands = std::array<std::array<Pair, most_frames>, most_bands>;
  using Corners = std::array<double, most_bands - 1>;

  void prepare(StreamFormat);
  void reset() noexcept;

  /// `band_count` - 1 corners in rising order; the rest is not looked at.
  void tune(int band_count, const Corners& corners_hz) noexcept;

  /// Two channels from `first_channel` on, at most most_frames; of an odd number the last twice.
  void split(AudioBlock, int first_channel, Bands&) noexcept;

  /// Empties what has rung out, before it becomes denormal numbers.
  void settle() noexcept;

 private:
  static constexpr int most_corners = most_bands - 1;

  struct Corner {
    double hz = 0.0;
    double a1 = 1.0, a2 = 0.0, a3 = 0.0;  // Simper's names
  };
  struct Halves {
    Pair low, high;
  };
  struct Filter {
    Pair s1 = {}, s2 = {};
    Halves split(const Corner&, Pair) noexcept;
    Pair all_pass(const Corner&, Pair) noexcept;
    bool spent() const noexcept;
  };
  /// What two channels need at one corner.
  struct Node {
    Filter first, low, high;
    std::array<Filter, most_corners> all_passes;  // of the bands below
  };
  using Nodes = std::array<Node, most_corners>;

  template <int bands>
  void split_into(AudioBlock, int first_channel, Bands&) noexcept;

  StreamFormat format_;
  int band_count_ = 1;
  std::array<Corner, most_corners> corners_;
  std::vector<Nodes> nodes_;  // one for every two channels
};

}  // namespace lacquer::dsp
