#include "lacquer/measure/faults/spectrum/low_spectrum.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/biquad.h"

namespace lacquer::measure {
namespace {

constexpr double summed_rate_hz = 12000.0;  // about
constexpr int usual_sum = 4;                // frames in a sum at 44.1 and 48 kHz
constexpr double low_rate_hz = 2000.0;      // about
constexpr double highest_hz = 690.0;        // mains hum has faded out above
constexpr int filter_spans = 8;             // taps of the second step, in multiples of its factor

/// Hann-windowed sinc, half way down at 0.45 of the low rate, 1 at 0 Hz.
std::vector<double> low_pass(int factor) {
  const int count = filter_spans * factor;
  std::vector<double> taps(static_cast<std::size_t>(count));
  double sum = 0.0;
  for (int i = 0; i < count; ++i) {
    const double at = i - 0.5 * (count - 1);
    const double x = pi * 0.9 * at / factor;
    const double sinc = x == 0.0 ? 1.0 : std::sin(x) / x;
    taps[static_cast<std::size_t>(i)] = sinc * (0.5 + 0.5 * std::cos(2.0 * pi * at / count));
    sum += taps[static_cast<std::size_t>(i)];
  }
  for (double& tap : taps) tap /= sum;
  return taps;
}

}  // namespace

LowSpectrum::LowSpectrum(StreamFormat format)
    : channel_count_{static_cast<std::size_t>(std::min(format.channel_count, 2))},
      summed_frames_{std::max(1, static_cast<int>(format.sample_rate_hz / summed_rate_hz + 0.5))},
      fft_{window_frames} {
  const double summed_hz = format.sample_rate_hz / summed_frames_;
  second_factor_ = std::max(1, static_cast<int>(summed_hz / low_rate_hz + 0.5));
  rate_hz_ = summed_hz / second_factor_;
  bins_ = static_cast<int>(highest_hz / bin_hz());
  taps_ = low_pass(second_factor_);
  const std::size_t n = window_frames;
  double squares = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    window_.push_back(0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / window_frames));
    squares += window_.back() * window_.back();
  }
  // One-sided, and the sums of the first step are not yet divided by how many they add.
  const double scale = std::sqrt(2.0 / (window_frames * squares)) / summed_frames_;
  for (double& w : window_) w *= scale;
  for (std::size_t c = 0; c < channel_count_; ++c) {
    delay_[c].resize(taps_.size());
    samples_[c].resize(n);
  }
  for (auto* row : {&a_, &b_, &real_, &imaginary_}) row->resize(n);
  power_.resize(static_cast<std::size_t>(bins_));
}

void LowSpectrum::add(AudioBlock block, const Look& look, const Listen& listen) {
  for (int at = 0; at < block.frame_count();) {
    const int count = std::min(block.frame_count() - at, summed_frames_ - in_sum_);
    for (std::size_t c = 0; c < channel_count_; ++c) {
      const double* in = block.channel(static_cast<int>(c)) + at;
      double sum = sums_[c];
      if (count == usual_sum) {  // of 44.1 and 48 kHz; the same order of additions
        sum += in[0];
        sum += in[1];
        sum += in[2];
        sum += in[3];
      } else {
        for (int f = 0; f < count; ++f) sum += in[f];
      }
      sums_[c] = sum;
    }
    in_sum_ += count;
    at += count;
    if (in_sum_ < summed_frames_) continue;
    for (std::size_t c = 0; c < channel_count_; ++c) {
      delay_[c][static_cast<std::size_t>(delayed_)] = sums_[c];
      sums_[c] = 0.0;
    }
    in_sum_ = 0;
    if (++delayed_ == static_cast<int>(taps_.size())) filter(look, listen);
  }
}

void LowSpectrum::filter(const Look& look, const Listen& listen) {
  for (std::size_t c = 0; c < channel_count_; ++c) {
    const auto pair = [](const double* from) { return dsp::Pair{from[0], from[1]}; };
    dsp::Pair sum[2] = {};
    for (std::size_t i = 0; i < taps_.size(); i += 4)  // filter_spans is a multiple of four
      for (std::size_t half = 0; half < 2; ++half)
        sum[half] += pair(&taps_[i + 2 * half]) * pair(&delay_[c][i + 2 * half]);
    sum[0] += sum[1];
    samples_[c][static_cast<std::size_t>(filled_)] = sum[0][0] + sum[0][1];
    std::copy(delay_[c].begin() + second_factor_, delay_[c].end(), delay_[c].begin());
  }
  delayed_ -= second_factor_;
  const auto newest = static_cast<std::size_t>(filled_);
  const double scale = 1.0 / summed_frames_;
  listen(samples_[0][newest] * scale, samples_[channel_count_ - 1][newest] * scale);
  if (++filled_ < window_frames) return;
  transform(look);
  filled_ -= hop_frames;
  first_sample_ += hop_frames;
  for (std::size_t c = 0; c < channel_count_; ++c)
    std::copy(samples_[c].begin() + hop_frames, samples_[c].end(), samples_[c].begin());
}

void LowSpectrum::transform(const Look& look) {
  const std::size_t n = window_frames;
  for (std::size_t i = 0; i < n; ++i) {
    a_[i] = samples_[0][i] * window_[i];
    b_[i] = channel_count_ == 2 ? samples_[1][i] * window_[i] : 0.0;
  }
  fft_.forward(a_.data(), b_.data(), real_.data(), imaginary_.data());
  // Left in the real part and right in the imaginary: the two halves hold the sum of both powers.
  power_[0] = 0.0f;
  for (std::size_t k = 1; k < power_.size(); ++k)
    power_[k] = static_cast<float>(0.5 * (real_[k] * real_[k] + imaginary_[k] * imaginary_[k] +
                                          real_[n - k] * real_[n - k] +
                                          imaginary_[n - k] * imaginary_[n - k]));
  look(power_.data(), (static_cast<double>(first_sample_) + 0.5 * window_frames) / rate_hz_);
}

}  // namespace lacquer::measure
