#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/float_fft.h"
#include "lacquer/measure/spectrum/float_frames.h"

namespace lacquer::measure {

/// One look at the spectrum of a few frames, under a Hann window.
///
/// The bins of a channel add up to the mean square of its frames in the window, so a full-scale
/// sine is 0.5 spread over three or four bins, and a bin's share does not depend on the size.
struct SpectrumFrame {
  std::int64_t first_frame = 0;  ///< of the window, in the programme
  int size = 0;                  ///< frames in the window
  int bins = 0;                  ///< size / 2 + 1
  double bin_hz = 0.0;           ///< bin k stands at k * bin_hz
  /// After the last bin of a row so many more can be read, whatever they are.
  static constexpr int bins_behind = 8;
  const float* const* power = nullptr;  ///< by channel, `bins` values each
  /// Stereo only, else null: (L + R) / 2 and (L - R) / 2, scaled as `power`. In single precision
  /// neither follows from the channels, of which it may be a small difference; the other way round
  /// left times right conjugate has the real part mid - side.
  const float *mid = nullptr, *side = nullptr;
};

/// Of a few bins of two channels.
struct BinSums {
  double left = 0.0, right = 0.0, mid = 0.0, side = 0.0;

  double both() const noexcept { return left + right; }
  double cross() const noexcept { return mid - side; }
  BinSums& operator+=(const BinSums& other) noexcept {
    left += other.left;
    right += other.right;
    mid += other.mid;
    side += other.side;
    return *this;
  }
};
/// Bins from `first` to before `end` of a stereo look; nothing where `end` is not behind `first`.
BinSums sums_of_bins(const SpectrumFrame&, int first, int end) noexcept;

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

  int size() const noexcept { return size_; }

  /// The same time at every rate: `frames_at_48_khz` up to 48 kHz, twice that up to 96 kHz, ...
  static int frames_of(double sample_rate_hz, int frames_at_48_khz);

 private:
  void transform(const FloatFrames&, const Look&);

  StreamFormat format_;
  int size_;
  dsp::FloatFft fft_;
  std::int64_t first_frame_ = 0;      // of the next window
  dsp::AlignedVector<float> window_;  // scaled: squares add up to 1 / (2 size)
  std::optional<FloatFrames> own_;    // of a stream that is not shared
  std::vector<dsp::AlignedVector<float>> power_;
  std::vector<const float*> rows_;  // of power_
  dsp::AlignedVector<float> mid_, side_, spare_, silence_, real_, imaginary_;
};

}  // namespace lacquer::measure
