#pragma once

#include <vector>

namespace lacquer::measure {

/// What the ear does to a spectrum, as far as masking goes: bands of one equivalent rectangular
/// bandwidth, simultaneous masking between them, and the threshold in quiet.
///
/// Sources: bands, B. Moore and B. Glasberg 1990; spreading and threshold (Terhardt), ITU-R
/// BS.1387-1, annex 2; a full-scale sine is taken to be played at 92 dB SPL, as there. Masking is
/// simultaneous only: no forward masking, no binaural one.
class Ear {
 public:
  /// Bins of a transform of `size` frames.
  Ear(double sample_rate_hz, int size);

  struct Band {
    int first_bin, end_bin;
    double centre_hz;
  };
  const std::vector<Band>& bands() const noexcept { return bands_; }

  /// The power in each band that noise must have to be heard beside these powers (mean squares,
  /// full scale sine 0.5). `masked` has as many.
  void mask(const std::vector<double>& power, std::vector<double>& masked) const;

 private:
  std::vector<Band> bands_;
  std::vector<double> bark_, quiet_;  // by band; quiet_: power at the threshold
};

}  // namespace lacquer::measure
