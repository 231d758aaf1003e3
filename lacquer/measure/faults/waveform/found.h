#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detector.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

/// For tests of detectors.
namespace lacquer::measure {

/// What the meter says about the signal, of one kind.
inline std::vector<Finding> found(const testkit::Signal& signal, const std::string& kind,
                                  int word_length_bits = 0, int split = 4096) {
  testkit::Signal copy{signal};
  Meter meter{copy.format(),
              {.loudness = false,
               .peak = false,
               .dynamics = false,
               .spectrum = false,
               .stereo = false,
               .findings = true}};
  meter.declare_word_length(word_length_bits);
  for (int at = 0; at < copy.frame_count(); at += split)
    meter.add(copy.block().frames(at, std::min(split, copy.frame_count() - at)));
  std::vector<Finding> of_kind;
  for (Finding& finding : meter.finish().findings)
    if (finding.kind == kind) of_kind.push_back(std::move(finding));
  return of_kind;
}

/// What one detector says about the signal, told its samples only, in steps of 10 ms.
inline std::vector<Finding> found_by(Detector& detector, const testkit::Signal& signal) {
  const StreamFormat format = signal.format();
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const int before = Detector::look_back_frames(format.sample_rate_hz);
  testkit::Signal padded{format.channel_count, before + signal.frame_count(),
                         format.sample_rate_hz};
  for (int c = 0; c < format.channel_count; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) padded.at(c, before + f) = signal.at(c, f);
  const int step = static_cast<int>(format.sample_rate_hz / 100.0);
  std::vector<StepStatistics> statistics(channels);
  for (int at = 0; at < signal.frame_count(); at += step) {
    const auto block =
        padded.block().frames(before + at, std::min(step, signal.frame_count() - at));
    for (std::size_t c = 0; c < channels; ++c)
      statistics[c] = step_statistics(block.channel(static_cast<int>(c)), block.frame_count());
    detector.hear({.block = block, .first_frame = at, .statistics = statistics.data()});
  }
  std::vector<Finding> findings;
  detector.finish({.numbers = {}}, findings);
  return findings;
}

/// Something like music: two unlike channels of warm noise over a bass and a chord, with a beat
/// whose hits decay; from -12 to -20 dBFS.
inline testkit::Signal music(int seed, double duration_s, double sample_rate_hz = 44100.0) {
  const int frames = static_cast<int>(duration_s * sample_rate_hz);
  auto signal = testkit::noise(static_cast<std::uint32_t>(seed), 2, frames, 1.0, sample_rate_hz);
  const double bass_hz = 50.0 + 3.7 * seed;
  double slow[2] = {}, fast[2] = {};
  for (int f = 0; f < frames; ++f) {
    const double time_s = f / sample_rate_hz;
    const double beat_s = std::fmod(time_s + 0.013 * seed, 0.47);
    const double beat = std::min(1.0, beat_s * 500.0) * std::exp(-9.0 * beat_s);
    const double bass = std::sin(2.0 * pi * bass_hz * time_s) * (0.3 + beat);
    double chord = 0.0;
    for (const double ratio : {4.0, 5.03, 6.01, 12.1, 20.3})
      chord += std::sin(2.0 * pi * bass_hz * ratio * time_s + seed * ratio) / ratio;
    for (std::size_t c = 0; c < 2; ++c) {
      const double white = signal.at(static_cast<int>(c), f);
      slow[c] += 0.02 * (white - slow[c]);
      fast[c] += 0.3 * (white - fast[c]);
      signal.at(static_cast<int>(c), f) = 0.2 * (bass + (c == 0 ? 1.0 : 0.8) * chord +
                                                 2.0 * slow[c] + (0.1 + 0.5 * beat) * fast[c]);
    }
  }
  return signal;
}

}  // namespace lacquer::measure
