#pragma once

#include <complex>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/fft.h"
#include "lacquer/measure/levels/level_histogram.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/quality/ear.h"

namespace lacquer::measure {

/// How far what a processor has added lies below what the music masks. dB; 0 is the edge of being
/// heard, -150 is nothing at all. Empty where there is too little sound.
struct NoiseToMask {
  Maybe mean_db;        ///< of the mean ratio over all looks and bands
  Maybe p95_db;         ///< of looks: one in twenty is worse
  Maybe worst_db;       ///< of the worst look
  Maybe worst_start_s;  ///< where it begins
  Maybe audible_share;  ///< 0 .. 1 of the looks: some band is above its mask
  std::vector<double> band_hz;
  std::vector<Maybe> band_db;  ///< of the mean ratio over all looks
};

/// Compares a programme with what became of it, both aligned and equally loud.
///
/// In looks of 43 ms (Hann, half overlapped) each band of the ear is compared under the complex
/// gain that explains most of it, so neither a change of level nor of tone counts, but what no gain
/// explains: distortion, modulation faster than a look, noise. Of left, right, mid and side the
/// worst counts. Not the PEAQ of BS.1387: only the ratio of noise to mask is taken from there.
class NoiseToMaskMeter {
 public:
  /// Mono or stereo. The other programme comes later by a part of a frame (-1 .. 1).
  explicit NoiseToMaskMeter(StreamFormat, double late_frames = 0.0);

  /// As many frames of both.
  void add(AudioBlock reference, AudioBlock other);
  NoiseToMask finish() const;

 private:
  using Spectrum = std::vector<std::complex<double>>;
  struct Side {                                // one programme
    std::vector<std::vector<double>> samples;  // by channel: one look
    std::vector<Spectrum> spectra;             // left, right, mid, side; mono: one
  };

  void look();
  void transform(Side&, bool late);
  /// Ratios of noise to mask of one of the signals go to ratios_, its powers to power_.
  void compare(const Spectrum& reference, const Spectrum& other);

  StreamFormat format_;
  int size_;
  Ear ear_;
  dsp::Fft fft_;
  std::vector<double> window_;
  Spectrum advance_;  // by bin, for the late one
  Side reference_, other_;
  int filled_ = 0;
  std::int64_t first_frame_ = 0;  // of the look
  std::vector<double> real_, imaginary_, out_real_, out_imaginary_;
  std::vector<double> noise_, power_, mask_, ratios_, worst_ratios_;  // by band

  LevelHistogram looks_;
  std::vector<double> band_sums_;
  double sum_ = 0.0, worst_ = -1.0, worst_start_s_ = 0.0;
  long long count_ = 0, audible_ = 0;
};

}  // namespace lacquer::measure
