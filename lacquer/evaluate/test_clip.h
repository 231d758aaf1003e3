#pragma once

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/evaluate/clip.h"
#include "lacquer/evaluate/random.h"

namespace lacquer::evaluate {

/// Something like music, for tests: a chord that swells, wider than mono, peaks at -6 dBFS.
inline Clip test_clip(std::uint64_t seed, double duration_s = 16.0, double rate_hz = 48000.0,
                      int channel_count = 2) {
  const StreamFormat format{rate_hz, channel_count};
  Clip clip{format, static_cast<int>(duration_s * rate_hz)};
  Random random{seed};
  for (int note = 0; note < 5; ++note) {
    const double hz = random.between(70.0, 1800.0), swell_hz = random.between(0.3, 3.0);
    for (int c = 0; c < channel_count; ++c) {
      const double gain = random.between(0.5, 1.0) / (1.0 + hz / 400.0);
      const double phase = random.between(0.0, 1.0);
      for (int f = 0; f < clip.frame_count(); ++f) {
        const double t = clip.seconds(f);
        clip.row(c)[f] += gain * (0.7 + 0.3 * std::sin(2.0 * pi * swell_hz * t + phase)) *
                          std::sin(2.0 * pi * hz * t + phase);
      }
    }
  }
  scale(clip, 0.5 / peak(clip));
  round_to_bits(clip, 24);
  return clip;
}

}  // namespace lacquer::evaluate
