#include "lacquer/measure/faults/spectrum/low_spectrum.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr double summed_rate_hz = 12000.0;  // about
constexpr double low_rate_hz = 2000.0;      // about
constexpr double highest_hz = 690.0;        // mains hum has faded out above
// Taps of the second step, in multiples of its factor: whole registers.
constexpr int filter_spans = 8;
// Worth the way through filter and windows, which is as long for one: 32 ms.
constexpr int least_filtered = 64;

/// Hann-windowed sinc, half way down at 0.45 of the low rate, `gain` at 0 Hz.
std::vector<float> low_pass(int factor, double gain) {
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
  for (double& tap : taps) tap *= gain / sum;
  return {taps.begin(), taps.end()};
}

/// Adds up four doubles each.
LACQUER_KERNEL void fours_kernel(const double* in, float* out, int count) {
  int n = 0;
  for (; n + 4 <= count; n += 4, in += 16) {
    const dsp::Quad first = dsp::quads(in)[0], second = dsp::quads(in)[1];
    const dsp::Quad third = dsp::quads(in)[2], fourth = dsp::quads(in)[3];
    const dsp::Quad early = __builtin_shufflevector(first, second, 0, 4, 2, 6) +
                            __builtin_shufflevector(first, second, 1, 5, 3, 7);
    const dsp::Quad late = __builtin_shufflevector(third, fourth, 0, 4, 2, 6) +
                           __builtin_shufflevector(third, fourth, 1, 5, 3, 7);
    const dsp::Quad sums = __builtin_shufflevector(early, late, 0, 1, 4, 5) +
                           __builtin_shufflevector(early, late, 2, 3, 6, 7);
    *reinterpret_cast<dsp::Float4Anywhere*>(out + n) = __builtin_convertvector(sums, dsp::Float4);
  }
  for (; n < count; ++n, in += 4) out[n] = static_cast<float>((in[0] + in[1]) + (in[2] + in[3]));
}
LACQUER_WIDE void fours_wide(const double* in, float* out, int count) {
  fours_kernel(in, out, count);
}

/// sums[lane]: of the lanes of each.
LACQUER_KERNEL void sums_of(const dsp::Float8& first, const dsp::Float8& second,
                            const dsp::Float8& third, const dsp::Float8& fourth,
                            dsp::Float4& sums) {
  const dsp::Float8 early = __builtin_shufflevector(first, second, 0, 8, 2, 10, 4, 12, 6, 14) +
                            __builtin_shufflevector(first, second, 1, 9, 3, 11, 5, 13, 7, 15);
  const dsp::Float8 late = __builtin_shufflevector(third, fourth, 0, 8, 2, 10, 4, 12, 6, 14) +
                           __builtin_shufflevector(third, fourth, 1, 9, 3, 11, 5, 13, 7, 15);
  const dsp::Float8 both = __builtin_shufflevector(early, late, 0, 1, 8, 9, 4, 5, 12, 13) +
                           __builtin_shufflevector(early, late, 2, 3, 10, 11, 6, 7, 14, 15);
  sums = __builtin_shufflevector(both, both, 0, 1, 2, 3) +
         __builtin_shufflevector(both, both, 4, 5, 6, 7);
}

/// Every `factor`-th sample of what the taps make of `in`, four at a time: up to three more than
/// `count` are written, and read for.
LACQUER_KERNEL void filter_kernel(const float* taps, int tap_count, int factor, const float* in,
                                  float* out, int count) {
  for (int n = 0; n < count; n += 4, in += 4 * static_cast<std::ptrdiff_t>(factor)) {
    dsp::Float8 first{}, second{}, third{}, fourth{};
    for (int i = 0; i < tap_count; i += 8) {
      const dsp::Float8 tap = *dsp::eights(taps + i);
      first += tap * *dsp::eights(in + i);
      second += tap * *dsp::eights(in + i + factor);
      third += tap * *dsp::eights(in + i + 2 * factor);
      fourth += tap * *dsp::eights(in + i + 3 * factor);
    }
    dsp::Float4 sums;
    sums_of(first, second, third, fourth, sums);
    *reinterpret_cast<dsp::Float4Anywhere*>(out + n) = sums;
  }
}
LACQUER_WIDE void filter_wide(const float* taps, int tap_count, int factor, const float* in,
                              float* out, int count) {
  filter_kernel(taps, tap_count, factor, in, out, count);
}

}  // namespace

LowSpectrum::LowSpectrum(StreamFormat format)
    : channel_count_{static_cast<std::size_t>(std::min(format.channel_count, 2))},
      summed_frames_{
          std::max(1, static_cast<int>(std::lround(format.sample_rate_hz / summed_rate_hz)))},
      fft_{window_frames} {
  const double summed_hz = format.sample_rate_hz / summed_frames_;
  second_factor_ = std::max(1, static_cast<int>(std::lround(summed_hz / low_rate_hz)));
  rate_hz_ = summed_hz / second_factor_;
  bins_ = static_cast<int>(highest_hz / bin_hz());
  taps_ = low_pass(second_factor_, 1.0 / summed_frames_);  // the first step only adds up
  const std::size_t n = window_frames;
  const double squares = 0.375 * window_frames;                     // of a Hann window
  const double scale = std::sqrt(2.0 / (window_frames * squares));  // one-sided
  const dsp::Turns turns{window_frames};
  for (std::size_t i = 0; i < n; ++i) window_.push_back(static_cast<float>(scale * turns.hann(i)));
  // Of a mono stream the second row stays silent.
  for (auto* row : {&samples_[0], &samples_[1], &real_, &imaginary_}) row->resize(n);
  power_.resize(static_cast<std::size_t>(bins_));
}

void LowSpectrum::add(AudioBlock block, const Look& look, const Listen& listen) {
  for (std::size_t c = 0; c < channel_count_; ++c)
    sum(block.channel(static_cast<int>(c)), block.frame_count(), c);
  in_sum_ = (in_sum_ + block.frame_count()) % summed_frames_;
  const auto summed = static_cast<int>(summed_[0].size());
  const auto taps = static_cast<int>(taps_.size());
  const int ready = summed < taps ? 0 : (summed - taps) / second_factor_ + 1;
  if (ready < least_filtered) return;
  for (std::size_t c = 0; c < channel_count_; ++c) {
    filtered_[c].resize(static_cast<std::size_t>(ready) + 3);
    summed_[c].resize(static_cast<std::size_t>(summed + 3 * second_factor_));
    (dsp::has_wide_registers() ? filter_wide : filter_kernel)(
        taps_.data(), taps, second_factor_, summed_[c].data(), filtered_[c].data(), ready);
    filtered_[c].resize(static_cast<std::size_t>(ready));
    summed_[c].resize(static_cast<std::size_t>(summed));
    summed_[c].erase(summed_[c].begin(),
                     summed_[c].begin() + static_cast<std::ptrdiff_t>(ready) * second_factor_);
  }
  listen(filtered_[0].data(), filtered_[channel_count_ - 1].data(), ready);
  take(look);
}

/// Appends the sums that these frames complete.
void LowSpectrum::sum(const double* in, int count, std::size_t channel) {
  auto& summed = summed_[channel];
  double& open = sums_[channel];
  int at = 0;
  if (in_sum_ > 0) {
    for (; at < count && in_sum_ + at < summed_frames_; ++at) open += in[at];
    if (in_sum_ + at < summed_frames_) return;
    summed.push_back(static_cast<float>(open));
  }
  std::size_t to = summed.size();
  const int whole = (count - at) / summed_frames_;
  summed.resize(to + static_cast<std::size_t>(whole));
  if (summed_frames_ == 4) {  // of 44.1 and 48 kHz
    (dsp::has_wide_registers() ? fours_wide : fours_kernel)(in + at, summed.data() + to, whole);
    at += 4 * whole;
  } else {
    for (int n = 0; n < whole; ++n) {
      double sum = 0.0;
      for (int f = 0; f < summed_frames_; ++f) sum += in[at++];
      summed[to++] = static_cast<float>(sum);
    }
  }
  open = 0.0;
  for (; at < count; ++at) open += in[at];
}

/// The filtered samples to the windows.
void LowSpectrum::take(const Look& look) {
  const auto count = static_cast<int>(filtered_[0].size());
  for (int at = 0; at < count;) {
    const int here = std::min(count - at, window_frames - filled_);
    for (std::size_t c = 0; c < channel_count_; ++c)
      std::copy_n(filtered_[c].begin() + at, here, samples_[c].begin() + filled_);
    at += here;
    filled_ += here;
    if (filled_ < window_frames) return;
    transform(look);
    filled_ -= hop_frames;
    first_sample_ += hop_frames;
    for (std::size_t c = 0; c < channel_count_; ++c)
      std::copy(samples_[c].begin() + hop_frames, samples_[c].end(), samples_[c].begin());
  }
}

void LowSpectrum::transform(const Look& look) {
  const std::size_t n = window_frames;
  fft_.forward_windowed(samples_[0].data(), samples_[1].data(), window_.data(), real_.data(),
                        imaginary_.data());
  // Left in the real part and right in the imaginary: the two halves hold the sum of both powers.
  power_[0] = 0.0F;
  for (std::size_t k = 1; k < power_.size(); ++k)
    power_[k] = 0.5F * ((real_[k] * real_[k] + imaginary_[k] * imaginary_[k]) +
                        (real_[n - k] * real_[n - k] + imaginary_[n - k] * imaginary_[n - k]));
  look(power_.data(), (static_cast<double>(first_sample_) + 0.5 * window_frames) / rate_hz_);
}

}  // namespace lacquer::measure
