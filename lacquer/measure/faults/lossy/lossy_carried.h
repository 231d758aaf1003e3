#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/lossy/lossy_transforms.h"

/// How the Fourier sums of a lapped transform are carried along from offset to offset.
namespace lacquer::measure {

/// cos and sin of multiples of pi / (4 size), the unit of all angles of a transform.
class UnitTurns {
 public:
  explicit UnitTurns(int size);

  float cosine(std::int64_t units) const;
  float sine(std::int64_t units) const { return cosine(units - std::ssize(cosines_) / 4); }

 private:
  std::vector<float> cosines_;
};

/// Fourier sums over one segment at frequencies in a row, and what carries them on.
///
/// Each sum is turned so that the part of a window that reads it wants its real or its imaginary
/// part, with no turn of its own. A channel's sums stand in one array, at `first` the real parts
/// and `count` behind them the imaginary ones.
struct Carried {
  static constexpr std::size_t at_once = 4;  // frames that come in when a segment is filled

  /// Numbers e^(i angle) by frequency.
  struct Phases {
    dsp::AlignedVector<float> real, imaginary;
  };

  LossySegment segment;
  std::size_t first = 0, count = 0;
  std::int64_t turned_units = 0;
  int turned_frames = 0;               // as of the part that reads them
  Phases step, leave, enter;           // all there was; the frame that goes out, and that comes in
  Phases leap;                         // all there was, by at_once frames
  std::array<Phases, at_once> follow;  // each of these frames

  void tune(const UnitTurns&, int first_frequency, int half_steps);
};

/// How the sums of a part are turned: by so many units, the same for all frequencies, beside what
/// the part itself turns them. Each half-wave is then signs[m] x (lower sum + upper sum).
struct Turned {
  std::int64_t units = 0;
  bool fits = true;
  std::array<float, series_terms> signs{};
  std::array<bool, series_terms> first_imaginary{}, second_imaginary{};  // the part that is read
};
Turned turned(const LossyWindowPart&, int size);

}  // namespace lacquer::measure
