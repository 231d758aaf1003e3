#include "lacquer/measure/spectrum/two_in_one.h"

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

using dsp::Quad;
using dsp::quads;

LACQUER_KERNEL void squares_kernel(const float* samples, int count, double& squares) {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    Quad a, b;
    dsp::widen(samples + f, a);
    dsp::widen(samples + f + 4, b);
    even += a * a;
    odd += b * b;
  }
  even += odd;
  squares = dsp::sum_of(even);
  for (; f < count; ++f)
    squares += static_cast<double>(samples[f]) * static_cast<double>(samples[f]);
}

LACQUER_KERNEL void cross_kernel(const float* real, const float* imaginary, int size, int first_bin,
                                 int last_bin, double scale, CrossSpectrum& to) {
  const double quarter = 0.25 * scale;  // both signals come out as sums of two bins
  for (int k = first_bin; k <= last_bin; k += 4) {
    Quad re, im, mirror_re, mirror_im;
    dsp::widen(real + k, re);
    dsp::widen(imaginary + k, im);
    dsp::widen_backwards(real + size - k, mirror_re);
    dsp::widen_backwards(imaginary + size - k, mirror_im);
    const Quad a_re = re + mirror_re, a_im = im - mirror_im;
    const Quad b_re = im + mirror_im, b_im = mirror_re - re;
    *quads(to.first.data() + k) += quarter * (a_re * a_re + a_im * a_im);
    *quads(to.second.data() + k) += quarter * (b_re * b_re + b_im * b_im);
    *quads(to.cross_real.data() + k) += quarter * (a_re * b_re + a_im * b_im);
    *quads(to.cross_imaginary.data() + k) += quarter * (a_im * b_re - a_re * b_im);
  }
}

LACQUER_WIDE void squares_wide(const float* samples, int count, double& squares) {
  squares_kernel(samples, count, squares);
}
LACQUER_WIDE void cross_wide(const float* real, const float* imaginary, int size, int first_bin,
                             int last_bin, double scale, CrossSpectrum& to) {
  cross_kernel(real, imaginary, size, first_bin, last_bin, scale, to);
}

}  // namespace

double sum_of_squares(const float* samples, int count) noexcept {
  double squares = 0.0;
  (dsp::has_wide_registers() ? squares_wide : squares_kernel)(samples, count, squares);
  return squares;
}

void CrossSpectrum::resize(int bins) {
  for (auto* sums : {&first, &second, &cross_real, &cross_imaginary})
    sums->resize(static_cast<std::size_t>(bins));
}

void add_cross_spectrum(const float* real, const float* imaginary, int size, int first_bin,
                        int last_bin, double scale, CrossSpectrum& to) noexcept {
  (dsp::has_wide_registers() ? cross_wide : cross_kernel)(real, imaginary, size, first_bin,
                                                          last_bin, scale, to);
}

}  // namespace lacquer::measure
