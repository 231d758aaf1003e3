#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

/// What the tests of both true peaks share.
namespace lacquer::measure::testing {

inline std::vector<double> channel(const testkit::Signal& signal) {
  std::vector<double> samples;
  for (int f = 0; f < signal.frame_count(); ++f) samples.push_back(signal.at(0, f));
  return samples;
}

/// What a meter of one channel says of the samples, given to it `split` at a time.
template <typename PeakMeter>
double peak_by(PeakMeter& meter, const std::vector<double>& samples, int split) {
  for (int at = 0; at < static_cast<int>(samples.size()); at += split)
    meter.add(samples.data() + at, std::min(split, static_cast<int>(samples.size()) - at));
  meter.finish();
  return meter.peak();
}

/// By the seed noise, bursts, a tone or a limited tone, its frequency a multiple of `step_hz`.
inline testkit::Signal hard_to_search(std::uint32_t seed, int frames, double step_hz) {
  const auto kind = seed % 4;
  auto signal = kind == 0   ? testkit::noise(seed, 1, frames, 0.9)
                : kind == 1 ? testkit::bursts(seed, 1, frames, 1.0)
                            : testkit::sine(step_hz * (seed + 1), -1.0, 0.03, 48000.0, 1, seed);
  if (kind == 3)  // limited: flat tops everywhere, the hardest to skip
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(0, f) = std::clamp(3.0 * signal.at(0, f), -0.9, 0.9);
  return signal;
}

/// EBU Tech 3341 v4, cases 15 to 19: a tone at the rate over `divisor`.
struct Tech3341Case {
  double divisor, amplitude, phase_degrees, expected_dbtp;
};
inline constexpr Tech3341Case tech_3341_cases_15_to_19[] = {{4, 0.50, 0.0, -6.0},
                                                            {4, 0.50, 45.0, -6.0},
                                                            {6, 0.50, 60.0, -6.0},
                                                            {8, 0.50, 67.5, -6.0},
                                                            {4, 1.41, 45.0, 3.0}};

/// One second in two channels, with 10 ms fades, so that the ends do not ring.
inline testkit::Signal tech_3341_tone(const Tech3341Case& tone, double rate_hz) {
  testkit::Signal signal = testkit::sine(rate_hz / tone.divisor, db_from_gain(tone.amplitude), 1.0,
                                         rate_hz, 2, tone.phase_degrees * pi / 180.0);
  const int fade = static_cast<int>(0.01 * signal.format().sample_rate_hz);
  for (int f = 0; f < fade; ++f)
    for (int c = 0; c < signal.channel_count(); ++c) {
      signal.at(c, f) *= static_cast<double>(f) / fade;
      signal.at(c, signal.frame_count() - 1 - f) *= static_cast<double>(f) / fade;
    }
  return signal;
}

}  // namespace lacquer::measure::testing
