#pragma once

#include <array>
#include <vector>

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/levels/level_histogram.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/band_stereo.h"
#include "lacquer/measure/spectrum/pair_transform.h"

namespace lacquer::measure {

/// Tonal balance of a stream, from its long transforms (long_transforms.h).
///
/// Every 100 ms one of them sees the last 400 ms (the largest power of two within, under a sine
/// window, as the statistics in data/priors.json were made). The bins are K-weighted
/// (against weighting the samples, bands of music move by less than 0.05 dB) and kept as levels
/// of mid (L + R) and side (L - R) in nine bands, in
/// classes of 0.05 dB, so that memory does not grow. Gate and floor of those statistics follow the
/// programme's level: gain changes none of them.
class SpectrumMeter {
 public:
  /// Mono or stereo; transforms of so many frames.
  SpectrumMeter(StreamFormat, int size);

  void add(const PairTransform&);

  Spectrum spectrum() const;

 private:
  struct Band {
    Band();
    int first_bin = 0;
    dsp::AlignedVector<float> weights;  // K and scale, from there on; none above Nyquist
    LevelHistogram all, mid, side;      // of all transforms
  };

  void add_tilt(Spectrum&, const std::array<Maybe, band_count>& level_db) const;

  StreamFormat format_;
  int size_;
  std::vector<Band> bands_;
  LevelHistogram whole_;  // all bands together
};

}  // namespace lacquer::measure
