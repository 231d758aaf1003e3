#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/dsp/transform/float_fft.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/float_frames.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "lacquer/measure/texture/rhythm.h"
#include "lacquer/measure/texture/sections.h"

namespace lacquer::measure {

/// Rhythm, texture and form of a stream. Looks of 21 ms at the mean of the channels, half
/// overlapped, two of them in one transform; what needs the sides takes them from the looks the
/// house shares.
class TextureMeter {
 public:
  explicit TextureMeter(StreamFormat);

  /// Frames it must be able to look back, besides those added between two calls.
  int keep_frames() const noexcept { return 3 * size_ / 2; }
  /// Looks at what has come since, of a stream from its first frame on.
  void follow(const FloatFrames&);
  /// The shared looks of 85 ms.
  void add_short(const SpectrumFrame&);
  /// After the last frame: the look that has no partner.
  void finish(const FloatFrames&);

  Rhythm rhythm() const { return rhythm_.rhythm(); }
  std::vector<Section> sections(double duration_s) const { return sections_.sections(duration_s); }

 private:
  static constexpr int bins_ = 257;  // up to 11 or 12 kHz

  void look_twice(const FloatFrames&, bool second_too);
  void show(const std::vector<float>& power);

  double sample_rate_hz_;
  int size_;                      // of a look
  std::int64_t first_frame_ = 0;  // of the next one
  dsp::FloatFft fft_;
  dsp::AlignedVector<float> window_;  // scaled as in ShortTimeSpectrum
  dsp::AlignedVector<float> mean_;    // of the channels, two looks long
  dsp::AlignedVector<float> real_, imaginary_;
  std::vector<float> first_, second_;  // powers by bin
  RhythmMeter rhythm_;
  SectionMeter sections_;
};

}  // namespace lacquer::measure
