#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/faults/lossy/lossy_treble.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// A few frames of programme in which the grid of a codec is looked for. Mono stands in both rows.
struct LossyPassage {
  static constexpr int frames = 3200;  ///< one frame of any codec, tried at each of its offsets

  std::int64_t first_frame = 0;
  double top_hz = 0.0;  ///< below it there is treble well above the rounding noise of 16 bit
  double treble = 0.0;  ///< mean square above 8 kHz, the smallest of three windows in a row
  std::array<std::vector<double>, 2> samples;
};

/// Picks the passages of a stream where a codec has had to save: sustained treble, which is where
/// it runs out of bits; no single hit, which would hide the grid.
///
/// Between 8 and 16 of them spread over a programme of any length (fewer below 8 s), in one pass
/// and constant memory: the best of each stretch is kept, and when there are too many stretches,
/// two become one. Any block split gives the same passages.
class LossyPassages {
 public:
  /// At most 48 kHz.
  explicit LossyPassages(StreamFormat);

  /// Frames that can be read Detector::look_back_frames() back.
  void add(AudioBlock);
  /// The short windows of the frames that went before, one after the other.
  void look(std::int64_t first_frame, const TrebleBands&);

  std::vector<LossyPassage> passages() const;

 private:
  /// What three windows in a row come down to.
  struct Window {
    std::int64_t first_frame = -1;
    double treble = 0.0;
    double top_hz = 0.0;
  };

  void offer(const Window&, double treble);
  void join_stretches();

  StreamFormat format_;
  std::int64_t stretch_frames_;
  Window before_, middle_;
  std::array<LookBack, 2> recent_;  // by channel
  std::vector<LossyPassage> best_;  // of stretch i
};

}  // namespace lacquer::measure
