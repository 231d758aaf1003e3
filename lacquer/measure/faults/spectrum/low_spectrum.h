#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/float_fft.h"

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
  /// Samples of the stream brought down, at rate_hz(); of a mono stream both are the same.
  using Listen = std::function<void(const float* left, const float* right, int count)>;

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

  void sum(const double* in, int count, std::size_t channel);
  void take(const Look&);
  void transform(const Look&);

  std::size_t channel_count_;
  int summed_frames_;      // in one value of the first step
  int second_factor_ = 1;  // from there to rate_hz_
  double rate_hz_ = 0.0;
  int bins_ = 0;

  int in_sum_ = 0;
  double sums_[2] = {};
  std::vector<float> taps_;
  std::vector<float> summed_[2];    // that the filter has not passed yet
  std::vector<float> filtered_[2];  // of the frames now added
  dsp::AlignedVector<float> samples_[2];
  int filled_ = 0;
  std::int64_t first_sample_ = 0;  // of the window, at rate_hz_

  dsp::FloatFft fft_;
  dsp::AlignedVector<float> window_, real_, imaginary_;
  std::vector<float> power_;
};

}  // namespace lacquer::measure
