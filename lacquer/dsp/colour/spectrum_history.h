#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/dsp/transform/fft.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

/// Rows of complex numbers, one a partition or block, apart and aligned for wide registers.
class SpectrumRows {
 public:
  void prepare(int row_count, int bin_count);
  double* real(int row) noexcept { return values_.data() + 2 * row * stride_; }
  double* imaginary(int row) noexcept { return real(row) + stride_; }
  const double* real(int row) const noexcept { return values_.data() + 2 * row * stride_; }
  const double* imaginary(int row) const noexcept { return real(row) + stride_; }
  std::ptrdiff_t stride() const noexcept { return stride_; }

 private:
  std::ptrdiff_t stride_ = 0;  // of bins, up to a multiple of 8; what pads them stays zero
  AlignedVector<double> values_;
};

/// The spectra of one channel's last blocks, and their convolution with a filter cut into as many
/// partitions: overlap and save, uniformly partitioned.
/// Source: T. G. Stockham 1966, "High-speed convolution and correlation"; G. Garcia 2002, "Optimal
/// filter partition for efficient convolution with short input/output delay".
class SpectrumHistory {
 public:
  void prepare(int block_frames, int block_count);
  /// As if there had been silence.
  void clear() noexcept;

  /// Puts down the spectrum of block `number`: `fft` has twice the block's length and `samples` the
  /// block before and this one. Silence is noted, not transformed.
  void add(std::int64_t number, const double* samples, RealFft& fft) noexcept;

  /// sum += the filter's partition p times block `newest` - p, over all p. False when there was
  /// nothing but silence, and the sum is untouched.
  bool convolve(std::int64_t newest, const SpectrumRows& filter, double* sum_real,
                double* sum_imaginary) const noexcept;

 private:
  int row_of(std::int64_t number) const noexcept;

  int block_count_ = 0;
  SpectrumRows rows_;
  std::vector<bool> silent_;
};

}  // namespace lacquer::dsp
