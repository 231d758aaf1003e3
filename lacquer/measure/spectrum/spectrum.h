#pragma once

#include <array>
#include <vector>

#include "lacquer/dsp/float_fft.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/band_stereo.h"

namespace lacquer::measure {

/// Tonal balance of a stream, from K-weighted steps of 10 ms.
///
/// Every 100 ms one Fourier transform sees the last 400 ms (the largest power of two within,
/// under a sine window, as the statistics in data/priors.json were made). Nine bands are kept as
/// levels of mid (L + R) and side (L - R); third octaves are freed from the K-weighting again and
/// averaged over both channels. Keeps 200 bytes per 100 ms.
class SpectrumMeter {
 public:
  explicit SpectrumMeter(StreamFormat);

  /// One whole step, K-weighted, by channel.
  void add(const double* const* weighted, int frame_count);

  Spectrum spectrum() const;

 private:
  static constexpr int step_hop = 10;
  static constexpr int step_window = 40;

  struct Block {
    std::array<float, band_count> mid, side;  // powers
  };

  void add_block();
  void add_tilt(Spectrum&, const std::array<Maybe, band_count>& level_db) const;

  StreamFormat format_;
  int block_frames_;
  int size_;  // of the transform
  dsp::FloatFft fft_;
  dsp::AlignedVector<float> window_;
  std::array<int, band_count + 1> band_bins_{};

  long long step_count_ = 0;
  int filled_ = 0;
  std::vector<float> mid_, side_;  // the last frames; mono: all mid
  dsp::AlignedVector<float> real_, imaginary_;
  std::vector<double> mid_power_, both_power_;  // of one block, by bin
  std::vector<Block> blocks_;
};

}  // namespace lacquer::measure
