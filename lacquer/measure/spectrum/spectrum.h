#pragma once

#include <array>
#include <vector>

#include "lacquer/dsp/float_fft.h"
#include "lacquer/measure/levels/level_histogram.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/band_stereo.h"
#include "lacquer/measure/spectrum/float_frames.h"

namespace lacquer::measure {

/// Tonal balance of a stream, from steps of 10 ms.
///
/// Every 100 ms one Fourier transform sees the last 400 ms (the largest power of two within,
/// under a sine window, as the statistics in data/priors.json were made). The bins are K-weighted
/// (against weighting the samples, bands of music move by less than 0.05 dB) and kept as levels
/// of mid (L + R) and side (L - R) in nine bands, in
/// classes of 0.05 dB, so that memory does not grow.
class SpectrumMeter {
 public:
  /// Mono or stereo.
  explicit SpectrumMeter(StreamFormat);

  /// Frames it must be able to look back.
  int keep_frames() const noexcept { return block_frames_; }
  /// One whole step has been added to the frames.
  void add_step(const FloatFrames&);

  Spectrum spectrum() const;

 private:
  static constexpr int step_hop = 10;
  static constexpr int step_window = 40;

  struct Levels {  // of all blocks, in one band
    Levels();
    LevelHistogram all, mid, side;
  };
  struct Powers {  // of a few bins
    double mid = 0.0, side = 0.0;
  };

  void add_block(const FloatFrames&);
  void add_row(int row, const float* re, const float* im, const float* mirror_re,
               const float* mirror_im);
  void add_tilt(Spectrum&, const std::array<Maybe, band_count>& level_db) const;

  StreamFormat format_;
  int block_frames_;
  int size_;          // of the transform
  int column_count_;  // bins of a row of it up to the Nyquist frequency
  dsp::FloatFft fft_;
  dsp::AlignedVector<float> window_;
  dsp::AlignedVector<float> weights_;  // K and scale, by row
  std::array<int, band_count + 1> band_bins_{};
  dsp::AlignedVector<float> silence_;  // the other channel of mono

  long long step_count_ = 0;
  // Of one block: sums over the rows, that is over sixteen neighbouring bins, and what stands
  // before and after each edge of a band in its sixteen.
  dsp::AlignedVector<float> mid_, side_, row_mid_, row_side_;
  std::array<Powers, band_count + 1> before_edge_{}, after_edge_{};
  std::vector<Levels> levels_;  // by band
};

}  // namespace lacquer::measure
