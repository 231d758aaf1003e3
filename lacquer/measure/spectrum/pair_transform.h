#pragma once

#include "lacquer/dsp/transform/float_fft.h"

namespace lacquer::measure {

/// Transform of two real signals at once, the first as its real, the second as its imaginary part,
/// without a window.
///
/// A window that is a sum of two or three turns of a circle need not be multiplied with the
/// samples: it makes each bin a sum of neighbours. So one transform does for a Hann and for a sine
/// window, and nobody reads a table. The neighbours of the first and the last bin can be read as
/// well.
class PairTransform {
 public:
  /// A power of two, at least 256.
  explicit PairTransform(int size)
      : fft_{size}, real_(static_cast<std::size_t>(size) + 2 * margin), imaginary_(real_.size()) {}

  void transform(const float* first, const float* second) {
    const auto size = static_cast<std::size_t>(fft_.size());
    fft_.forward(first, second, real_.data() + margin, imaginary_.data() + margin);
    for (auto* bins : {&real_, &imaginary_}) {
      (*bins)[margin - 1] = (*bins)[margin + size - 1];
      (*bins)[margin + size] = (*bins)[margin];
    }
  }

  int size() const noexcept { return fft_.size(); }
  /// Bins -1 to size(): the transform is periodic.
  const float* real() const noexcept { return real_.data() + margin; }
  const float* imaginary() const noexcept { return imaginary_.data() + margin; }

 private:
  static constexpr std::size_t margin = 16;  // bin 0 stands on a line of the cache

  dsp::FloatFft fft_;
  dsp::AlignedVector<float> real_, imaginary_;
};

}  // namespace lacquer::measure
