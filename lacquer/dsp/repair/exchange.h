#pragma once

#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {

/// What repairs do while a hop fills: samples go into two histories, one to be repaired, and what
/// was `latency_frames` earlier comes out, the repair to the amount of each frame; at 1 to the bit.
inline void exchange(double* samples, double* original, double* repaired, const double* amounts,
                     int frames, int latency_frames) noexcept {
  for (int f = 0; f < frames; ++f) {
    original[f] = repaired[f] = usable(samples[f]);
    const double was = original[f - latency_frames], is = repaired[f - latency_frames];
    samples[f] = amounts[f] == 1.0 ? is : was + amounts[f] * (is - was);
  }
}

}  // namespace lacquer::dsp
