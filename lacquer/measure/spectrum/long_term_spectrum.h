#pragma once

#include <array>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// What one look at the spectrum holds in twelfths of an octave: powers of the channels' mean, and
/// of mid and side (stereo; else mid is the mean).
struct TwelfthOctaves {
  std::vector<double> mean, mid, side;
};

/// Adds the bins of a look up to twelfths of an octave, base ten, four to a third octave, so that
/// the third octaves of IEC 61260-1 from 20 Hz to 20 kHz come out of them exactly. A bin counts for
/// a band as far as the band reaches into it.
class TwelfthOctaveBands {
 public:
  /// For looks of this format and size.
  TwelfthOctaveBands(StreamFormat, int size);

  void reduce(const SpectrumFrame&, TwelfthOctaves&) const;

  /// Whole third octaves below the Nyquist frequency, so a multiple of four.
  int count() const noexcept { return static_cast<int>(bands_.size()); }
  /// Centre of `width` bands from the band `first` on.
  static double centre_hz(int first, int width);

 private:
  struct Band {
    int first_bin, last_bin;         // the outer ones
    double first_share, last_share;  // how far the band reaches into them
  };
  StreamFormat format_;
  std::vector<Band> bands_;
};

/// The gated long-term average spectrum: Welch's mean of the looks above -70 LUFS and above the
/// mean of those - 20 LU. In memory that does not grow: looks are summed by their loudness, in
/// classes of half an LU, because the gate is only known at the end.
class LongTermSpectrum {
 public:
  LongTermSpectrum(StreamFormat, const TwelfthOctaveBands&);

  void add(const TwelfthOctaves&);
  /// Third and twelfth octaves.
  void finish(Spectrum&) const;

 private:
  static constexpr double lowest_lufs = -70.0, class_lu = 0.5;
  static constexpr int class_count = 180;

  struct LoudnessClass {
    long long count = 0;
    double power = 0.0;  // K-weighted
    TwelfthOctaves sums;
  };

  StreamFormat format_;
  std::vector<double> weighting_;  // K, by band
  std::vector<LoudnessClass> classes_;
};

}  // namespace lacquer::measure
