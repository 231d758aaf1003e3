#include "lacquer/dsp/transform/fft.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "lacquer/base/units.h"

using lacquer::pi;
using lacquer::dsp::Fft;
using lacquer::dsp::RealFft;
using Complex = std::complex<double>;

namespace {

std::vector<double> random_numbers(std::uint32_t seed, int count) {
  std::mt19937 engine{seed};
  std::vector<double> numbers;
  for (int i = 0; i < count; ++i)
    numbers.push_back(static_cast<double>(engine()) / 2147483648.0 - 1.0);
  return numbers;
}

/// The definition, term by term, in long double.
Complex naive(const std::vector<double>& re, const std::vector<double>& im, int k) {
  std::complex<long double> sum = 0;
  const auto size = static_cast<long long>(re.size());
  for (long long n = 0; n < size; ++n) {
    const long double angle = -2.0L * 3.14159265358979323846264338327950288L *
                              static_cast<long double>(n * k % size) /
                              static_cast<long double>(size);
    sum += std::complex<long double>{re[static_cast<std::size_t>(n)],
                                     im[static_cast<std::size_t>(n)]} *
           std::polar(1.0L, angle);
  }
  return {static_cast<double>(sum.real()), static_cast<double>(sum.imag())};
}

}  // namespace

TEST(Fft, IsTheDefinitionTermByTerm) {
  for (int size = 16; size <= 8192; size *= 2) {
    const auto re = random_numbers(1, size), im = random_numbers(2, size);
    std::vector<double> out_re(re.size()), out_im(re.size());
    Fft{size}.forward(re.data(), im.data(), out_re.data(), out_im.data());
    const double tolerance = 1e-15 * size;
    for (int k = 0; k < size; k += 1 + size / 64) {
      const Complex expected = naive(re, im, k);
      ASSERT_NEAR(out_re[static_cast<std::size_t>(k)], expected.real(), tolerance) << size;
      ASSERT_NEAR(out_im[static_cast<std::size_t>(k)], expected.imag(), tolerance) << size;
    }
  }
}

TEST(Fft, TheInverseUndoesItInAllSizes) {
  for (int size = 16; size <= 131072; size *= 2) {
    const auto re = random_numbers(3, size), im = random_numbers(4, size);
    std::vector<double> a(re.size()), b(re.size()), c(re.size()), d(re.size());
    Fft fft{size};
    fft.forward(re.data(), im.data(), a.data(), b.data());
    fft.inverse(a.data(), b.data(), c.data(), d.data());
    for (std::size_t n = 0; n < re.size(); ++n) {
      ASSERT_NEAR(c[n], re[n], 1e-14) << size;
      ASSERT_NEAR(d[n], im[n], 1e-14) << size;
    }
  }
}

TEST(RealFft, IsTheDefinitionTermByTerm) {
  for (int size = 32; size <= 8192; size *= 2) {
    const auto samples = random_numbers(5, size);
    RealFft fft{size};
    const auto bins = static_cast<std::size_t>(fft.bins());
    std::vector<double> re(bins), im(bins);
    fft.forward(samples.data(), re.data(), im.data());
    const std::vector<double> zeros(samples.size());
    for (int k = 0; k < fft.bins(); k += 1 + (k > 3 && k < size / 2 - 3) * (size / 64)) {
      const Complex expected = naive(samples, zeros, k);
      ASSERT_NEAR(re[static_cast<std::size_t>(k)], expected.real(), 1e-15 * size) << size;
      ASSERT_NEAR(im[static_cast<std::size_t>(k)], expected.imag(), 1e-15 * size) << size;
    }
  }
}

TEST(RealFft, TheInverseUndoesItInAllSizes) {
  for (int size = 32; size <= 65536; size *= 2) {
    const auto samples = random_numbers(6, size);
    RealFft fft{size};
    std::vector<double> re(samples.size()), im(samples.size()), back(samples.size());
    fft.forward(samples.data(), re.data(), im.data());
    fft.inverse(re.data(), im.data(), back.data());
    for (std::size_t n = 0; n < samples.size(); ++n) ASSERT_NEAR(back[n], samples[n], 1e-14);
  }
}

TEST(RealFft, ASineStandsInItsBinAndNowhereElse) {
  const int size = 16384;
  std::vector<double> samples, re(size), im(size);
  for (int n = 0; n < size; ++n) samples.push_back(std::sin(2.0 * pi * 1000.0 * n / size));
  RealFft fft{size};
  fft.forward(samples.data(), re.data(), im.data());
  for (std::size_t k = 0; k < 8193; ++k)
    EXPECT_NEAR(std::hypot(re[k], im[k]), k == 1000 ? 0.5 * size : 0.0, 1e-9) << k;
}
