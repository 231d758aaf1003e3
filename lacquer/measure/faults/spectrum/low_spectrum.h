#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/fft.h"

namespace lacquer::measure {

/// The lowest 690 Hz of a stream in windows of about four seconds, fine enough to tell 50 Hz from
/// the G at 49: what the search for mains hum looks at.
///
/// The stream is brought down to about 2 kHz by the sum of a few frames and a windowed sinc, which
/// is 3 dB down at the top of the range. What folds into the lowest 400 Hz is 50 dB down or more,
/// but 25 to 40 dB around 12 kHz, where music has little and nothing steady. A window begins each
/// second; the bins of a sine add up to its mean square, summed over the channels.
class LowSpectrum {
 public:
  using Look = std::function<void(const float* power, double centre_s)>;
  /// A sample of the stream brought down, at rate_hz(); of a mono stream both are the same.
  using Listen = std::function<void(double left, double right)>;

  explicit LowSpectrum(StreamFormat);

  void add(AudioBlock, const Look& look, const Listen& listen);

  double rate_hz() const noexcept { return rate_hz_; }
  int bins() const noexcept { return bins_; }
  double bin_hz() const noexcept { return rate_hz_ / window_frames; }
  /// From one window to the next, and what each covers.
  double hop_s() const noexcept { return hop_frames / rate_hz_; }
  double window_s() const noexcept { return window_frames / rate_hz_; }

 private:
  static constexpr int window_frames = 8192;
  static constexpr int hop_frames = window_frames / 4;

  void filter(const Look&, const Listen&);
  void transform(const Look&);

  std::size_t channel_count_;
  int summed_frames_;      // in one value of the first step
  int second_factor_ = 1;  // from there to rate_hz_
  double rate_hz_ = 0.0;
  int bins_ = 0;

  int in_sum_ = 0;
  double sums_[2] = {};
  std::vector<double> taps_;
  std::vector<double> delay_[2];  // summed values the filter stands on
  int delayed_ = 0;
  std::vector<double> samples_[2];
  int filled_ = 0;
  std::int64_t first_sample_ = 0;  // of the window, at rate_hz_

  dsp::Fft fft_;
  std::vector<double> window_, a_, b_, real_, imaginary_;
  std::vector<float> power_;
};

}  // namespace lacquer::measure
