#pragma once

#include <vector>

namespace lacquer::measure {

/// True peak of one channel as nearly every meter reads it: the interpolating filter printed in
/// ITU-R BS.1770-4, Annex 2 (48 taps), 4 values a sample below 96 kHz, 2 below 192 kHz, the
/// samples themselves from there on. Its phases are up to 0.24 dB off below 0.4 of the sample rate
/// and fall off beyond, and it sees nothing between them: TruePeakMeter is the one to believe, this
/// is the one to compare with others.
///
/// Guarantee: equal to computing every value, ringing before the first and after the last sample
/// included; never below the sample peak; the same bits for any block split. A block is skipped
/// where the sharpest bend of the waveform proves that no new peak fits in.
class ItuTruePeakMeter {
 public:
  explicit ItuTruePeakMeter(double sample_rate_hz);

  void add(const double* samples, int frame_count);
  /// Takes in the tail. Call once, after the last add().
  void finish();

  /// Linear, 0 for silence.
  double peak() const noexcept { return peak_; }

  static constexpr int taps = 12;  ///< of each phase

 private:
  void search_pending();
  void search(const double* samples) noexcept;

  int phase_step_;  // every phase, every second, or (0) none
  double peak_ = 0.0;
  std::vector<double> pending_;  // what the next values are made from
};

}  // namespace lacquer::measure
