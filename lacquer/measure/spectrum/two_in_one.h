#pragma once

#include <vector>

/// What is asked of two real signals that went through one complex transform, the first as its
/// real, the second as its imaginary part. In single precision there, summed up in double here;
/// four bins at a time, the order of every sum fixed.
namespace lacquer::measure {

double sum_of_squares(const float* samples, int count) noexcept;

/// Powers of two signals and first times second conjugate, by bin.
struct CrossSpectrum {
  std::vector<double> first, second, cross_real, cross_imaginary;

  void resize(int bins);
};

/// Adds the spectrum of a transform of `size` points, times `scale`, for the bins from `first_bin`
/// (at least 1) to `last_bin`, and for up to three bins after it, for which there must be room.
void add_cross_spectrum(const float* real, const float* imaginary, int size, int first_bin,
                        int last_bin, double scale, CrossSpectrum&) noexcept;

}  // namespace lacquer::measure
