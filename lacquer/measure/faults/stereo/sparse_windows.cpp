#include "lacquer/measure/faults/stereo/sparse_windows.h"

#include <algorithm>
#include <cassert>

namespace lacquer::measure {

SparseWindows::SparseWindows(int size, std::int64_t hop_frames)
    : size_{size},
      hop_frames_{hop_frames},
      left_(static_cast<std::size_t>(size)),
      right_(static_cast<std::size_t>(size)) {
  assert(hop_frames >= size);
}

int SparseWindows::take(AudioBlock block, int at) {
  const std::int64_t in_hop = position_ % hop_frames_;
  if (in_hop == 0) {
    filled_ = 0;
    shown_ = false;
  }
  const bool wanted = in_hop < size_;
  const auto count = static_cast<int>(
      std::min<std::int64_t>((wanted ? size_ : hop_frames_) - in_hop, block.frame_count() - at));
  if (wanted) {
    dsp::narrow(block.channel(0) + at, count, left_.data() + filled_);
    dsp::narrow(block.channel(1) + at, count, right_.data() + filled_);
    filled_ += count;
  }
  position_ += count;
  return count;
}

}  // namespace lacquer::measure
