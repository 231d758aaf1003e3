#pragma once

#include <algorithm>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

namespace lacquer::testkit {

/// What the first channel has beside a tone, relative to all of it, in dB: distortion, modulation
/// and noise together. The last `frames` are looked at; they must hold whole periods.
inline double residual_db(const Signal& signal, double frequency_hz, int frames) {
  std::complex<double> tone = 0.0;
  double power = 0.0;
  for (int f = signal.frame_count() - frames; f < signal.frame_count(); ++f) {
    const double x = signal.at(0, f);
    tone += x * std::polar(1.0, -2.0 * pi * frequency_hz * f / signal.format().sample_rate_hz);
    power += x * x;
  }
  const double fitted = 2.0 * std::norm(tone) / frames;
  return db_from_power(std::max(1e-16, (power - fitted) / power));
}

/// The peak of the first channel's component at a frequency, over its last `frames`, which must
/// hold whole periods.
inline double component(const Signal& signal, double frequency_hz, int frames) {
  std::complex<double> sum = 0.0;
  for (int f = signal.frame_count() - frames; f < signal.frame_count(); ++f)
    sum += signal.at(0, f) *
           std::polar(1.0, -2.0 * pi * frequency_hz * f / signal.format().sample_rate_hz);
  return 2.0 * std::abs(sum) / frames;
}

}  // namespace lacquer::testkit
