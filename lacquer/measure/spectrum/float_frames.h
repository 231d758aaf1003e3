#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

/// The latest frames of a stream in single precision, each channel in one piece: what everybody who
/// transforms reads, so that it is rounded once and stands in the cache once.
class FloatFrames {
 public:
  /// At least the last `keep` frames can be read at any time.
  FloatFrames(int channel_count, int keep);

  /// At most `keep` frames.
  void add(AudioBlock) noexcept;

  /// One past the newest frame, in the programme.
  std::int64_t end() const noexcept { return end_; }
  /// The frame at `place`, between end() - keep and end(), and those after it. On a line of the
  /// cache where `place` is a multiple of 16. What was before the programme is 0.
  const float* at(int channel, std::int64_t place) const noexcept {
    return samples_[static_cast<std::size_t>(channel)].data() + (place - base_);
  }
  int channel_count() const noexcept { return static_cast<int>(samples_.size()); }

 private:
  int keep_;
  std::int64_t base_;  // frame that stands first in samples_, a multiple of 16
  std::int64_t end_ = 0;
  std::vector<dsp::AlignedVector<float>> samples_;  // by channel
};

}  // namespace lacquer::measure
