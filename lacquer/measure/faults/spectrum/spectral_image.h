#pragma once

#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// Whether the spectrum above one frequency mirrors what is below it, as a resampler with a short
/// filter leaves it about half the old sample rate: the same lines and the same noise, backwards.
/// Music knows no such mirror, so the correlation of the two sides is 0 for anything else.
class SpectralImage {
 public:
  explicit SpectralImage(double mirror_hz) : mirror_hz_{mirror_hz} {}

  void add(const SpectrumFrame&);

  double mirror_hz() const noexcept { return mirror_hz_; }
  int look_count() const noexcept { return look_count_; }
  /// Mean over the looks, -1 .. 1.
  double correlation() const noexcept { return look_count_ > 0 ? sum_ / look_count_ : 0.0; }

 private:
  double mirror_hz_;
  int look_count_ = 0;
  double sum_ = 0.0;
};

}  // namespace lacquer::measure
