#pragma once

#include <cassert>
#include <cmath>
#include <cstddef>
#include <vector>

#include "lacquer/base/units.h"

namespace lacquer::dsp {

/// Cosine and sine of 2 pi k / size for every k: a whole turn. Worked out for an eighth of it only,
/// the rest is mirrored, so start-up is short and the symmetries are exact.
struct Turns {
  std::vector<double> cosine, sine;

  /// `size` is a multiple of 8.
  explicit Turns(int size) : cosine(static_cast<std::size_t>(size)), sine(cosine.size()) {
    assert(size > 0 && size % 8 == 0);
    const std::size_t quarter = cosine.size() / 4;
    for (std::size_t k = 0; k <= quarter / 2; ++k) {
      const double angle = 2.0 * pi * static_cast<double>(k) / size;
      cosine[k] = sine[quarter - k] = std::cos(angle);
      sine[k] = cosine[quarter - k] = std::sin(angle);
    }
    for (std::size_t k = 0; k < quarter; ++k) {  // a quarter on: cosine is -sine, sine is cosine
      cosine[k + quarter] = -sine[k];
      sine[k + quarter] = cosine[k];
    }
    for (std::size_t k = 0; k < 2 * quarter; ++k) {
      cosine[k + 2 * quarter] = -cosine[k];
      sine[k + 2 * quarter] = -sine[k];
    }
  }

  /// The Hann window of this length: 0 at its first frame, 1 in its middle.
  double hann(std::size_t frame) const { return 0.5 - 0.5 * cosine[frame]; }
};

}  // namespace lacquer::dsp
