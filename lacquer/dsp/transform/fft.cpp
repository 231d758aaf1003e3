#include "lacquer/dsp/transform/fft.h"

#include <array>
#include <bit>
#include <cassert>
#include <utility>

#include "lacquer/dsp/transform/turns.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

struct Arrays {
  double* real;
  double* imaginary;
};
struct ConstArrays {
  const double* real;
  const double* imaginary;
};

/// Four points of one butterfly, four butterflies side by side. No loops over the points: gcc -O2
/// keeps them in registers only when each is named.
struct Butterfly {
  Quad re0, re1, re2, re3, im0, im1, im2, im3;

  /// Reads point k from first + k x stride and transforms.
  __attribute__((always_inline)) inline void load(ConstArrays in, int first, int stride) {
    const double* re = in.real + first;
    const double* im = in.imaginary + first;
    const Quad a = *quads(re), b = *quads(re + stride);
    const Quad c = *quads(re + 2 * stride), d = *quads(re + 3 * stride);
    const Quad e = *quads(im), f = *quads(im + stride);
    const Quad g = *quads(im + 2 * stride), h = *quads(im + 3 * stride);
    const Quad sum_re = a + c, other_sum_re = b + d, sum_im = e + g, other_sum_im = f + h;
    const Quad difference_re = a - c, other_difference_re = b - d;
    const Quad difference_im = e - g, other_difference_im = f - h;
    re0 = sum_re + other_sum_re;
    im0 = sum_im + other_sum_im;
    re1 = difference_re + other_difference_im;
    im1 = difference_im - other_difference_re;
    re2 = sum_re - other_sum_re;
    im2 = sum_im - other_sum_im;
    re3 = difference_re - other_difference_im;
    im3 = difference_im + other_difference_re;
  }

  __attribute__((always_inline)) inline void store(double* re, double* im, int stride) const {
    *quads(re) = re0;
    *quads(im) = im0;
    *quads(re + stride) = re1;
    *quads(im + stride) = im1;
    *quads(re + 2 * stride) = re2;
    *quads(im + 2 * stride) = im2;
    *quads(re + 3 * stride) = re3;
    *quads(im + 3 * stride) = im3;
  }
};

__attribute__((always_inline)) inline void turn(Quad& re, Quad& im, const Quad& cosine,
                                                const Quad& sine) {
  const Quad turned = re * cosine - im * sine;
  im = re * sine + im * cosine;
  re = turned;
}

/// Rows become columns: lane i of quad k goes to lane k of quad i.
__attribute__((always_inline)) inline void transpose(Quad& a, Quad& b, Quad& c, Quad& d) {
  const Quad low_ab = __builtin_shufflevector(a, b, 0, 4, 2, 6);
  const Quad high_ab = __builtin_shufflevector(a, b, 1, 5, 3, 7);
  const Quad low_cd = __builtin_shufflevector(c, d, 0, 4, 2, 6);
  const Quad high_cd = __builtin_shufflevector(c, d, 1, 5, 3, 7);
  a = __builtin_shufflevector(low_ab, low_cd, 0, 1, 4, 5);
  b = __builtin_shufflevector(high_ab, high_cd, 0, 1, 4, 5);
  c = __builtin_shufflevector(low_ab, low_cd, 2, 3, 6, 7);
  d = __builtin_shufflevector(high_ab, high_cd, 2, 3, 6, 7);
}

/// One pass over n x stride points, where `stride` transforms of length n stand interleaved.
/// Twiddles: for the first pass (stride 1) cosines and sines of turns 1, 2, 3 for four p at once,
/// later the six numbers of one p.
__attribute__((always_inline)) inline const double* radix_4_pass(int n, int stride,
                                                                 const double* twiddles,
                                                                 ConstArrays in, Arrays out) {
  const int quarter = n / 4;
  Butterfly points;
  if (stride == 1) {
    for (int p = 0; p < quarter; p += 4, twiddles += 24) {
      points.load(in, p, quarter);
      const QuadAnywhere* w = quads(twiddles);
      const Quad c1 = w[0], s1 = w[1], c2 = w[2], s2 = w[3], c3 = w[4], s3 = w[5];
      turn(points.re1, points.im1, c1, s1);
      turn(points.re2, points.im2, c2, s2);
      turn(points.re3, points.im3, c3, s3);
      transpose(points.re0, points.re1, points.re2, points.re3);
      transpose(points.im0, points.im1, points.im2, points.im3);
      points.store(out.real + 4 * p, out.imaginary + 4 * p, 4);
    }
    return twiddles;
  }
  for (int p = 0; p < quarter; ++p, twiddles += 6) {
    const Quad zero{};  // added to a number, it makes four of it
    const Quad c1 = zero + twiddles[0], s1 = zero + twiddles[1];
    const Quad c2 = zero + twiddles[2], s2 = zero + twiddles[3];
    const Quad c3 = zero + twiddles[4], s3 = zero + twiddles[5];
    for (int q = 0; q < stride; q += 4) {
      points.load(in, q + stride * p, stride * quarter);
      turn(points.re1, points.im1, c1, s1);
      turn(points.re2, points.im2, c2, s2);
      turn(points.re3, points.im3, c3, s3);
      const int to = q + stride * 4 * p;
      points.store(out.real + to, out.imaginary + to, stride);
    }
  }
  return twiddles;
}

/// The last pass when the size is an odd power of two.
__attribute__((always_inline)) inline void radix_2_pass(int half, ConstArrays in, Arrays out) {
  for (int q = 0; q < half; q += 4) {
    for (const auto& [from, to] : {std::pair{in.real, out.real}, {in.imaginary, out.imaginary}}) {
      const Quad a = *quads(from + q), b = *quads(from + q + half);
      *quads(to + q) = a + b;
      *quads(to + q + half) = a - b;
    }
  }
}

__attribute__((always_inline)) inline void transform(int size, const double* twiddles,
                                                     ConstArrays in, Arrays out, Arrays scratch) {
  const int passes = (std::countr_zero(static_cast<unsigned>(size)) + 1) / 2;
  // Alternate between scratch and output so that the last pass ends in the output.
  Arrays to = passes % 2 == 1 ? out : scratch;
  Arrays other = passes % 2 == 1 ? scratch : out;
  int n = size, stride = 1;
  for (; n >= 4; n /= 4, stride *= 4) {
    twiddles = radix_4_pass(n, stride, twiddles, in, to);
    in = {to.real, to.imaginary};
    std::swap(to, other);
  }
  if (n == 2) radix_2_pass(stride, in, to);
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void transform_avx2(int size, const double* twiddles,
                                                    ConstArrays in, Arrays out, Arrays scratch) {
  transform(size, twiddles, in, out, scratch);
}
#endif

void dispatch(int size, const double* twiddles, ConstArrays in, Arrays out, Arrays scratch) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) return transform_avx2(size, twiddles, in, out, scratch);
#endif
  transform(size, twiddles, in, out, scratch);
}

bool is_power_of_two(int size) { return std::has_single_bit(static_cast<unsigned>(size)); }

}  // namespace

Fft::Fft(int size) : size_{size}, scratch_(2 * static_cast<std::size_t>(size)) {
  assert(size >= 16 && is_power_of_two(size));
  Turns turns{size};
  for (double& s : turns.sine) s = -s;
  const std::array tables = {&turns.cosine, &turns.sine};
  const auto add = [&](const std::vector<double>& table, int turn, int p, int n) {
    twiddles_.push_back(table[static_cast<std::size_t>(turn * p * (size / n))]);
  };
  twiddles_.reserve(2 * turns.sine.size());
  for (int p = 0; p < size / 4; p += 4)
    for (int turn = 1; turn < 4; ++turn)
      for (const auto* table : tables)
        for (int lane = 0; lane < 4; ++lane) add(*table, turn, p + lane, size);
  for (int n = size / 4; n >= 4; n /= 4)
    for (int p = 0; p < n / 4; ++p)
      for (int turn = 1; turn < 4; ++turn)
        for (const auto* table : tables) add(*table, turn, p, n);
}

void Fft::forward(const double* real, const double* imaginary, double* out_real,
                  double* out_imaginary) noexcept {
  dispatch(size_, twiddles_.data(), {real, imaginary}, {out_real, out_imaginary},
           {scratch_.data(), scratch_.data() + size_});
}

void Fft::inverse(const double* real, const double* imaginary, double* out_real,
                  double* out_imaginary) noexcept {
  // Swapping the parts before and after turns the transform round.
  forward(imaginary, real, out_imaginary, out_real);
  const double scale = 1.0 / size_;
  for (int n = 0; n < size_; ++n) {
    out_real[n] *= scale;
    out_imaginary[n] *= scale;
  }
}

RealFft::RealFft(int size)
    : half_{size / 2},
      packed_(static_cast<std::size_t>(size)),
      spectrum_(static_cast<std::size_t>(size)) {
  const Turns turns{size};
  cosines_.assign(turns.cosine.begin(), turns.cosine.begin() + size / 4 + 1);
  sines_.assign(turns.sine.begin(), turns.sine.begin() + size / 4 + 1);
}

void RealFft::forward(const double* samples, double* real, double* imaginary) noexcept {
  // Even samples as real, odd ones as imaginary parts of half as many complex numbers.
  const int half = half_.size();
  double* even = packed_.data();
  double* odd = even + half;
  for (int n = 0; n < half; ++n) {
    even[n] = samples[2 * n];
    odd[n] = samples[2 * n + 1];
  }
  double* re = spectrum_.data();
  double* im = re + half;
  half_.forward(even, odd, re, im);

  real[0] = re[0] + im[0];
  real[half] = re[0] - im[0];
  imaginary[0] = imaginary[half] = 0.0;
  // Bins k and half - k share the halves of Z that are even and odd under conjugation.
  for (int k = 1; k <= half / 2; ++k) {
    const int mirror = half - k;
    const double even_re = 0.5 * (re[k] + re[mirror]), even_im = 0.5 * (im[k] - im[mirror]);
    const double odd_re = 0.5 * (im[k] + im[mirror]), odd_im = 0.5 * (re[mirror] - re[k]);
    const double c = cosines_[static_cast<std::size_t>(k)];
    const double s = sines_[static_cast<std::size_t>(k)];
    const double turned_re = odd_re * c + odd_im * s;
    const double turned_im = odd_im * c - odd_re * s;
    real[k] = even_re + turned_re;
    imaginary[k] = even_im + turned_im;
    real[mirror] = even_re - turned_re;
    imaginary[mirror] = turned_im - even_im;
  }
}

void RealFft::inverse(const double* real, const double* imaginary, double* samples) noexcept {
  const int half = half_.size();
  double* re = spectrum_.data();
  double* im = re + half;
  re[0] = 0.5 * (real[0] + real[half]);
  im[0] = 0.5 * (real[0] - real[half]);
  for (int k = 1; k <= half / 2; ++k) {
    const int mirror = half - k;
    const double even_re = 0.5 * (real[k] + real[mirror]);
    const double even_im = 0.5 * (imaginary[k] - imaginary[mirror]);
    const double turned_re = 0.5 * (real[k] - real[mirror]);
    const double turned_im = 0.5 * (imaginary[k] + imaginary[mirror]);
    const double c = cosines_[static_cast<std::size_t>(k)];
    const double s = sines_[static_cast<std::size_t>(k)];
    const double odd_re = turned_re * c - turned_im * s;
    const double odd_im = turned_im * c + turned_re * s;
    re[k] = even_re - odd_im;
    im[k] = even_im + odd_re;
    re[mirror] = even_re + odd_im;
    im[mirror] = odd_re - even_im;
  }
  double* even = packed_.data();
  double* odd = even + half;
  half_.inverse(re, im, even, odd);
  for (int n = 0; n < half; ++n) {
    samples[2 * n] = even[n];
    samples[2 * n + 1] = odd[n];
  }
}

}  // namespace lacquer::dsp
