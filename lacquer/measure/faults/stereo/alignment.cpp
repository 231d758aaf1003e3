#include "lacquer/measure/faults/stereo/alignment.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "lacquer/measure/spectrum/two_in_one.h"

namespace lacquer::measure {
namespace {

constexpr int size_at_48_khz = 4096;  // 85 ms
constexpr double hop_s = 1.0;
// After so many windows only every eighth is looked at: what is stable shows as well.
constexpr int dense_windows = 20;
constexpr int sparse_step = 8;
constexpr double most_delay_s = 0.020;
// Below, one period is as long as the delays looked for; above, lossy codecs invent the phase.
constexpr double lowest_hz = 150.0, highest_hz = 10000.0;
constexpr double quiet_dbfs = -60.0;
constexpr double quiet_bin_db = -70.0;  // re the loudest bin: hiss and dither have no delay
constexpr double near_zero_s = 0.0001;
constexpr double lobe_s = 0.0003;  // either side of a peak that belongs to it
constexpr double agreeing_s = 0.00005;

}  // namespace

Alignment::Alignment(double sample_rate_hz)
    : sample_rate_hz_{sample_rate_hz},
      size_{ShortTimeSpectrum::frames_of(sample_rate_hz, size_at_48_khz)},
      lags_{static_cast<int>(most_delay_s * sample_rate_hz)},
      fft_{size_},
      windows_{size_, std::max<std::int64_t>(size_, std::llround(hop_s * sample_rate_hz))} {
  const double bin_hz = sample_rate_hz / size_;
  first_bin_ = static_cast<int>(std::ceil(lowest_hz / bin_hz));
  last_bin_ = static_cast<int>(std::min(highest_hz, 0.45 * sample_rate_hz) / bin_hz);
  const auto n = static_cast<std::size_t>(size_);
  shape_.resize(n);
  const dsp::Turns turns{size_};
  for (std::size_t i = 0; i < n; ++i) shape_[i] = static_cast<float>(turns.hann(i));
  for (auto* work : {&a_, &b_, &real_, &imaginary_}) work->resize(n);
  const auto lag_count = static_cast<std::size_t>(2 * lags_ + 1);
  correlation_.assign(lag_count, 0.0);
  sum_.assign(lag_count, 0.0);
  votes_.assign(lag_count, 0);
}

void Alignment::add(AudioBlock block, bool wanted) {
  windows_.add(block, [&](const float* left, const float* right, std::int64_t) {
    if (wanted && (seen_++ < dense_windows || seen_ % sparse_step == 0)) add_window(left, right);
  });
}

void Alignment::add_window(const float* left, const float* right) {
  if (!correlate(left, right)) return;
  ++window_count_;
  for (std::size_t i = 0; i < sum_.size(); ++i) sum_[i] += correlation_[i];
  ++votes_[static_cast<std::size_t>(lag_of_peak(correlation_) + lags_)];
}

bool Alignment::correlate(const float* left, const float* right) {
  const double quieter = std::min(sum_of_squares(left, size_), sum_of_squares(right, size_));
  if (quieter < size_ * power_from_db(quiet_dbfs)) return false;
  fft_.forward_windowed(left, right, shape_.data(), real_.data(), imaginary_.data());

  // a_ and b_ become the cross spectrum, for the bins that count, and the loudest is noted.
  std::fill(a_.begin(), a_.end(), 0.0F);
  std::fill(b_.begin(), b_.end(), 0.0F);
  float loudest = 0.0F;
  for (int bin = first_bin_; bin <= last_bin_; ++bin) {
    const auto k = static_cast<std::size_t>(bin), mirror = shape_.size() - k;
    const float a_re = real_[k] + real_[mirror], a_im = imaginary_[k] - imaginary_[mirror];
    const float b_re = imaginary_[k] + imaginary_[mirror], b_im = real_[mirror] - real_[k];
    a_[k] = a_re * b_re + a_im * b_im;
    b_[k] = a_re * b_im - a_im * b_re;
    loudest = std::max(loudest, std::abs(a_[k]) + std::abs(b_[k]));
  }
  const float quiet = loudest * static_cast<float>(power_from_db(quiet_bin_db));
  int bins = 0;
  for (int bin = first_bin_; bin <= last_bin_; ++bin) {
    const auto k = static_cast<std::size_t>(bin);
    const float size = std::sqrt(a_[k] * a_[k] + b_[k] * b_[k]);
    const bool counts = size > quiet;
    a_[k] = counts ? a_[k] / size : 0.0F;
    b_[k] = counts ? b_[k] / size : 0.0F;
    bins += counts;
  }
  if (bins == 0) return false;
  // The parts swapped turn the transform round. One-sided, so the real part of the inverse is half
  // of what both sides would give.
  fft_.forward(b_.data(), a_.data(), imaginary_.data(), real_.data());
  for (int lag = -lags_; lag <= lags_; ++lag)
    correlation_[static_cast<std::size_t>(lag + lags_)] =
        static_cast<double>(real_[static_cast<std::size_t>(lag < 0 ? lag + size_ : lag)]) / bins;
  return true;
}

int Alignment::lag_of_peak(const std::vector<double>& correlation) const {
  const auto largest =
      std::max_element(correlation.begin(), correlation.end(),
                       [](double a, double b) { return std::abs(a) < std::abs(b); });
  return static_cast<int>(largest - correlation.begin()) - lags_;
}

DelayEstimate Alignment::estimate() const {
  DelayEstimate result{.window_count = window_count_};
  if (window_count_ == 0) return result;
  const int peak = lag_of_peak(sum_);
  const auto at = [&](int lag) {
    return std::abs(lag) > lags_ ? 0.0
                                 : sum_[static_cast<std::size_t>(lag + lags_)] / window_count_;
  };
  // A parabola through the peak and its neighbours.
  const double before = at(peak - 1), top = at(peak), after = at(peak + 1);
  const double bend = before - 2.0 * top + after;
  const double shift = bend == 0.0 ? 0.0 : std::clamp(0.5 * (before - after) / bend, -0.5, 0.5);
  result.delay_s = (peak + shift) / sample_rate_hz_;
  result.height = top;
  int agreeing = 0;
  for (int lag = -lags_; lag <= lags_; ++lag) {
    const double size = std::abs(at(lag));
    const double off_s = std::abs(lag - peak - shift) / sample_rate_hz_;
    if (std::abs(lag) <= near_zero_s * sample_rate_hz_)
      result.at_zero = std::max(result.at_zero, size);
    if (off_s > lobe_s) result.rival = std::max(result.rival, size);
    if (off_s <= std::max(agreeing_s, 0.75 / sample_rate_hz_))
      agreeing += votes_[static_cast<std::size_t>(lag + lags_)];
  }
  result.agreement = static_cast<double>(agreeing) / window_count_;
  return result;
}

}  // namespace lacquer::measure
