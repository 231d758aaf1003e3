#pragma once

#include <cstdint>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

/// Cuts single windows out of a stereo stream, one each `hop_frames`, for analyses that are too
/// dear to be made of everything, in single precision. Any block split gives the same windows.
class SparseWindows {
 public:
  /// `hop_frames` is at least `size`; the first window begins with the first frame.
  SparseWindows(int size, std::int64_t hop_frames);

  /// Calls `look(left, right, first_frame)` for each window that is full.
  template <typename Look>
  void add(AudioBlock block, const Look& look) {
    for (int at = 0; at < block.frame_count();) {
      at += take(block, at);
      if (filled_ < size_ || shown_) continue;
      shown_ = true;
      look(left_.data(), right_.data(), position_ - size_);
    }
  }

 private:
  /// Copies or skips as many frames from `at` on as belong together; returns how many.
  int take(AudioBlock, int at);

  int size_;
  std::int64_t hop_frames_;
  std::int64_t position_ = 0;  // frames taken
  int filled_ = 0;
  bool shown_ = false;
  dsp::AlignedVector<float> left_, right_;
};

}  // namespace lacquer::measure
