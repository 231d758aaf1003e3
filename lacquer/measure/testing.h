#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

/// What the tests of this room share: a signal like music, and questions about what was measured.
namespace lacquer::measure::testing {

/// Pink-like noise, a bass line and a beat under slow changes of level; as loud as asked.
inline testkit::Signal music(std::uint32_t seed, int channels, double duration_s, double rate_hz,
                             double drive) {
  const int frames = static_cast<int>(duration_s * rate_hz);
  testkit::Signal signal = testkit::noise(seed, channels, frames, 1.0, rate_hz);
  std::mt19937 engine{seed};
  const auto up_to = [&](unsigned top) { return static_cast<double>(engine() % top); };
  const double bass_hz = 40.0 + up_to(60), beat_s = 0.3 + 0.01 * up_to(40);
  const double slow_s = 5.0 + up_to(7);
  for (int c = 0; c < channels; ++c) {
    double slow = 0.0, fast = 0.0;
    for (int f = 0; f < frames; ++f) {
      const double time_s = f / rate_hz;
      const double beat = std::exp(-8.0 * std::fmod(time_s, beat_s));
      const double swell = gain_from_db(8.0 * std::sin(2.0 * pi * time_s / slow_s));
      const double white = signal.at(c, f);
      slow += 0.01 * (white - slow);
      fast += 0.2 * (white - fast);
      const double bass = 0.5 * std::sin(2.0 * pi * bass_hz * time_s);
      signal.at(c, f) = 0.9 * std::tanh(drive * swell * (bass + 3.0 * slow + fast + beat * white));
    }
    // Little is left near the Nyquist frequency, as in music, and no direct current.
    double mean = 0.0;
    for (int pass = 0; pass < 3; ++pass) {
      double smooth = 0.0;
      mean = 0.0;
      for (int f = 0; f < frames; ++f) {
        mean += signal.at(c, f) / frames;
        signal.at(c, f) = smooth += 0.5 * (signal.at(c, f) - smooth);
      }
    }
    for (int f = 0; f < frames; ++f) signal.at(c, f) -= mean;
  }
  return signal;
}

/// `split` frames at a time.
inline Measurement measured(testkit::Signal signal, Parts parts = {}, int split = 4096) {
  Meter meter{signal.format(), parts};
  for (int at = 0; at < signal.frame_count(); at += split)
    meter.add(signal.block().frames(at, std::min(split, signal.frame_count() - at)));
  return meter.finish();
}

/// That part and no other, with its series.
inline Parts only(bool Parts::*part) {
  Parts parts = Parts::none();
  parts.series = true;
  parts.*part = true;
  return parts;
}

inline Stereo stereo_of(testkit::Signal signal) {
  return measured(std::move(signal), only(&Parts::stereo)).stereo;
}

inline std::vector<Finding> of_kind(const Measurement& m, const std::string& kind) {
  std::vector<Finding> found;
  for (const auto& finding : m.findings)
    if (finding.kind == kind) found.push_back(finding);
  return found;
}

/// Every number there is, findings aside.
inline std::vector<Maybe> numbers_of(const Measurement& m) {
  std::vector<Maybe> all = {m.loudness.integrated_lufs,
                            m.loudness.range_lu,
                            m.loudness.max_momentary_lufs,
                            m.loudness.dual_mono_lufs,
                            m.loudness.histogram_from_lufs,
                            m.loudness.max_short_term_lufs,
                            m.peak.sample_dbfs,
                            m.peak.true_dbtp,
                            m.peak.itu_dbtp,
                            m.dynamics.plr_lu,
                            m.dynamics.min_psr_lu,
                            m.dynamics.dr_db,
                            m.dynamics.crest_db,
                            m.dynamics.rms_dbfs,
                            m.dynamics.max_rms_dbfs,
                            m.spectrum.tilt_db_per_octave,
                            m.stereo.correlation,
                            m.stereo.side_minus_mid_db,
                            m.stereo.mono_loss_db,
                            m.stereo.balance_db,
                            m.stereo.width,
                            m.stereo.worst_correlation,
                            m.stereo.worst_correlation_start_s,
                            m.stereo.delay_frames,
                            m.stereo.delay_ms};
  for (const auto* list :
       {&m.spectrum.share_db, &m.spectrum.side_minus_mid_db, &m.spectrum.band_sd_400ms_db,
        &m.spectrum.band_level_lufs, &m.spectrum.third_octave_db, &m.spectrum.third_octave_mid_db,
        &m.spectrum.third_octave_side_db, &m.spectrum.twelfth_octave_mid_db,
        &m.spectrum.twelfth_octave_side_db, &m.stereo.band_correlation, &m.stereo.band_mono_loss_db,
        &m.stereo.band_width, &m.series.momentary_lufs, &m.series.short_term_lufs, &m.series.psr_lu,
        &m.series.true_peak_dbtp, &m.series.correlation, &m.series.width})
    all.insert(all.end(), list->begin(), list->end());
  all.insert(all.end(), m.loudness.histogram_share.begin(), m.loudness.histogram_share.end());
  for (const auto& column : m.series.spectrogram.level_dbfs)
    all.insert(all.end(), column.begin(), column.end());
  return all;
}

inline void expect_all_finite(const Measurement& m) {
  for (const auto& value : numbers_of(m)) EXPECT_TRUE(std::isfinite(value.value_or(0.0)));
}

}  // namespace lacquer::measure::testing
