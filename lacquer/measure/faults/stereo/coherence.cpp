#include "lacquer/measure/faults/stereo/coherence.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
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
  for (std::size_t i = 0; i < n; ++i)
    shape_[i] = 0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / size_);
  for (auto* work : {&a_, &b_, &real_, &imaginary_}) work->resize(n);
  const auto bins = static_cast<std::size_t>(last_bin_ + 1);
  for (auto* sums : {&left_, &right_, &cross_real_, &cross_imaginary_}) sums->assign(bins, 0.0);
}

double Coherence::add(AudioBlock block) {
  windows_.add(block, [this](const double* left, const double* right, std::int64_t) {
    add_window(left, right);
  });
  return value_;
}

void Coherence::add_window(const double* left, const double* right) {
  double squares = 0.0;
  for (std::size_t i = 0; i < shape_.size(); ++i) {
    squares += left[i] * left[i] + right[i] * right[i];
    a_[i] = left[i] * shape_[i];
    b_[i] = right[i] * shape_[i];
  }
  if (squares < size_ * power_from_db(quiet_dbfs)) return;
  fft_.forward(a_.data(), b_.data(), real_.data(), imaginary_.data());
  // Each window counts the same, so that a loud one does not decide alone.
  const double scale = 1.0 / squares;
  for (int bin = first_bin_; bin <= last_bin_; ++bin) {
    const auto k = static_cast<std::size_t>(bin), mirror = shape_.size() - k;
    const double a_re = 0.5 * (real_[k] + real_[mirror]);
    const double a_im = 0.5 * (imaginary_[k] - imaginary_[mirror]);
    const double b_re = 0.5 * (imaginary_[k] + imaginary_[mirror]);
    const double b_im = 0.5 * (real_[mirror] - real_[k]);
    left_[k] += scale * (a_re * a_re + a_im * a_im);
    right_[k] += scale * (b_re * b_re + b_im * b_im);
    cross_real_[k] += scale * (a_re * b_re + a_im * b_im);
    cross_imaginary_[k] += scale * (a_im * b_re - a_re * b_im);
  }
  if (++window_count_ % windows_of_evaluation == 0) evaluate();
}

void Coherence::evaluate() {
  const double loudest = std::max(*std::max_element(left_.begin(), left_.end()),
                                  *std::max_element(right_.begin(), right_.end()));
  const double quiet = loudest * power_from_db(quiet_bin_db);
  double sum = 0.0, weights = 0.0;
  for (std::size_t k = static_cast<std::size_t>(first_bin_); k < left_.size(); ++k) {
    const double product = left_[k] * right_[k];
    if (left_[k] + right_[k] < quiet || product == 0.0) continue;
    // The cube root lies between counting bins and counting energy: the top counts, hiss does not.
    const double weight = std::cbrt(left_[k] + right_[k]);
    const double cross =
        cross_real_[k] * cross_real_[k] + cross_imaginary_[k] * cross_imaginary_[k];
    sum += weight * cross / product;
    weights += weight;
  }
  if (weights > 0.0) value_ = sum / weights;
}

}  // namespace lacquer::measure
