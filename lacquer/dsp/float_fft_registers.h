#pragma once

#include "lacquer/dsp/widest.h"

/// What FloatFft computes in registers of eight or sixteen numbers: butterflies of four points.
namespace lacquer::dsp::float_fft {

// Typedefs, because clang takes an alignment from nothing else.
typedef float Float16 __attribute__((vector_size(64)));
typedef float Float16Anywhere __attribute__((vector_size(64), aligned(4), may_alias));

/// Eight lanes, and how the first two passes, whose strides are below the lanes, lay out what four
/// registers hold.
struct Eight {
  using Vector = Float8;
  static constexpr int lanes = 8;

  LACQUER_KERNEL static void load(const float* from, Vector& to) {
    to = *reinterpret_cast<const Float8Anywhere*>(from);
  }
  LACQUER_KERNEL static void store(const Vector& from, float* to) {
    *reinterpret_cast<Float8Anywhere*>(to) = from;
  }
  LACQUER_KERNEL static void reverse(Vector& a) {
    a = __builtin_shufflevector(a, a, 7, 6, 5, 4, 3, 2, 1, 0);
  }

  /// a0 b0 c0 d0 a1 b1 ...
  LACQUER_KERNEL static void interleave(Vector& a, Vector& b, Vector& c, Vector& d) {
    const Vector ac_low = __builtin_shufflevector(a, c, 0, 8, 1, 9, 2, 10, 3, 11);
    const Vector ac_high = __builtin_shufflevector(a, c, 4, 12, 5, 13, 6, 14, 7, 15);
    const Vector bd_low = __builtin_shufflevector(b, d, 0, 8, 1, 9, 2, 10, 3, 11);
    const Vector bd_high = __builtin_shufflevector(b, d, 4, 12, 5, 13, 6, 14, 7, 15);
    a = __builtin_shufflevector(ac_low, bd_low, 0, 8, 1, 9, 2, 10, 3, 11);
    b = __builtin_shufflevector(ac_low, bd_low, 4, 12, 5, 13, 6, 14, 7, 15);
    c = __builtin_shufflevector(ac_high, bd_high, 0, 8, 1, 9, 2, 10, 3, 11);
    d = __builtin_shufflevector(ac_high, bd_high, 4, 12, 5, 13, 6, 14, 7, 15);
  }
  /// The same with groups of four instead of single numbers.
  LACQUER_KERNEL static void interleave_fours(Vector& a, Vector& b, Vector& c, Vector& d) {
    const Vector ab_low = __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
    const Vector cd_low = __builtin_shufflevector(c, d, 0, 1, 2, 3, 8, 9, 10, 11);
    const Vector ab_high = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
    const Vector cd_high = __builtin_shufflevector(c, d, 4, 5, 6, 7, 12, 13, 14, 15);
    a = ab_low;
    b = cd_low;
    c = ab_high;
    d = cd_high;
  }
};

struct Sixteen {
  using Vector = Float16;
  static constexpr int lanes = 16;

  LACQUER_KERNEL static void load(const float* from, Vector& to) {
    to = *reinterpret_cast<const Float16Anywhere*>(from);
  }
  LACQUER_KERNEL static void store(const Vector& from, float* to) {
    *reinterpret_cast<Float16Anywhere*>(to) = from;
  }
  LACQUER_KERNEL static void reverse(Vector& a) {
    a = __builtin_shufflevector(a, a, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
  }

  LACQUER_KERNEL static void mix(Vector& a, Vector& b) {  // a0 b0 a1 b1 ... over both
    const Vector low =
        __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    b = __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
    a = low;
  }
  LACQUER_KERNEL static void interleave(Vector& a, Vector& b, Vector& c, Vector& d) {
    mix(a, c);
    mix(b, d);
    mix(a, b);
    mix(c, d);
  }
  LACQUER_KERNEL static void halves(Vector& a, Vector& b) {
    const Vector low =
        __builtin_shufflevector(a, b, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
    b = __builtin_shufflevector(a, b, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
    a = low;
  }
  LACQUER_KERNEL static void even_and_odd_fours(Vector& a, Vector& b) {
    const Vector even =
        __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27);
    b = __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31);
    a = even;
  }
  LACQUER_KERNEL static void interleave_fours(Vector& a, Vector& b, Vector& c, Vector& d) {
    halves(a, b);
    halves(c, d);
    even_and_odd_fours(a, c);
    even_and_odd_fours(b, d);
    const Vector second = c;  // a: group 0, c: 1, b: 2, d: 3
    c = b;
    b = second;
  }
};

/// Four points of one butterfly, as many butterflies side by side as there are lanes.
template <typename Wide>
struct Points {
  using Vector = typename Wide::Vector;
  Vector re0, re1, re2, re3, im0, im1, im2, im3;

  /// Reads point k from `first` + k x stride and transforms the four.
  LACQUER_KERNEL void load(const float* real, const float* imaginary, int first, int stride) {
    Vector a, b, c, d, e, f, g, h;
    load_parts(real, first, stride, a, b, c, d);
    load_parts(imaginary, first, stride, e, f, g, h);
    transform(a, b, c, d, e, f, g, h);
  }
  /// The same of products with a window.
  LACQUER_KERNEL void load_windowed(const float* real, const float* imaginary, const float* window,
                                    int first, int stride) {
    Vector a, b, c, d, e, f, g, h, w0, w1, w2, w3;
    load_parts(window, first, stride, w0, w1, w2, w3);
    load_parts(real, first, stride, a, b, c, d);
    load_parts(imaginary, first, stride, e, f, g, h);
    a = a * w0, b = b * w1, c = c * w2, d = d * w3;
    e = e * w0, f = f * w1, g = g * w2, h = h * w3;
    transform(a, b, c, d, e, f, g, h);
  }
  LACQUER_KERNEL static void load_parts(const float* from, int first, int stride, Vector& a,
                                        Vector& b, Vector& c, Vector& d) {
    Wide::load(from + first, a);
    Wide::load(from + first + stride, b);
    Wide::load(from + first + 2 * stride, c);
    Wide::load(from + first + 3 * stride, d);
  }
  LACQUER_KERNEL void transform(const Vector& a, const Vector& b, const Vector& c, const Vector& d,
                                const Vector& e, const Vector& f, const Vector& g,
                                const Vector& h) {
    const Vector sum_re = a + c, other_sum_re = b + d, sum_im = e + g, other_sum_im = f + h;
    const Vector difference_re = a - c, other_difference_re = b - d;
    const Vector difference_im = e - g, other_difference_im = f - h;
    re0 = sum_re + other_sum_re;
    im0 = sum_im + other_sum_im;
    re1 = difference_re + other_difference_im;
    im1 = difference_im - other_difference_re;
    re2 = sum_re - other_sum_re;
    im2 = sum_im - other_sum_im;
    re3 = difference_re - other_difference_im;
    im3 = difference_im + other_difference_re;
  }

  LACQUER_KERNEL static void turn(Vector& re, Vector& im, const Vector& cosine,
                                  const Vector& sine) {
    const Vector turned = re * cosine - im * sine;
    im = re * sine + im * cosine;
    re = turned;
  }
  /// By twiddles of one number each.
  LACQUER_KERNEL void turn_all(const float* w) {
    const Vector zero{};  // taken from a number, it makes a register of it
    turn(re1, im1, w[0] - zero, w[1] - zero);
    turn(re2, im2, w[2] - zero, w[3] - zero);
    turn(re3, im3, w[4] - zero, w[5] - zero);
  }
  /// By twiddles of one register each.
  LACQUER_KERNEL void turn_each(const float* twiddles) {
    constexpr int lanes = Wide::lanes;
    Vector c1, s1, c2, s2, c3, s3;
    Wide::load(twiddles, c1);
    Wide::load(twiddles + lanes, s1);
    Wide::load(twiddles + 2 * lanes, c2);
    Wide::load(twiddles + 3 * lanes, s2);
    Wide::load(twiddles + 4 * lanes, c3);
    Wide::load(twiddles + 5 * lanes, s3);
    turn(re1, im1, c1, s1);
    turn(re2, im2, c2, s2);
    turn(re3, im3, c3, s3);
  }

  LACQUER_KERNEL void store(float* re, float* im, int stride) const {
    Wide::store(re0, re);
    Wide::store(re1, re + stride);
    Wide::store(re2, re + 2 * stride);
    Wide::store(re3, re + 3 * stride);
    Wide::store(im0, im);
    Wide::store(im1, im + stride);
    Wide::store(im2, im + 2 * stride);
    Wide::store(im3, im + 3 * stride);
  }
};

}  // namespace lacquer::dsp::float_fft
