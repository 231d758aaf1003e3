#pragma once

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

/// Discrete Fourier transform in single precision, for meters that look at powers.
///
/// Its noise stands 130 dB or more below the signal as a whole, thinly spread over all bins, and it
/// takes a third of the time of Fft. What must null or be undone again uses Fft.
///
/// Guarantee: the same bits in registers of any width. Not thread-safe: an object has scratch of
/// its own. Source: as Fft.
class FloatFft {
 public:
  /// A power of two, at least 256. `most_lanes` (8 or 16) keeps it from wider registers.
  explicit FloatFft(int size, int most_lanes = 16);

  int size() const noexcept { return size_; }
  /// X[k] = sum x[n] exp(-2 pi i k n / size). Arrays of size(); the output must not overlap the
  /// input, which is left as it is. Fastest on AlignedVectors.
  void forward(const float* real, const float* imaginary, float* out_real,
               float* out_imaginary) noexcept;
  /// The same of samples x window, without a place for the products.
  void forward_windowed(const float* real, const float* imaginary, const float* window,
                        float* out_real, float* out_imaginary) noexcept;

 private:
  int size_;
  int lanes_;                      // numbers in one register
  AlignedVector<float> twiddles_;  // for each pass, as the passes read them
  AlignedVector<float> scratch_;
};

}  // namespace lacquer::dsp
