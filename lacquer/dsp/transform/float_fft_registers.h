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

  /// Point k stands at k x stride.
  LACQUER_KERNEL void load(const float* re, const float* im, int stride) {
    load_parts(re, stride, re0, re1, re2, re3);
    load_parts(im, stride, im0, im1, im2, im3);
  }
  LACQUER_KERNEL void store(float* re, float* im, int stride) const {
    store_parts(re0, re1, re2, re3, re, stride);
    store_parts(im0, im1, im2, im3, im, stride);
  }

  /// The four transformed.
  LACQUER_KERNEL void transform() {
    const Vector even_re = re0 + re2, even_im = im0 + im2, odd_re = re1 + re3, odd_im = im1 + im3;
    const Vector even_less_re = re0 - re2, even_less_im = im0 - im2;
    finish(even_re, even_im, even_less_re, even_less_im, odd_re, odd_im, re1 - re3, im1 - im3);
  }
  /// The same of products with a window.
  LACQUER_KERNEL void transform_windowed(const float* window, int stride) {
    Vector w0, w1, w2, w3;
    load_parts(window, stride, w0, w1, w2, w3);
    re2 = re2 * w2, im2 = im2 * w2, re3 = re3 * w3, im3 = im3 * w3;
    finish(re0 * w0 + re2, im0 * w0 + im2, re0 * w0 - re2, im0 * w0 - im2, re1 * w1 + re3,
           im1 * w1 + im3, re1 * w1 - re3, im1 * w1 - im3);
  }
  /// The same of point k turned by w^k; `twiddles` are w and w^2, cosines and sines. Every product
  /// is one of a sum of two, so 24 fused multiplications and additions are all there is to do.
  LACQUER_KERNEL void transform_turned(const float* twiddles) {
    constexpr int lanes = Wide::lanes;
    Vector cosine, sine;
    Wide::load(twiddles + 2 * lanes, cosine);
    Wide::load(twiddles + 3 * lanes, sine);
    add_turned(re0, im0, re2, im2, cosine, sine);
    add_turned(re1, im1, re3, im3, cosine, sine);
    Wide::load(twiddles, cosine);
    Wide::load(twiddles + lanes, sine);
    const Vector odd_re = re3, odd_im = im3;
    re3 = re2, im3 = im2;
    re2 = re1, im2 = im1;
    add_turned(re0, im0, re2, im2, cosine, sine);
    // A quarter of a turn more.
    re1 = (re3 + sine * odd_re) + cosine * odd_im;
    im1 = (im3 + sine * odd_im) - cosine * odd_re;
    re3 = 2.0F * re3 - re1;
    im3 = 2.0F * im3 - im1;
  }
  /// a, b = a + w b, a - w b; the difference is what the sum leaves of 2 a.
  LACQUER_KERNEL static void add_turned(Vector& a_re, Vector& a_im, Vector& b_re, Vector& b_im,
                                        const Vector& cosine, const Vector& sine) {
    const Vector re = (a_re + cosine * b_re) - sine * b_im;
    const Vector im = (a_im + cosine * b_im) + sine * b_re;
    b_re = 2.0F * a_re - re;
    b_im = 2.0F * a_im - im;
    a_re = re;
    a_im = im;
  }

 private:
  LACQUER_KERNEL static void load_parts(const float* from, int stride, Vector& a, Vector& b,
                                        Vector& c, Vector& d) {
    Wide::load(from, a);
    Wide::load(from + stride, b);
    Wide::load(from + 2 * stride, c);
    Wide::load(from + 3 * stride, d);
  }
  LACQUER_KERNEL static void store_parts(const Vector& a, const Vector& b, const Vector& c,
                                         const Vector& d, float* to, int stride) {
    Wide::store(a, to);
    Wide::store(b, to + stride);
    Wide::store(c, to + 2 * stride);
    Wide::store(d, to + 3 * stride);
  }
  LACQUER_KERNEL void finish(const Vector& even_re, const Vector& even_im,
                             const Vector& even_less_re, const Vector& even_less_im,
                             const Vector& odd_re, const Vector& odd_im, const Vector& odd_less_re,
                             const Vector& odd_less_im) {
    re0 = even_re + odd_re;
    im0 = even_im + odd_im;
    re1 = even_less_re + odd_less_im;
    im1 = even_less_im - odd_less_re;
    re2 = even_re - odd_re;
    im2 = even_im - odd_im;
    re3 = even_less_re - odd_less_im;
    im3 = even_less_im + odd_less_re;
  }
};

}  // namespace lacquer::dsp::float_fft
