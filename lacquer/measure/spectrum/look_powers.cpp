#include "lacquer/measure/spectrum/look_powers.h"

#include "lacquer/dsp/transform/float_fft_registers.h"

namespace lacquer::measure {
namespace {

using dsp::float_fft::Eight;
using dsp::float_fft::Sixteen;

struct Job {
  const float *real, *imaginary;  // bins -1 to size
  int size;
  float scale;  // of powers
  float *first, *second;
  float *mid, *side;  // null if nobody asks
};

/// Bins `at` and after it under a Hann window, times 4.
template <typename Wide>
LACQUER_KERNEL void load_windowed(const float* at, typename Wide::Vector& value) {
  typename Wide::Vector before, after;
  Wide::load(at - 1, before);
  Wide::load(at, value);
  Wide::load(at + 1, after);
  value = (value + value) - (before + after);
}

/// So many numbers side by side; the bits do not depend on it.
template <typename Wide>
LACQUER_KERNEL void powers_kernel(const Job& job) {
  using Vector = typename Wide::Vector;
  for (int k = 1; k < job.size / 2; k += Wide::lanes) {
    const int mirror = job.size - k - (Wide::lanes - 1);
    Vector re, im, mirror_re, mirror_im;
    load_windowed<Wide>(job.real + k, re);
    load_windowed<Wide>(job.imaginary + k, im);
    load_windowed<Wide>(job.real + mirror, mirror_re);
    load_windowed<Wide>(job.imaginary + mirror, mirror_im);
    Wide::reverse(mirror_re);
    Wide::reverse(mirror_im);
    const Vector a_re = re + mirror_re, a_im = im - mirror_im;
    const Vector b_re = im + mirror_im, b_im = mirror_re - re;
    Wide::store((a_re * a_re + a_im * a_im) * job.scale, job.first + k);
    Wide::store((b_re * b_re + b_im * b_im) * job.scale, job.second + k);
    if (!job.mid) continue;
    const Vector mid_re = a_re + b_re, mid_im = a_im + b_im;
    const Vector side_re = a_re - b_re, side_im = a_im - b_im;
    const float quarter = 0.25F * job.scale;
    Wide::store((mid_re * mid_re + mid_im * mid_im) * quarter, job.mid + k);
    Wide::store((side_re * side_re + side_im * side_im) * quarter, job.side + k);
  }
  for (const int k : {0, job.size / 2}) {  // these have no other half
    const auto windowed = [k](const float* bins) {
      return (bins[k] + bins[k]) - (bins[k - 1] + bins[k + 1]);
    };
    const float a = windowed(job.real), b = windowed(job.imaginary);
    job.first[k] = 2.0F * job.scale * a * a;
    job.second[k] = 2.0F * job.scale * b * b;
    if (!job.mid) continue;
    job.mid[k] = 0.5F * job.scale * (a + b) * (a + b);
    job.side[k] = 0.5F * job.scale * (a - b) * (a - b);
  }
}

LACQUER_WIDE void powers_wide(const Job& job) { powers_kernel<Eight>(job); }
LACQUER_WIDEST void powers_widest(const Job& job) { powers_kernel<Sixteen>(job); }

// Bin 1 stands on a line of the cache, where the kernel's registers begin.
constexpr std::size_t before_bin_0 = 15;
constexpr std::size_t room = before_bin_0 + SpectrumFrame::bins_behind;

}  // namespace

LookPowers::LookPowers(StreamFormat format, int size) : format_{format}, size_{size} {
  const auto n = static_cast<std::size_t>(size), bins = n / 2 + 1;
  power_.assign(static_cast<std::size_t>(format.channel_count),
                dsp::AlignedVector<float>(room + bins));
  for (const auto& row : power_) rows_.push_back(row.data() + before_bin_0);
  if (format.channel_count == 2)
    for (auto* row : {&mid_, &side_}) row->resize(room + bins);
  if (format.channel_count % 2 == 1) {
    spare_.resize(room + bins);
    silence_.resize(n);
  }
}

void LookPowers::set(int channel, const PairTransform& transform) {
  const auto c = static_cast<std::size_t>(channel);
  const auto bins_of = [](dsp::AlignedVector<float>& row) {
    return row.empty() ? nullptr : row.data() + before_bin_0;
  };
  // One-sided: both halves of the spectrum in one. Parseval then gives the mean square; the squares
  // of a Hann window add up to 3/8 of its size. A quarter of it, because two signals in one
  // transform come out as sums of two bins, and a sixteenth, because windowed bins come times four.
  const double scale = 2.0 / (0.375 * size_ * size_) / 4.0 / 16.0;
  (dsp::has_widest_registers() ? powers_widest
   : dsp::has_wide_registers() ? powers_wide
                               : powers_kernel<Eight>)({
      .real = transform.real(),
      .imaginary = transform.imaginary(),
      .size = size_,
      .scale = static_cast<float>(scale),
      .first = bins_of(power_[c]),
      .second = bins_of(c + 1 < power_.size() ? power_[c + 1] : spare_),
      .mid = bins_of(mid_),
      .side = bins_of(side_),
  });
}

SpectrumFrame LookPowers::look(std::int64_t first_frame, int hop) const {
  const auto bins_of = [](const dsp::AlignedVector<float>& row) {
    return row.empty() ? nullptr : row.data() + before_bin_0;
  };
  return {.first_frame = first_frame,
          .hop = hop,
          .size = size_,
          .bins = size_ / 2 + 1,
          .bin_hz = format_.sample_rate_hz / size_,
          .power = rows_.data(),
          .mid = bins_of(mid_),
          .side = bins_of(side_)};
}

}  // namespace lacquer::measure
