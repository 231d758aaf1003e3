#pragma once

#include <cstdint>

namespace lacquer::measure {

/// One look at the spectrum of a few frames, under a Hann window.
///
/// The bins of a channel add up to the mean square of its frames in the window, so a full-scale
/// sine is 0.5 spread over three or four bins, and a bin's share does not depend on the size.
struct SpectrumFrame {
  std::int64_t first_frame = 0;  ///< of the window, in the programme
  int hop = 0;                   ///< frames from one look to the next
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

}  // namespace lacquer::measure
