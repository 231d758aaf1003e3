#include "lacquer/measure/spectrum/short_time_spectrum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {

int ShortTimeSpectrum::frames_of(double sample_rate_hz, int frames_at_48_khz) {
  int frames = frames_at_48_khz;
  for (double rate_hz = 48000.0; rate_hz < sample_rate_hz; rate_hz *= 2.0) frames *= 2;
  return frames;
}

ShortTimeSpectrum::ShortTimeSpectrum(StreamFormat format, int size)
    : format_{format},
      size_{size},
      fft_{size},
      window_(static_cast<std::size_t>(size)),
      samples_(static_cast<std::size_t>(format.channel_count),
               std::vector<double>(static_cast<std::size_t>(size))) {
  const auto n = static_cast<std::size_t>(size), bins = n / 2 + 1;
  double squares = 0.0;
  for (std::size_t i = 0; i < n; ++i) {
    window_[i] = 0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / size);
    squares += window_[i] * window_[i];
  }
  // One-sided: both halves of the spectrum in one. Parseval then gives the mean square.
  const double scale = std::sqrt(2.0 / (size * squares));
  for (double& w : window_) w *= scale;
  power_.assign(static_cast<std::size_t>(format.channel_count), std::vector<double>(bins));
  for (const auto& row : power_) rows_.push_back(row.data());
  if (format.channel_count == 2) cross_.resize(bins);
  a_.resize(n);
  b_.resize(n);
  real_.resize(n);
  imaginary_.resize(n);
}

void ShortTimeSpectrum::add(AudioBlock block, const Look& look) {
  assert(block.channel_count() == format_.channel_count);
  for (int at = 0; at < block.frame_count();) {
    const int count = std::min(block.frame_count() - at, size_ - filled_);
    for (std::size_t c = 0; c < samples_.size(); ++c)
      std::copy_n(block.channel(static_cast<int>(c)) + at, count, samples_[c].begin() + filled_);
    filled_ += count;
    at += count;
    if (filled_ < size_) continue;
    transform(look);
    filled_ = size_ / 2;
    first_frame_ += filled_;
    for (auto& samples : samples_)
      std::copy(samples.begin() + filled_, samples.end(), samples.begin());
  }
}

void ShortTimeSpectrum::transform(const Look& look) {
  const auto n = static_cast<std::size_t>(size_), bins = n / 2 + 1;
  for (std::size_t c = 0; c < samples_.size(); c += 2) {  // two channels in one transform
    const bool two = c + 1 < samples_.size();
    const auto& first = samples_[c];
    const auto& second = samples_[two ? c + 1 : c];
    for (std::size_t i = 0; i < n; ++i) {
      a_[i] = first[i] * window_[i];
      b_[i] = two ? second[i] * window_[i] : 0.0;
    }
    fft_.forward(a_.data(), b_.data(), real_.data(), imaginary_.data());
    for (std::size_t k = 0; k < bins; ++k) {
      const std::size_t mirror = k == 0 ? 0 : n - k;
      const double a_re = 0.5 * (real_[k] + real_[mirror]);
      const double a_im = 0.5 * (imaginary_[k] - imaginary_[mirror]);
      const double b_re = 0.5 * (imaginary_[k] + imaginary_[mirror]);
      const double b_im = 0.5 * (real_[mirror] - real_[k]);
      const double share = k == 0 || k == n / 2 ? 0.5 : 1.0;  // these have no other half
      power_[c][k] = share * (a_re * a_re + a_im * a_im);
      if (two) power_[c + 1][k] = share * (b_re * b_re + b_im * b_im);
      if (!cross_.empty()) cross_[k] = share * (a_re * b_re + a_im * b_im);
    }
  }
  look({.first_frame = first_frame_,
        .size = size_,
        .bins = static_cast<int>(bins),
        .bin_hz = format_.sample_rate_hz / size_,
        .power = rows_.data(),
        .cross = cross_.empty() ? nullptr : cross_.data()});
}

}  // namespace lacquer::measure
