#pragma once

#include <functional>

#include "lacquer/base/audio.h"
#include "lacquer/measure/spectrum/float_frames.h"
#include "lacquer/measure/spectrum/look_powers.h"
#include "lacquer/measure/spectrum/pair_transform.h"
#include "lacquer/measure/spectrum/spectrum.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// The long transforms of a stream, from steps of 10 ms: every 100 ms one in the middle of the last
/// 400 ms, as many frames as the largest power of two within (16384 at 44.1 and 48 kHz). The tonal
/// balance sees each of them, and every second is a look under a Hann window for all who want one.
class LongTransforms {
 public:
  using Look = std::function<void(const SpectrumFrame&)>;

  explicit LongTransforms(StreamFormat);

  static int size_at(double sample_rate_hz);
  /// Frames from one look to the next.
  static int hop_at(double sample_rate_hz);

  /// Frames it must be able to look back.
  int keep_frames() const noexcept;
  /// One whole step has been added to the frames. Every transform goes to `balance`, unless that is
  /// null, and every look to `look`.
  void add_step(const FloatFrames&, SpectrumMeter* balance, const Look& look);

 private:
  StreamFormat format_;
  int block_frames_;
  PairTransform transform_;
  LookPowers powers_;
  long long step_count_ = 0;
};

}  // namespace lacquer::measure
