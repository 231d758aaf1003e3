#include "lacquer/dsp/float_fft.h"

#include <bit>
#include <cassert>
#include <cmath>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

// Typedefs, because clang takes an alignment from nothing else.
typedef float Float8 __attribute__((vector_size(32)));
typedef float Float8Anywhere __attribute__((vector_size(32), aligned(4), may_alias));
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
    Wide::load(real + first, a);
    Wide::load(real + first + stride, b);
    Wide::load(real + first + 2 * stride, c);
    Wide::load(real + first + 3 * stride, d);
    Wide::load(imaginary + first, e);
    Wide::load(imaginary + first + stride, f);
    Wide::load(imaginary + first + 2 * stride, g);
    Wide::load(imaginary + first + 3 * stride, h);
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

/// Four passes at least: strides 1 and 4 in registers of their own making, the others plainly.
template <typename Wide>
LACQUER_KERNEL void transform(int size, const float* twiddles, const float* real,
                              const float* imaginary, float* out_real, float* out_imaginary,
                              float* scratch) {
  using Vector = typename Wide::Vector;
  constexpr int lanes = Wide::lanes;
  const int passes = (std::countr_zero(static_cast<unsigned>(size)) + 1) / 2;
  const int quarter = size / 4;
  // Alternate between scratch and output so that the last pass ends in the output.
  float *to_re = out_real, *to_im = out_imaginary, *other_re = scratch, *other_im = scratch + size;
  if (passes % 2 == 0) {
    std::swap(to_re, other_re);
    std::swap(to_im, other_im);
  }
  const auto next = [&]() __attribute__((always_inline)) {
    real = to_re;
    imaginary = to_im;
    std::swap(to_re, other_re);
    std::swap(to_im, other_im);
  };
  Points<Wide> points;

  for (int p = 0; p < quarter; p += lanes, twiddles += 6 * lanes) {
    points.load(real, imaginary, p, quarter);
    points.turn_each(twiddles);
    Wide::interleave(points.re0, points.re1, points.re2, points.re3);
    Wide::interleave(points.im0, points.im1, points.im2, points.im3);
    points.store(to_re + 4 * p, to_im + 4 * p, lanes);
  }
  next();
  for (int p = 0; p < quarter; p += lanes, twiddles += 6 * lanes) {
    points.load(real, imaginary, p, quarter);
    points.turn_each(twiddles);
    Wide::interleave_fours(points.re0, points.re1, points.re2, points.re3);
    Wide::interleave_fours(points.im0, points.im1, points.im2, points.im3);
    points.store(to_re + 4 * p, to_im + 4 * p, lanes);
  }
  next();
  int n = size / 16, stride = 16;
  for (; n > 4; n /= 4, stride *= 4) {
    for (int p = 0; p < n / 4; ++p, twiddles += 6) {
      const Vector zero{};  // taken from a number, it makes a register of it
      const Vector c1 = twiddles[0] - zero, s1 = twiddles[1] - zero;
      const Vector c2 = twiddles[2] - zero, s2 = twiddles[3] - zero;
      const Vector c3 = twiddles[4] - zero, s3 = twiddles[5] - zero;
      for (int q = 0; q < stride; q += lanes) {
        points.load(real, imaginary, q + stride * p, quarter);
        points.turn(points.re1, points.im1, c1, s1);
        points.turn(points.re2, points.im2, c2, s2);
        points.turn(points.re3, points.im3, c3, s3);
        const int to = q + stride * 4 * p;
        points.store(to_re + to, to_im + to, stride);
      }
    }
    next();
  }
  if (n == 4)  // no turns in the last pass
    for (int q = 0; q < stride; q += lanes) {
      points.load(real, imaginary, q, quarter);
      points.store(to_re + q, to_im + q, stride);
    }
  if (n == 2)
    for (int q = 0; q < stride; q += lanes) {
      for (const auto& [from, to] : {std::pair{real, to_re}, {imaginary, to_im}}) {
        Vector a, b;
        Wide::load(from + q, a);
        Wide::load(from + q + stride, b);
        Wide::store(a + b, to + q);
        Wide::store(a - b, to + q + stride);
      }
    }
}

#if defined(__x86_64__)
__attribute__((target("avx512f,avx512vl,avx512dq"))) void transform_sixteen(
    int size, const float* twiddles, const float* real, const float* imaginary, float* out_real,
    float* out_imaginary, float* scratch) {
  transform<Sixteen>(size, twiddles, real, imaginary, out_real, out_imaginary, scratch);
}
#endif

LACQUER_WIDE void transform_eight(int size, const float* twiddles, const float* real,
                                  const float* imaginary, float* out_real, float* out_imaginary,
                                  float* scratch) {
  transform<Eight>(size, twiddles, real, imaginary, out_real, out_imaginary, scratch);
}

int widest_registers() {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512dq"))
    return 16;
#endif
  return 8;
}

}  // namespace

FloatFft::FloatFft(int size)
    : size_{size}, lanes_{widest_registers()}, scratch_(2 * static_cast<std::size_t>(size)) {
  assert(size >= 64 && std::has_single_bit(static_cast<unsigned>(size)));
  // cos and sin of every angle there is, once: table[k] of 2 pi k / size.
  std::vector<float> cosines, sines;
  for (int k = 0; k < size; ++k) {
    cosines.push_back(static_cast<float>(std::cos(2.0 * pi * k / size)));
    sines.push_back(static_cast<float>(-std::sin(2.0 * pi * k / size)));
  }
  // Turn `turn` of butterfly p in a pass of length n.
  const auto add = [&](int turn, int p, int n, int lanes, int lanes_of_one) {
    for (const auto* table : {&cosines, &sines})
      for (int lane = 0; lane < lanes; ++lane)
        twiddles_.push_back(
            (*table)[static_cast<std::size_t>(turn * (p + lane / lanes_of_one) * (size / n))]);
  };
  for (int p = 0; p < size / 4; p += lanes_)
    for (int turn = 1; turn < 4; ++turn) add(turn, p, size, lanes_, 1);
  for (int p = 0; p < size / 16; p += lanes_ / 4)
    for (int turn = 1; turn < 4; ++turn) add(turn, p, size / 4, lanes_, 4);
  for (int n = size / 16; n > 4; n /= 4)
    for (int p = 0; p < n / 4; ++p)
      for (int turn = 1; turn < 4; ++turn) add(turn, p, n, 1, 1);
}

void FloatFft::forward(const float* real, const float* imaginary, float* out_real,
                       float* out_imaginary) noexcept {
#if defined(__x86_64__)
  if (lanes_ == 16)
    return transform_sixteen(size_, twiddles_.data(), real, imaginary, out_real, out_imaginary,
                             scratch_.data());
#endif
  (has_wide_registers() ? transform_eight : transform<Eight>)(size_, twiddles_.data(), real,
                                                              imaginary, out_real, out_imaginary,
                                                              scratch_.data());
}

}  // namespace lacquer::dsp
