#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "lacquer/base/audio.h"
#include "lacquer/measure/spectrum/float_frames.h"
#include "lacquer/measure/spectrum/look_powers.h"
#include "lacquer/measure/spectrum/pair_transform.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// Short-time Fourier transform of a stream, overlapped by half. The first window begins with the
/// first frame, the last one is the last that is full. Any block split gives the same bits.
/// Transformed in single precision: what is less than -130 dB of a window is its noise.
class ShortTimeSpectrum {
 public:
  using Look = std::function<void(const SpectrumFrame&)>;

  /// `size` is a power of two, at least 256; see frames_of().
  ShortTimeSpectrum(StreamFormat, int size);

  /// Calls `look` for each window that is full. What it is shown is gone when it returns.
  void add(AudioBlock, const Look& look);
  /// The same from frames that others use as well, the whole stream from its first frame on. They
  /// keep size() frames and as many as are ever added between two calls.
  void follow(const FloatFrames&, const Look& look);

  int size() const noexcept { return transform_.size(); }

  /// The same time at every rate: `frames_at_48_khz` up to 48 kHz, twice that up to 96 kHz, ...
  static int frames_of(double sample_rate_hz, int frames_at_48_khz);

 private:
  int channel_count_;
  std::int64_t first_frame_ = 0;  // of the next window
  PairTransform transform_;
  LookPowers powers_;
  std::optional<FloatFrames> own_;  // of a stream that is not shared
};

}  // namespace lacquer::measure
