#include "lacquer/measure/spectrum/short_time_spectrum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/turns.h"
#include "lacquer/dsp/widest.h"

namespace lacquer::measure {

int ShortTimeSpectrum::frames_of(double sample_rate_hz, int frames_at_48_khz) {
  int frames = frames_at_48_khz;
  for (double rate_hz = 48000.0; rate_hz < sample_rate_hz; rate_hz *= 2.0) frames *= 2;
  return frames;
}

namespace {

using dsp::Oct;
using dsp::octs;

/// Of two real signals, one in the real and one in the imaginary part. Squares in double: mid and
/// side are differences of them.
LACQUER_KERNEL void powers_kernel(const float* real, const float* imaginary, int size,
                                  double* first, double* second, double* cross) {
  for (int k = 1; k < size / 2; k += 8) {
    Oct re, im, mirror_re, mirror_im;
    dsp::widen(real + k, re);
    dsp::widen(imaginary + k, im);
    dsp::widen_backwards(real + size - k, mirror_re);
    dsp::widen_backwards(imaginary + size - k, mirror_im);
    const Oct a_re = re + mirror_re, a_im = im - mirror_im;
    const Oct b_re = im + mirror_im, b_im = mirror_re - re;
    *octs(first + k) = a_re * a_re + a_im * a_im;
    *octs(second + k) = b_re * b_re + b_im * b_im;
    *octs(cross + k) = a_re * b_re + a_im * b_im;
  }
  for (const int k : {0, size / 2}) {  // these have no other half
    const double a = 2.0 * static_cast<double>(real[k]),
                 b = 2.0 * static_cast<double>(imaginary[k]);
    first[k] = 0.5 * a * a;
    second[k] = 0.5 * b * b;
    cross[k] = 0.5 * a * b;
  }
}

LACQUER_WIDE void powers_wide(const float* real, const float* imaginary, int size, double* first,
                              double* second, double* cross) {
  powers_kernel(real, imaginary, size, first, second, cross);
}
LACQUER_WIDEST void powers_widest(const float* real, const float* imaginary, int size,
                                  double* first, double* second, double* cross) {
  powers_kernel(real, imaginary, size, first, second, cross);
}

LACQUER_KERNEL void sums_kernel(const double* left, const double* right, const double* cross,
                                int count, BinSums& sums) {
  dsp::Quad lefts{}, rights{}, crosses{};
  int k = 0;
  for (; k + 4 <= count; k += 4) {
    lefts += *dsp::quads(left + k);
    rights += *dsp::quads(right + k);
    crosses += *dsp::quads(cross + k);
  }
  sums = {dsp::sum_of(lefts), dsp::sum_of(rights), dsp::sum_of(crosses)};
  for (; k < count; ++k) sums += {left[k], right[k], cross[k]};
}
LACQUER_WIDE void sums_wide(const double* left, const double* right, const double* cross, int count,
                            BinSums& sums) {
  sums_kernel(left, right, cross, count, sums);
}

// Bin 1 stands on a line of the cache, where the kernel's registers begin.
constexpr std::size_t before_bin_0 = 7;

}  // namespace

BinSums sums_of_bins(const SpectrumFrame& look, int first, int end) noexcept {
  BinSums sums;
  (dsp::has_wide_registers() ? sums_wide : sums_kernel)(
      look.power[0] + first, look.power[1] + first, look.cross + first, end - first, sums);
  return sums;
}

ShortTimeSpectrum::ShortTimeSpectrum(StreamFormat format, int size)
    : format_{format}, size_{size}, fft_{size}, window_(static_cast<std::size_t>(size)) {
  const auto n = static_cast<std::size_t>(size), bins = n / 2 + 1;
  // One-sided: both halves of the spectrum in one. Parseval then gives the mean square; the squares
  // of a Hann window add up to 3/8 of its size. Half of it, because two signals in one transform
  // come out as sums of two bins.
  const double scale = 0.5 * std::sqrt(2.0 / (0.375 * size * size));
  const dsp::Turns turns{size};
  for (std::size_t i = 0; i < n; ++i) window_[i] = static_cast<float>(scale * turns.hann(i));
  power_.assign(static_cast<std::size_t>(format.channel_count),
                dsp::AlignedVector<double>(before_bin_0 + bins));
  for (const auto& row : power_) rows_.push_back(row.data() + before_bin_0);
  if (format.channel_count == 2) cross_.resize(before_bin_0 + bins);
  if (format.channel_count != 2) spare_.resize(before_bin_0 + bins);
  if (format.channel_count % 2 == 1) silence_.resize(n);
  real_.resize(n);
  imaginary_.resize(n);
}

void ShortTimeSpectrum::add(AudioBlock block, const Look& look) {
  assert(block.channel_count() == format_.channel_count);
  if (!own_) own_.emplace(format_.channel_count, 2 * size_);
  for (int at = 0; at < block.frame_count(); at += size_) {
    own_->add(block.frames(at, std::min(size_, block.frame_count() - at)));
    follow(*own_, look);
  }
}

void ShortTimeSpectrum::follow(const FloatFrames& frames, const Look& look) {
  for (; frames.end() >= first_frame_ + size_; first_frame_ += size_ / 2) transform(frames, look);
}

void ShortTimeSpectrum::transform(const FloatFrames& frames, const Look& look) {
  const auto n = static_cast<std::size_t>(size_), bins = n / 2 + 1;
  const auto powers = dsp::has_widest_registers() ? powers_widest
                      : dsp::has_wide_registers() ? powers_wide
                                                  : powers_kernel;
  for (std::size_t c = 0; c < power_.size(); c += 2) {  // two channels in one transform
    const bool two = c + 1 < power_.size();
    const auto channel = static_cast<int>(c);
    const float* second = two ? frames.at(channel + 1, first_frame_) : silence_.data();
    fft_.forward_windowed(frames.at(channel, first_frame_), second, window_.data(), real_.data(),
                          imaginary_.data());
    powers(real_.data(), imaginary_.data(), size_, power_[c].data() + before_bin_0,
           (two ? power_[c + 1] : spare_).data() + before_bin_0,
           (cross_.empty() ? spare_ : cross_).data() + before_bin_0);
  }
  look({.first_frame = first_frame_,
        .size = size_,
        .bins = static_cast<int>(bins),
        .bin_hz = format_.sample_rate_hz / size_,
        .power = rows_.data(),
        .cross = cross_.empty() ? nullptr : cross_.data() + before_bin_0});
}

}  // namespace lacquer::measure
