#pragma once

#include <algorithm>
#include <cassert>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer {

/// What a stream of audio is made of. A *frame* is one sample per channel.
struct StreamFormat {
  double sample_rate_hz = 48000.0;
  int channel_count = 2;
  friend bool operator==(const StreamFormat&, const StreamFormat&) = default;
};

/// A view of deinterleaved samples: `channel_count` rows of `frame_count` doubles, full scale 1.
/// Owns nothing and is passed by value; the samples are writable through it.
class AudioBlock {
 public:
  AudioBlock(double* const* channels, int channel_count, int frame_count, int first_frame = 0)
      : channels_{channels},
        channel_count_{channel_count},
        frame_count_{frame_count},
        first_frame_{first_frame} {}

  int channel_count() const noexcept { return channel_count_; }
  int frame_count() const noexcept { return frame_count_; }
  double* channel(int index) const noexcept { return channels_[index] + first_frame_; }

  /// The `count` frames from `first` on, without copying.
  AudioBlock frames(int first, int count) const noexcept {
    assert(first >= 0 && count >= 0 && first + count <= frame_count_);
    return {channels_, channel_count_, count, first_frame_ + first};
  }

 private:
  double* const* channels_;
  int channel_count_;
  int frame_count_;
  int first_frame_;
};

/// Owns the samples an AudioBlock looks at.
class AudioBuffer {
 public:
  AudioBuffer() = default;
  AudioBuffer(int channel_count, int frame_count)
      : frame_count_{frame_count},
        samples_(static_cast<std::size_t>(channel_count) * static_cast<std::size_t>(frame_count)) {
    for (int c = 0; c < channel_count; ++c)
      channels_.push_back(samples_.data() + static_cast<std::ptrdiff_t>(c) * frame_count);
  }
  AudioBuffer(AudioBuffer&&) = default;
  AudioBuffer& operator=(AudioBuffer&&) = default;
  AudioBuffer(const AudioBuffer&) = delete;
  AudioBuffer& operator=(const AudioBuffer&) = delete;

  AudioBlock block() const noexcept {
    return {channels_.data(), static_cast<int>(channels_.size()), frame_count_};
  }
  void clear() noexcept { std::fill(samples_.begin(), samples_.end(), 0.0); }

 private:
  int frame_count_ = 0;
  std::vector<double> samples_;
  std::vector<double*> channels_;
};

/// Frames handed through the house at once; nothing may depend on it.
inline constexpr int block_frames = 4096;

/// Audio that is pulled: a file being read, or such a source with processing around it.
/// Constant memory whatever its length.
class AudioSource {
 public:
  virtual ~AudioSource() = default;
  virtual StreamFormat format() const = 0;
  /// Frames in all; known before the first read.
  virtual std::int64_t frame_count() const = 0;
  /// Fills the block from its start, returns the frames written: less than asked only at the end,
  /// 0 from then on.
  virtual Result<int> read(AudioBlock) = 0;
};

using SourcePointer = std::unique_ptr<AudioSource>;

/// Opens the same audio from its beginning, any number of times.
using OpenSource = std::function<Result<SourcePointer>()>;

/// Audio that is pushed: a file being written. Nothing is visible under its final name before
/// finish() has returned ok; a sink destroyed earlier leaves nothing behind.
class AudioSink {
 public:
  virtual ~AudioSink() = default;
  virtual Result<void> write(AudioBlock) = 0;
  virtual Result<void> finish() = 0;
};

}  // namespace lacquer
