#pragma once

#include <array>
#include <vector>

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/quality/heard_channel.h"

namespace lacquer::measure {

/// What the ear model says of two programmes: model output variables of ITU-R BS.1387-1, basic
/// version, by their names there, and the 2f score. 0 is no difference, unless said otherwise;
/// empty where there is too little sound.
struct PerceivedDifference {
  /// 0 .. 100, 100 no difference that is heard; from adb and avg_mod_diff_1.
  Maybe score_2f;
  Maybe adb;  ///< average distorted block: lg of the steps above the threshold; less is better
  Maybe avg_mod_diff_1, avg_mod_diff_2, win_mod_diff_1;
  Maybe rms_noise_loud;
  Maybe total_nmr_db;
  Maybe rel_dist_frames;  ///< 0 .. 1: where noise stands 1.5 dB above the mask in some band
  /// Error harmonic structure: 0, and 167 where all error is one ripple of the spectrum. Mean over
  /// looks that are not soft; from error_harmonics.h, times 1000.
  Maybe ehs;
  Maybe mfpd;  ///< 0 .. 1: greatest smoothed probability of hearing a difference
  /// Mean over steps that reach 8.1 kHz. The standard counts bins of 23.4 Hz.
  Maybe bandwidth_reference_hz, bandwidth_other_hz;
};

/// Collects them step by step. Sources beside the standard (clauses 4 and 5 of annex 2): of the
/// score, T. Kastner and J. Herre 2019, "An efficient model for estimating subjective quality of
/// separated audio source signals", WASPAA.
class ModelOutputs {
 public:
  ModelOutputs(const EarModel&, int channel_count);

  /// One channel at this step: what its ear heard, the noise in each band, and the highest
  /// frequencies of both (0: none), and the harmonic structure of the error, if it is loud enough.
  void add(int channel, const HeardChannel&, const std::vector<double>& noise,
           double reference_top_hz, double other_top_hz, const Maybe& error_harmonics);

  /// After all channels. What comes after the last step that `sounds` does not count.
  void finish_step(bool sounds);

  PerceivedDifference finish() const;

 private:
  struct ChannelSums {
    double modulation_1 = 0.0, modulation_2 = 0.0, modulation_weights = 0.0;
    double windowed = 0.0;
    std::array<double, 4> last_roots{};  // of the modulation difference
    double loudness_squares = 0.0;
    double noise_to_mask = 0.0;
    double distorted = 0.0;
    double harmonics = 0.0, harmonic_looks = 0.0;
    double reference_top_hz = 0.0, other_top_hz = 0.0, tops = 0.0;
  };
  struct Sums {
    std::array<ChannelSums, 2> channels;
    int steps = 0, windows = 0, loud_steps = 0;
    double distorted_steps = 0.0, thresholds = 0.0;
    double probability = 0.0, greatest_probability = 0.0;
  };

  void add_modulation(ChannelSums&, const HeardChannel&) const;
  void add_noise_to_mask(ChannelSums&, const HeardChannel&, const std::vector<double>& noise) const;
  double noise_loudness(const HeardChannel&) const;
  double loudness_sone(const std::vector<double>& excitation) const;
  void detect(const HeardChannel&);

  const EarModel& ear_;
  std::size_t channel_count_;
  int settling_steps_, loud_delay_steps_;
  double probability_keep_;
  std::vector<double> quiet_, index_, loudness_scale_, weight_floor_;  // by band
  std::vector<double> probabilities_, detected_;                       // of the step, by band
  int loud_since_ = -1;                                                // step
  std::array<double, 2> noise_loudness_{};
  Sums sums_, counted_;
};

}  // namespace lacquer::measure
