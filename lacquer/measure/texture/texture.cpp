#include "lacquer/measure/texture/texture.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/transform/float_fft_registers.h"
#include "lacquer/dsp/transform/turns.h"

namespace lacquer::measure {
namespace {

// Everything below 11 or 12 kHz, as if the rate had been halved until it is below this.
constexpr double highest_rate_hz = 25000.0;
constexpr int frames_at_that_rate = 512;  // 21 to 23 ms at 22.05 and 24 kHz

int times_too_fast(double rate_hz) {
  int times = 1;
  for (; rate_hz > highest_rate_hz; rate_hz *= 0.5) times *= 2;
  return times;
}

using dsp::eights;
using dsp::float_fft::Eight;
using dsp::float_fft::Sixteen;

/// `count` is a multiple of 8, here and below.
LACQUER_KERNEL void mean_kernel(const float* left, const float* right, int count, float* mean) {
  for (int f = 0; f < count; f += 8)
    *eights(mean + f) = (*eights(left + f) + *eights(right + f)) * 0.5F;
}
/// to += factor x from
LACQUER_KERNEL void add_kernel(const float* from, float factor, int count, float* to) {
  for (int f = 0; f < count; f += 8) *eights(to + f) += *eights(from + f) * factor;
}

/// Of two real signals, one in the real and one in the imaginary part: bins 1 to `last`.
template <typename Wide>
LACQUER_KERNEL void powers_kernel(const float* real, const float* imaginary, int size, int last,
                                  float* first, float* second) {
  for (int k = 1; k <= last; k += Wide::lanes) {
    typename Wide::Vector re, im, mirror_re, mirror_im;
    Wide::load(real + k, re);
    Wide::load(imaginary + k, im);
    Wide::load(real + size - k - (Wide::lanes - 1), mirror_re);
    Wide::load(imaginary + size - k - (Wide::lanes - 1), mirror_im);
    Wide::reverse(mirror_re);
    Wide::reverse(mirror_im);
    const auto a_re = re + mirror_re, a_im = im - mirror_im;
    const auto b_re = im + mirror_im, b_im = mirror_re - re;
    Wide::store(a_re * a_re + a_im * a_im, first + k);
    Wide::store(b_re * b_re + b_im * b_im, second + k);
  }
}

LACQUER_WIDE void mean_wide(const float* left, const float* right, int count, float* mean) {
  mean_kernel(left, right, count, mean);
}
LACQUER_WIDE void add_wide(const float* from, float factor, int count, float* to) {
  add_kernel(from, factor, count, to);
}
LACQUER_WIDE void powers_wide(const float* real, const float* imaginary, int size, int last,
                              float* first, float* second) {
  powers_kernel<Eight>(real, imaginary, size, last, first, second);
}
LACQUER_WIDEST void powers_widest(const float* real, const float* imaginary, int size, int last,
                                  float* first, float* second) {
  powers_kernel<Sixteen>(real, imaginary, size, last, first, second);
}

}  // namespace

TextureMeter::TextureMeter(StreamFormat format)
    : sample_rate_hz_{format.sample_rate_hz},
      size_{frames_at_that_rate * times_too_fast(format.sample_rate_hz)},
      fft_{size_},
      window_(static_cast<std::size_t>(size_)),
      mean_(static_cast<std::size_t>(3 * size_ / 2)),
      real_(static_cast<std::size_t>(size_)),
      imaginary_(static_cast<std::size_t>(size_)),
      first_(bins_ + SpectrumFrame::bins_behind),
      second_(bins_ + SpectrumFrame::bins_behind),
      rhythm_{sample_rate_hz_ / times_too_fast(sample_rate_hz_), frames_at_that_rate},
      sections_{sample_rate_hz_ / times_too_fast(sample_rate_hz_), frames_at_that_rate} {
  const double scale = 0.5 * std::sqrt(2.0 / (0.375 * size_ * size_));
  const dsp::Turns turns{size_};
  for (std::size_t n = 0; n < window_.size(); ++n)
    window_[n] = static_cast<float>(scale * turns.hann(n));
}

void TextureMeter::follow(const FloatFrames& frames) {
  for (; frames.end() >= first_frame_ + keep_frames(); first_frame_ += size_)
    look_twice(frames, true);
}

void TextureMeter::finish(const FloatFrames& frames) {
  if (frames.end() >= first_frame_ + size_) look_twice(frames, false);
  first_frame_ += size_ / 2;
}

void TextureMeter::look_twice(const FloatFrames& frames, bool second_too) {
  const bool wide = dsp::has_wide_registers();
  const int half = size_ / 2, count = second_too ? 3 * half : size_;
  if (!second_too) std::fill(mean_.begin() + count, mean_.end(), 0.0f);
  if (frames.channel_count() == 2) {
    (wide ? mean_wide : mean_kernel)(frames.at(0, first_frame_), frames.at(1, first_frame_), count,
                                     mean_.data());
  } else {
    std::fill_n(mean_.begin(), count, 0.0f);
    for (int c = 0; c < frames.channel_count(); ++c)
      (wide ? add_wide : add_kernel)(frames.at(c, first_frame_),
                                     1.0f / static_cast<float>(frames.channel_count()), count,
                                     mean_.data());
  }
  fft_.forward_windowed(mean_.data(), mean_.data() + half, window_.data(), real_.data(),
                        imaginary_.data());
  (dsp::has_widest_registers() ? powers_widest
   : wide                      ? powers_wide
          : powers_kernel<Eight>)(real_.data(), imaginary_.data(), size_, bins_ - 1, first_.data(),
                                  second_.data());
  for (const int k : {0, half}) {  // these have no other half
    if (k >= bins_) continue;
    const auto bin = static_cast<std::size_t>(k);
    first_[bin] = 2.0F * real_[bin] * real_[bin];
    second_[bin] = 2.0F * imaginary_[bin] * imaginary_[bin];
  }
  show(first_);
  if (second_too) show(second_);
}

void TextureMeter::show(const std::vector<float>& power) {
  const float* row = power.data();
  const SpectrumFrame look{.first_frame = first_frame_,
                           .size = size_,
                           .bins = bins_,
                           .bin_hz = sample_rate_hz_ / size_,
                           .power = &row};
  sections_.add(look, rhythm_.add(look));
}

void TextureMeter::add_short(const SpectrumFrame& look) {
  if (!look.mid) return;
  rhythm_.add_sides(look);
  sections_.add_sides(look);
}

}  // namespace lacquer::measure
