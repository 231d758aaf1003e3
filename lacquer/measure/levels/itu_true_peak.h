#pragma once

namespace lacquer::measure {

/// True peak of one channel as nearly every meter reads it: the interpolating filter printed in
/// ITU-R BS.1770-4, Annex 2 (48 taps), 4 values a sample below 96 kHz, 2 below 192 kHz, the
/// samples themselves from there on. Its phases are up to 0.24 dB off below 0.4 of the sample rate
/// and fall off beyond, and it sees nothing between them: TruePeakMeter, which leads this search,
/// is the one to believe, this is the one to compare with others.
///
/// Guarantee: equal to computing every value; never below the sample peak. A slice is skipped where
/// its largest sample and its sharpest bend prove that no new peak fits in.
class ItuTruePeakSearch {
 public:
  explicit ItuTruePeakSearch(double sample_rate_hz);

  /// Takes in a sample, as a size.
  void note(double size) noexcept { peak_ = size > peak_ ? size : peak_; }
  /// Whether the values after each of 32 frames may exceed the peak. They read up to six frames on
  /// either side; `size` and `bend` are those of the largest sample and the largest second
  /// difference (as sizes) there, or anything larger.
  bool may_exceed(double size, double bend) const noexcept {
    return gain_ * size > peak_ && line_gain_ * size + bend_gain_ * bend > peak_;
  }
  /// Then these values.
  void search(const double* samples) noexcept;

  /// Linear, 0 for silence.
  double peak() const noexcept { return peak_; }

  static constexpr int slice = 32;  ///< frames searched at once

 private:
  int phase_step_;  // every phase, every second, or (0) none
  double gain_ = 0.0, line_gain_ = 0.0, bend_gain_ = 0.0;
  double peak_ = 0.0;
};

}  // namespace lacquer::measure
