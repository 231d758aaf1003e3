#include "lacquer/measure/faults/stereo/coherence.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"

namespace lacquer::measure {
namespace {

// 341 ms: long against the delays of pseudo stereo (1 to 30 ms), which cost coherence otherwise.
constexpr int size_at_48_khz = 16384;
constexpr double hop_s = 0.5;
constexpr double lowest_hz = 100.0;
constexpr double highest_hz = 10000.0;
constexpr double quiet_dbfs = -60.0;      // windows below do not count
constexpr double quiet_bin_db = -60.0;    // re the loudest bin
constexpr int windows_of_evaluation = 8;  // unrelated channels come out at 1/8

}  // namespace

Coherence::Coherence(double sample_rate_hz)
    : size_{ShortTimeSpectrum::frames_of(sample_rate_hz, size_at_48_khz)},
      fft_{size_},
      windows_{size_, std::max<std::int64_t>(size_, std::llround(hop_s * sample_rate_hz))} {
  const double bin_hz = sample_rate_hz / size_;
  first_bin_ = static_cast<int>(std::ceil(lowest_hz / bin_hz));
  last_bin_ = static_cast<int>(std::min(highest_hz, 0.45 * sample_rate_hz) / bin_hz);
  const auto n = static_cast<std::size_t>(size_);
  shape_.resize(n);
  const dsp::Turns turns{size_};
  for (std::size_t i = 0; i < n; ++i) shape_[i] = static_cast<float>(turns.hann(i));
  for (auto* work : {&real_, &imaginary_}) work->resize(n);
  sums_.resize(last_bin_ + 4);
}

double Coherence::add(AudioBlock block) {
  windows_.add(block, [this](const float* left, const float* right, std::int64_t) {
    add_window(left, right);
  });
  return value_;
}

void Coherence::add_window(const float* left, const float* right) {
  const double squares = sum_of_squares(left, size_) + sum_of_squares(right, size_);
  if (squares < size_ * power_from_db(quiet_dbfs)) return;
  fft_.forward_windowed(left, right, shape_.data(), real_.data(), imaginary_.data());
  // Each window counts the same, so that a loud one does not decide alone.
  add_cross_spectrum(real_.data(), imaginary_.data(), size_, first_bin_, last_bin_, 1.0 / squares,
                     sums_);
  if (++window_count_ % windows_of_evaluation == 0) evaluate();
}

void Coherence::evaluate() {
  const auto &left = sums_.first, &right = sums_.second;
  const auto first = static_cast<std::size_t>(first_bin_),
             end = static_cast<std::size_t>(last_bin_) + 1;
  double loudest = 0.0;
  for (std::size_t k = first; k < end; ++k) loudest = std::max({loudest, left[k], right[k]});
  const double quiet = loudest * power_from_db(quiet_bin_db);
  double sum = 0.0, weights = 0.0;
  for (std::size_t k = first; k < end; ++k) {
    const double product = left[k] * right[k];
    if (left[k] + right[k] < quiet || product == 0.0) continue;
    // The cube root lies between counting bins and counting energy: the top counts, hiss does not.
    const double weight = std::cbrt(left[k] + right[k]);
    const double cross = sums_.cross_real[k] * sums_.cross_real[k] +
                         sums_.cross_imaginary[k] * sums_.cross_imaginary[k];
    sum += weight * cross / product;
    weights += weight;
  }
  if (weights > 0.0) value_ = sum / weights;
}

}  // namespace lacquer::measure
