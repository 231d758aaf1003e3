#pragma once

#include <array>

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// The nine bands of data/priors.json: equal steps of the ear's bandwidth scale.
inline constexpr std::array band_edges_hz = {20.0,   148.2,  392.4,  794.7,   1457.6,
                                             2549.7, 4349.2, 7314.2, 12199.3, 20000.0};
inline constexpr int band_count = static_cast<int>(band_edges_hz.size()) - 1;
/// A band of which the sample rate leaves less than this share says nothing about the music.
inline constexpr double least_share_of_band = 0.9;

/// Correlation, mono loss and width of each of the nine bands over the whole programme, from the
/// powers and cross powers of its looks. Stereo only.
class BandStereoMeter {
 public:
  BandStereoMeter(double sample_rate_hz, int size);

  void add(const SpectrumFrame&);
  void finish(Stereo&) const;

 private:
  double sample_rate_hz_;
  std::array<int, band_count + 1> first_bins_{};
  std::array<BinSums, band_count> sums_{};
};

}  // namespace lacquer::measure
