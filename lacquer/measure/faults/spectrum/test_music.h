#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "testkit/signal.h"

/// Music by formula for the tests of detectors that listen over seconds: notes of a key with
/// partials that decay, a bass, drums, and a rest at the end of every eighth beat.
namespace lacquer::measure {

inline void add_note(testkit::Signal& signal, double at_s, double length_s, double hz, double gain,
                     double decay_s = 0.6) {
  const double rate_hz = signal.format().sample_rate_hz;
  const int first = static_cast<int>(at_s * rate_hz);
  const int end = std::min(signal.frame_count(), first + static_cast<int>(length_s * rate_hz));
  for (int partial = 1; partial <= 8 && partial * hz < 0.4 * rate_hz; ++partial) {
    const double decay = std::exp(-1.0 / (decay_s * rate_hz / partial));
    const auto turn = std::polar(decay, 2.0 * pi * partial * hz / rate_hz);
    std::complex<double> value{0.0, gain / partial};
    for (int f = first; f < end; ++f) {
      const double fade = std::min({1.0, (f - first) / 100.0, (end - f) / 1000.0});
      for (int c = 0; c < signal.channel_count(); ++c) signal.at(c, f) += fade * value.real();
      value *= turn;
    }
  }
}

/// A burst of noise through a one-pole high-pass that decays: a hat or, lower, a snare.
inline void add_hit(testkit::Signal& signal, std::uint32_t seed, double at_s, double decay_s,
                    double high_pass_hz, double gain) {
  const double rate_hz = signal.format().sample_rate_hz;
  std::mt19937 random{seed};
  const double keep = std::exp(-2.0 * pi * high_pass_hz / rate_hz);
  double before = 0.0, low = 0.0;
  const int first = static_cast<int>(at_s * rate_hz);
  for (int f = first; f < std::min(signal.frame_count(), first + static_cast<int>(0.3 * rate_hz));
       ++f) {
    const double x = static_cast<double>(random()) / 2147483648.0 - 1.0;
    low = keep * low + 0.5 * (1.0 + keep) * (x - before);
    before = x;
    const double y = gain * low * std::exp(-(f - first) / (decay_s * rate_hz));
    for (int c = 0; c < signal.channel_count(); ++c) signal.at(c, f) += y;
  }
}

/// About -20 dBFS; `bass_hz` for the lowest note.
inline testkit::Signal song(std::uint32_t seed, double length_s, double bass_hz = 55.0,
                            double rate_hz = 48000.0, int channels = 2) {
  testkit::Signal signal{channels, static_cast<int>(length_s * rate_hz), rate_hz};
  std::mt19937 random{seed};
  const auto next = [&random] { return static_cast<std::uint32_t>(random()); };
  constexpr double scale[] = {1.0, 1.122462, 1.259921, 1.498307, 1.681793};
  constexpr double roots[] = {1.0, 1.334840, 1.498307, 1.122462};
  const double beat_s = 0.5 + 0.01 * (seed % 17);
  int beat = 0;
  for (double at_s = 0.05; at_s < length_s; at_s += beat_s, ++beat) {
    if (beat % 8 == 7) continue;  // a rest
    const double root_hz = bass_hz * roots[(beat / 8) % 4];
    add_note(signal, at_s, 0.95 * beat_s, root_hz, 0.08);
    for (int n = 0; n < 3; ++n)
      add_note(signal, at_s + (n == 2 ? 0.5 * beat_s : 0.0), 0.9 * beat_s,
               root_hz * 4.0 * scale[random() % 5] * (n == 1 ? 2.0 : 1.0), 0.05, 0.4);
    add_hit(signal, next(), at_s, 0.05, beat % 2 == 0 ? 200.0 : 1500.0, 0.05);
    add_hit(signal, next(), at_s + 0.5 * beat_s, 0.02, 8000.0, 0.03);
  }
  return signal;
}

/// What a detector finds in a signal that comes in blocks of `split` frames, 10 ms at most.
/// Without `looks` it is shown no spectra.
inline std::vector<Finding> heard_by(DetectorPointer (*make)(StreamFormat), testkit::Signal signal,
                                     int split = 480, bool looks = true) {
  const StreamFormat format = signal.format();
  const auto detector = make(format);
  ShortTimeSpectrum short_looks{format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 4096)};
  ShortTimeSpectrum long_looks{format, ShortTimeSpectrum::frames_of(format.sample_rate_hz, 16384)};
  const int before = Detector::look_back_frames(format.sample_rate_hz);
  testkit::Signal padded{format.channel_count, before + signal.frame_count(),
                         format.sample_rate_hz};
  for (int c = 0; c < format.channel_count; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) padded.at(c, before + f) = signal.at(c, f);
  std::vector<StepStatistics> statistics(static_cast<std::size_t>(format.channel_count));
  for (int at = 0; at < signal.frame_count(); at += split) {
    const AudioBlock block =
        padded.block().frames(before + at, std::min(split, signal.frame_count() - at));
    for (std::size_t c = 0; c < statistics.size(); ++c)
      statistics[c] = step_statistics(block.channel(static_cast<int>(c)), block.frame_count());
    detector->hear({.block = block, .first_frame = at, .statistics = statistics.data()});
    if (!looks) continue;
    short_looks.add(block, [&](const SpectrumFrame& look) { detector->add_short(look); });
    long_looks.add(block, [&](const SpectrumFrame& look) { detector->add_long(look); });
  }
  Measurement numbers;
  numbers.format = format;
  numbers.frame_count = signal.frame_count();
  std::vector<Finding> found;
  detector->finish({.numbers = numbers}, found);
  return found;
}

}  // namespace lacquer::measure
