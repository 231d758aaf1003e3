#pragma once

#include <vector>

namespace lacquer::dsp {

/// Discrete Fourier transform of complex numbers, real and imaginary parts in arrays of their own.
///
/// Guarantee: the same bits on every machine of the same arithmetic; what is computed in wide
/// registers keeps the order of the sums. Not thread-safe: an object has scratch of its own.
/// Source: radix-4 autosort after Stockham; Van Loan, "Computational Frameworks for the Fast
/// Fourier Transform", 1992, section 1.7.
class Fft {
 public:
  /// A power of two, at least 16.
  explicit Fft(int size);

  int size() const noexcept { return size_; }
  /// X[k] = sum x[n] exp(-2 pi i k n / size). Arrays of size(); the output must not overlap the
  /// input, which is left as it is.
  void forward(const double* real, const double* imaginary, double* out_real,
               double* out_imaginary) noexcept;
  /// Undoes forward(), scale included.
  void inverse(const double* real, const double* imaginary, double* out_real,
               double* out_imaginary) noexcept;

 private:
  int size_;
  std::vector<double> twiddles_;  // for each pass, as the passes read them
  std::vector<double> scratch_;
};

/// The same for real numbers: size() samples, bins() = size() / 2 + 1 complex values.
class RealFft {
 public:
  /// A power of two, at least 32.
  explicit RealFft(int size);

  int size() const noexcept { return 2 * half_.size(); }
  int bins() const noexcept { return half_.size() + 1; }
  void forward(const double* samples, double* real, double* imaginary) noexcept;
  /// Undoes forward(); takes the first and last bin as real.
  void inverse(const double* real, const double* imaginary, double* samples) noexcept;

 private:
  Fft half_;
  std::vector<double> cosines_, sines_;  // of 2 pi k / size, up to a quarter turn
  std::vector<double> packed_, spectrum_;
};

}  // namespace lacquer::dsp
