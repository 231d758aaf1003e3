#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/dsp/transform/fft.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// How music moves: onsets, tempo, and what its texture is made of. Works on the mean of the
/// channels, from looks of 21 ms, half overlapped; keeps nothing that grows.
///
/// Onsets are rises of the level in 24 bands between 40 Hz and 10 kHz, compared with the loudest of
/// three neighbours two looks before, so that a vibrato is none (after Böck and Widmer, "Maximum
/// filter vibrato suppression for onset detection", DAFx 2013). The tempo is where the mean
/// autocorrelation of the onsets stands out at a beat and its three next multiples, with a mild
/// preference for 120 to the minute (after Ellis, "Beat tracking by dynamic programming", 2007); it
/// can be off by an octave where the music leaves that open. The percussive share compares medians
/// over time and over frequency (Fitzgerald, "Harmonic/percussive separation using median
/// filtering", DAFx 2010), on every eighth look. The vocal-band share is a proxy, not a singer
/// recognised: seconds in which 300 Hz to 3.4 kHz is tonal, centred and moves as syllables do.
class RhythmMeter {
 public:
  static constexpr int band_count = 24;
  using Levels = std::array<double, band_count>;  ///< dB, mean square

  RhythmMeter(double sample_rate_hz, int look_frames);

  /// One channel; gives the levels of the bands.
  const Levels& add(const SpectrumFrame&);
  /// Two channels, any size of look: tells the middle of the image from its sides.
  void add_sides(const SpectrumFrame&);

  /// Empty where there is too little sound to tell.
  Rhythm rhythm() const;

 private:
  static constexpr int history = 17;  // looks seen at once, the one in question in the middle
  static constexpr int chunk = 1024;  // onset values that one autocorrelation sees
  static constexpr int lags = 460;

  void add_onset(double strength, bool active);
  void add_autocorrelation();
  void weigh_texture();
  void add_voice(const float* power);
  double tempo_score(double bpm) const;

  double looks_per_s_;
  double forgetting_;                        // a factor a look
  double loudest_ = 0.0, strongest_ = 0.0;   // power and onset of the last seconds
  int bins_ = 0;                             // up to 10 kHz, a multiple of 8
  std::array<int, band_count + 1> edges_{};  // of the bands, in bins
  Levels now_{};
  std::array<Levels, 2> before_{};  // two looks and one look ago
  std::int64_t look_count_ = 0, active_count_ = 0;

  std::array<double, 16> recent_{};  // onset strengths, for picking
  int since_onset_ = 1000;
  std::int64_t onset_count_ = 0;

  dsp::RealFft fft_{2 * chunk};
  std::vector<double> strengths_;  // of the chunk being filled
  std::vector<double> autocorrelation_;
  double chunk_count_ = 0.0;

  std::vector<std::vector<float>> looks_;  // a ring of powers
  double percussive_ = 0.0, textured_ = 0.0;

  int voice_low_ = 0, voice_high_ = 0;  // bins
  struct {
    double flatness = 0.0, power = 0.0, middle = 0.0, both = 0.0;
    std::vector<double> levels_db;
  } second_;  // being filled
  std::int64_t voice_seconds_ = 0, active_seconds_ = 0;
};

}  // namespace lacquer::measure
