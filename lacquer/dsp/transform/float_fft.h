#pragma once

#include <array>
#include <cstddef>

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

namespace float_fft {

/// Twiddles of the passes of stride 4, 16, 64 ...: for each register of q the cosine and sine of
/// w^q and of w^2q.
struct Twiddles {
  static constexpr std::size_t most_passes = 9;  // 2^20 points
  std::array<const float*, most_passes> of_pass;
  const float* of_radix_2;  // the last pass of sizes that are no power of four
};

}  // namespace float_fft

/// Discrete Fourier transform in single precision, for meters that look at powers.
///
/// Its noise stands 130 dB or more below the signal as a whole, thinly spread over all bins, and it
/// takes a third of the time of Fft. What must null or be undone again uses Fft.
///
/// Guarantee: the same bits in registers of any width, on any processor that multiplies and adds in
/// one (x86-64 since 2013, arm64); on others they differ by rounding. A third less work is worth
/// that here and nowhere else. Tables are made once and shared by all sizes, and so is the scratch
/// of a thread: what counts is how little the cache has to hold. Source: as Fft.
class FloatFft {
 public:
  static constexpr int smallest_size = 256, largest_size = 1 << 20;

  /// A power of two. `most_lanes` (8 or 16) keeps it from wider registers.
  explicit FloatFft(int size, int most_lanes = 16);

  int size() const noexcept { return size_; }
  /// X[k] = sum x[n] exp(-2 pi i k n / size). Arrays of size(); the output must not overlap the
  /// input, which is left as it is. Fastest on AlignedVectors.
  void forward(const float* real, const float* imaginary, float* out_real,
               float* out_imaginary) const;
  /// The same of samples x window, without a place for the products.
  void forward_windowed(const float* real, const float* imaginary, const float* window,
                        float* out_real, float* out_imaginary) const;

 private:
  int size_;
  int lanes_;  // numbers in one register
  float_fft::Twiddles twiddles_;
};

}  // namespace lacquer::dsp
