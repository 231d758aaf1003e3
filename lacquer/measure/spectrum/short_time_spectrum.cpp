#include "lacquer/measure/spectrum/short_time_spectrum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/float_fft_registers.h"
#include "lacquer/dsp/turns.h"

namespace lacquer::measure {

int ShortTimeSpectrum::frames_of(double sample_rate_hz, int frames_at_48_khz) {
  int frames = frames_at_48_khz;
  for (double rate_hz = 48000.0; rate_hz < sample_rate_hz; rate_hz *= 2.0) frames *= 2;
  return frames;
}

namespace {

using dsp::eights;
using dsp::Float8;

/// What becomes of a transform of two real signals, one in the real and one in the imaginary part.
struct Powers {
  float *first, *second;
  float *mid, *side;  // null if nobody asks
};

/// So many numbers side by side; the bits do not depend on it.
template <typename Wide>
LACQUER_KERNEL void powers_kernel(const float* real, const float* imaginary, int size,
                                  const Powers& to) {
  using Vector = typename Wide::Vector;
  const auto load_backwards = [](const float* last, Vector& value) __attribute__((always_inline)) {
    Wide::load(last - (Wide::lanes - 1), value);
    Wide::reverse(value);
  };
  for (int k = 1; k < size / 2; k += Wide::lanes) {
    Vector re, im, mirror_re, mirror_im;
    Wide::load(real + k, re);
    Wide::load(imaginary + k, im);
    load_backwards(real + size - k, mirror_re);
    load_backwards(imaginary + size - k, mirror_im);
    const Vector a_re = re + mirror_re, a_im = im - mirror_im;
    const Vector b_re = im + mirror_im, b_im = mirror_re - re;
    Wide::store(a_re * a_re + a_im * a_im, to.first + k);
    Wide::store(b_re * b_re + b_im * b_im, to.second + k);
    if (!to.mid) continue;
    const Vector mid_re = a_re + b_re, mid_im = a_im + b_im;
    const Vector side_re = a_re - b_re, side_im = a_im - b_im;
    Wide::store((mid_re * mid_re + mid_im * mid_im) * 0.25F, to.mid + k);
    Wide::store((side_re * side_re + side_im * side_im) * 0.25F, to.side + k);
  }
  for (const int k : {0, size / 2}) {  // these have no other half
    const float a = real[k], b = imaginary[k];
    to.first[k] = 2.0F * a * a;
    to.second[k] = 2.0F * b * b;
    if (!to.mid) continue;
    to.mid[k] = 0.5F * (a + b) * (a + b);
    to.side[k] = 0.5F * (a - b) * (a - b);
  }
}

using dsp::float_fft::Eight;
using dsp::float_fft::Sixteen;

LACQUER_WIDE void powers_wide(const float* real, const float* imaginary, int size,
                              const Powers& to) {
  powers_kernel<Eight>(real, imaginary, size, to);
}
LACQUER_WIDEST void powers_widest(const float* real, const float* imaginary, int size,
                                  const Powers& to) {
  powers_kernel<Sixteen>(real, imaginary, size, to);
}

LACQUER_KERNEL void sums_kernel(const float* const (&rows)[4], int count, double (&sums)[4]) {
  // One by one, or they would stand in memory.
  Float8 left{}, right{}, mid{}, side{};
  int k = 0;
  for (; k + 8 <= count; k += 8) {
    left += *eights(rows[0] + k);
    right += *eights(rows[1] + k);
    mid += *eights(rows[2] + k);
    side += *eights(rows[3] + k);
  }
  if (k < count) {
    dsp::add_first(rows[0] + k, count - k, left);
    dsp::add_first(rows[1] + k, count - k, right);
    dsp::add_first(rows[2] + k, count - k, mid);
    dsp::add_first(rows[3] + k, count - k, side);
  }
  sums[0] = dsp::sum_of(left);
  sums[1] = dsp::sum_of(right);
  sums[2] = dsp::sum_of(mid);
  sums[3] = dsp::sum_of(side);
}
LACQUER_WIDE void sums_wide(const float* const (&rows)[4], int count, double (&sums)[4]) {
  sums_kernel(rows, count, sums);
}

// Bin 1 stands on a line of the cache, where the kernel's registers begin.
constexpr std::size_t before_bin_0 = 15;
constexpr std::size_t room = before_bin_0 + SpectrumFrame::bins_behind;

}  // namespace

BinSums sums_of_bins(const SpectrumFrame& look, int first, int end) noexcept {
  double sums[4];
  (dsp::has_wide_registers() ? sums_wide : sums_kernel)(
      {look.power[0] + first, look.power[1] + first, look.mid + first, look.side + first},
      end - first, sums);
  return {.left = sums[0], .right = sums[1], .mid = sums[2], .side = sums[3]};
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
                dsp::AlignedVector<float>(room + bins));
  for (const auto& row : power_) rows_.push_back(row.data() + before_bin_0);
  if (format.channel_count == 2)
    for (auto* row : {&mid_, &side_}) row->resize(room + bins);
  if (format.channel_count % 2 == 1) {
    spare_.resize(room + bins);
    silence_.resize(n);
  }
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
                                                  : powers_kernel<Eight>;
  const auto bins_of = [](dsp::AlignedVector<float>& row) {
    return row.empty() ? nullptr : row.data() + before_bin_0;
  };
  for (std::size_t c = 0; c < power_.size(); c += 2) {  // two channels in one transform
    const bool two = c + 1 < power_.size();
    const auto channel = static_cast<int>(c);
    const float* second = two ? frames.at(channel + 1, first_frame_) : silence_.data();
    fft_.forward_windowed(frames.at(channel, first_frame_), second, window_.data(), real_.data(),
                          imaginary_.data());
    powers(real_.data(), imaginary_.data(), size_,
           {.first = power_[c].data() + before_bin_0,
            .second = (two ? power_[c + 1] : spare_).data() + before_bin_0,
            .mid = bins_of(mid_),
            .side = bins_of(side_)});
  }
  look({.first_frame = first_frame_,
        .size = size_,
        .bins = static_cast<int>(bins),
        .bin_hz = format_.sample_rate_hz / size_,
        .power = rows_.data(),
        .mid = bins_of(mid_),
        .side = bins_of(side_)});
}

}  // namespace lacquer::measure
