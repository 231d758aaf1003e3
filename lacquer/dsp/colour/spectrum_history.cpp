#include "lacquer/dsp/colour/spectrum_history.h"

#include <algorithm>

namespace lacquer::dsp {
namespace {

struct Row {
  const double* real;
  const double* imaginary;
};

/// sum += a b, for a multiple of four bins.
LACQUER_KERNEL void add_product_kernel(std::ptrdiff_t bins, Row a, Row b, double* sum_real,
                                       double* sum_imaginary) {
  for (std::ptrdiff_t k = 0; k < bins; k += 4) {
    const Quad a_re = *quads(a.real + k), a_im = *quads(a.imaginary + k);
    const Quad b_re = *quads(b.real + k), b_im = *quads(b.imaginary + k);
    *quads(sum_real + k) += a_re * b_re - a_im * b_im;
    *quads(sum_imaginary + k) += a_re * b_im + a_im * b_re;
  }
}
LACQUER_WIDE void add_product_wide(std::ptrdiff_t bins, Row a, Row b, double* sum_real,
                                   double* sum_imaginary) {
  add_product_kernel(bins, a, b, sum_real, sum_imaginary);
}
void add_product(std::ptrdiff_t bins, Row a, Row b, double* sum_real, double* sum_imaginary) {
  (has_wide_registers() ? add_product_wide : add_product_kernel)(bins, a, b, sum_real,
                                                                 sum_imaginary);
}

/// Bins done together, so that their sums stay in the fastest cache over all partitions.
constexpr std::ptrdiff_t bins_at_once = 512;

}  // namespace

void SpectrumRows::prepare(int row_count, int bin_count) {
  stride_ = (bin_count + 7) / 8 * 8;
  values_.assign(static_cast<std::size_t>(2 * row_count * stride_), 0.0);
}

void SpectrumHistory::prepare(int block_frames, int block_count) {
  block_count_ = block_count;
  rows_.prepare(block_count, block_frames + 1);
  silent_.assign(static_cast<std::size_t>(block_count), true);
}

void SpectrumHistory::clear() noexcept { std::fill(silent_.begin(), silent_.end(), true); }

int SpectrumHistory::row_of(std::int64_t number) const noexcept {
  return static_cast<int>((number + block_count_) % block_count_);
}

void SpectrumHistory::add(std::int64_t number, const double* samples, RealFft& fft) noexcept {
  const int row = row_of(number);
  const bool silent =
      std::all_of(samples, samples + fft.size(), [](double sample) { return sample == 0.0; });
  silent_[static_cast<std::size_t>(row)] = silent;
  if (!silent) fft.forward(samples, rows_.real(row), rows_.imaginary(row));
}

bool SpectrumHistory::convolve(std::int64_t newest, const SpectrumRows& filter, double* sum_real,
                               double* sum_imaginary) const noexcept {
  bool any = false;
  for (std::ptrdiff_t first = 0; first < rows_.stride(); first += bins_at_once) {
    const std::ptrdiff_t bins = std::min(bins_at_once, rows_.stride() - first);
    for (int p = 0; p < block_count_; ++p) {
      const int row = row_of(newest - p);
      if (silent_[static_cast<std::size_t>(row)]) continue;
      any = true;
      add_product(bins, {rows_.real(row) + first, rows_.imaginary(row) + first},
                  {filter.real(p) + first, filter.imaginary(p) + first}, sum_real + first,
                  sum_imaginary + first);
    }
  }
  return any;
}

}  // namespace lacquer::dsp
