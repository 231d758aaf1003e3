#pragma once

#include <vector>

namespace lacquer::measure {

/// The ear of ITU-R BS.1387-1, basic version (annex 2, clause 2.1): what a short power spectrum
/// becomes on its way to the nerve. Bands are a quarter of a Bark wide, from 80 Hz to 18 kHz: 109
/// at 48 kHz; where half the rate lies below 18 kHz, as many as fit.
///
/// Powers are on the standard's scale: a full-scale sine is played at 92 dB SPL. Frames are those
/// of 48 kHz, 2048 long and 1024 apart; at another rate bins, steps and times follow from the rate.
class EarModel {
 public:
  EarModel(double sample_rate_hz, int size);

  static double bark(double hz);
  /// Of outer and middle ear.
  static double weight_db(double hz);
  /// What blood and breath make in a band: the threshold in quiet is this and weight_db().
  static double internal_noise_db(double hz);

  double step_s() const noexcept { return step_s_; }
  std::size_t band_count() const noexcept { return bands_.size(); }
  double centre_hz(std::size_t band) const noexcept { return bands_[band].centre_hz; }
  /// Linear, on power, by bin.
  const std::vector<double>& weights() const noexcept { return weights_; }
  const std::vector<double>& internal_noise() const noexcept { return internal_noise_; }
  /// How far a masker's excitation is above what it masks; a factor of at least 2.
  const std::vector<double>& mask_offsets() const noexcept { return mask_offsets_; }

  /// Of weighted bins: the sums in each band. A bin on an edge is shared.
  void group(const std::vector<double>& bins, std::vector<double>& bands) const;

  /// Adds the internal noise and lets every band excite its neighbours: 27 dB a Bark downwards,
  /// upwards the less steep the louder. `bands` becomes the excitation.
  void excite(std::vector<double>& bands);

  /// By band: what is kept from step to step of a smoothing that takes `at_100_hz_s` at 100 Hz and
  /// 8 ms at the top.
  std::vector<double> keeps(double at_100_hz_s) const;

 private:
  struct Band {
    std::size_t first_bin, last_bin;
    double first_part, last_part;  // of these bins
    double centre_hz;
  };
  void spread(const std::vector<double>& power, std::vector<double>& excitation);

  double step_s_;
  std::vector<Band> bands_;
  std::vector<double> weights_, internal_noise_, mask_offsets_;
  std::vector<double>
      log_upper_;             // fall of a masker of 0 dB to the next band up, natural logarithm
  std::vector<double> norm_;  // excitation where every band has 0 dB
  std::vector<double> lines_, excitation_;
};

}  // namespace lacquer::measure
