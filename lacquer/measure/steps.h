#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"

namespace lacquer::measure {

/// Cuts a stream into steps of 10 ms, whose ends do not depend on the blocks the audio arrives in,
/// and keeps what was before them. The stream is written where it is measured, so that nobody
/// copies it.
class Steps {
 public:
  /// So many frames can be read in front of each step; 0 where the programme had not begun.
  Steps(StreamFormat, int look_back_frames);
  Steps(const Steps&) = delete;
  Steps& operator=(const Steps&) = delete;

  /// Where the next frames of the stream are to be written. Valid until next() or space().
  AudioBlock space();
  /// So many have been.
  void add(int frames) noexcept { filled_ += frames; }

  bool is_whole() const noexcept { return filled_ >= whole_frames_; }
  /// The step as far as it has been written.
  AudioBlock step() const noexcept {
    return {rows_.data(), static_cast<int>(rows_.size()), std::min(filled_, whole_frames_)};
  }
  /// Its channels.
  double* const* rows() const noexcept { return rows_.data(); }
  /// Where the step begins.
  std::int64_t first_frame() const noexcept { return first_frame_; }
  /// Ends the step, whole or not, and begins the next.
  void next();

  int longest_frames() const noexcept { return longest_; }

 private:
  void begin();

  StreamFormat format_;
  int look_back_, longest_;
  std::int64_t first_frame_ = 0, step_count_ = 0;
  int whole_frames_ = 0;
  int filled_ = 0;                            // of the step and those after it
  std::vector<std::vector<double>> samples_;  // by channel; moved to the front once in a while
  std::vector<double*> rows_;                 // where the step begins in them
};

}  // namespace lacquer::measure
