#pragma once

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/biquad.h"

namespace lacquer::dsp {

/// A bell or shelf without its gain.
struct BandShape {
  enum Type { bell, low_shelf, high_shelf };
  Type type = bell;
  double frequency_hz = 1000.0;
  double q = 0.7071067811865476;
  friend bool operator==(const BandShape&, const BandShape&) = default;
};

/// The shape at a gain: the prototypes of the "Audio EQ cookbook" (R. Bristow-Johnson), the same
/// as the equaliser's, so that a dynamic band at rest is one of its bands.
inline AnalogueSection section_of(const BandShape& shape, double gain_db) {
  const double a = gain_from_db(0.5 * gain_db);
  const double damping = std::sqrt(a) / shape.q;
  const double hz = shape.frequency_hz;
  switch (shape.type) {
    case BandShape::low_shelf:
      return {.frequency_hz = hz,
              .n0 = a * a,
              .n1 = a * damping,
              .n2 = a,
              .d0 = 1.0,
              .d1 = damping,
              .d2 = a};
    case BandShape::high_shelf:
      return {.frequency_hz = hz,
              .n0 = a,
              .n1 = a * damping,
              .n2 = a * a,
              .d0 = a,
              .d1 = damping,
              .d2 = 1.0};
    default:
      return {.frequency_hz = hz,
              .n0 = 1.0,
              .n1 = a / shape.q,
              .n2 = 1.0,
              .d0 = 1.0,
              .d1 = 1.0 / (a * shape.q),
              .d2 = 1.0};
  }
}

/// What a band listens to: the band-pass of a bell's width, 0 dB at its centre, or everything
/// below or above the middle of a shelf (second-order Butterworth).
inline AnalogueSection listening_section_of(const BandShape& shape) {
  AnalogueSection h{.frequency_hz = shape.frequency_hz,
                    .n0 = 0.0,
                    .d1 = shape.type == BandShape::bell ? 1.0 / shape.q : std::sqrt(2.0),
                    .d2 = 1.0};
  (shape.type == BandShape::bell        ? h.n1
   : shape.type == BandShape::low_shelf ? h.n0
                                        : h.n2) = shape.type == BandShape::bell ? h.d1 : 1.0;
  return h;
}

}  // namespace lacquer::dsp
