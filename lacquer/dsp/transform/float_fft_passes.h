#pragma once

#include <utility>

#include "lacquer/dsp/transform/float_fft.h"
#include "lacquer/dsp/transform/float_fft_registers.h"

/// The sweeps of FloatFft over all points, for registers of either width.
///
/// Stockham's order, decimation in time: in a pass of stride s, s interleaved numbers stand for the
/// frequencies so far, and q of them is turned by w^q, w = exp(-2 pi i / 4 s). So twiddles depend
/// on the stride alone, whatever the size, and the first passes need next to none.
namespace lacquer::dsp::float_fft {

/// Where a sweep over all points reads and writes. The last one works in place, in the output: what
/// a tile of it reads is what it writes.
struct Buffers {
  const float *re, *im;
  float *to_re, *to_im, *other_re, *other_im;
  int sweeps_left;

  LACQUER_KERNEL void next() {
    re = to_re;
    im = to_im;
    if (--sweeps_left == 1) return;
    std::swap(to_re, other_re);
    std::swap(to_im, other_im);
  }
};

template <typename Wide, int registers>
struct Tile {
  alignas(64) float re[registers * Wide::lanes], im[registers * Wide::lanes];
};

/// Two passes of radix 4 in one sweep, by tiles of 16 registers that stay in the nearest cache:
/// what goes through memory is halved. The first two passes have strides 1 and 4, less than the
/// lanes of a register, whose lanes take turns of their own.
template <typename Wide>
LACQUER_KERNEL void first_two_passes(int size, const float* twiddles, const float* window,
                                     Buffers& buffers) {
  constexpr int lanes = Wide::lanes;
  Tile<Wide, 16> tile;
  Points<Wide> points;
  for (int p = 0; p < size / 16; p += lanes) {
    for (int k = 0; k < 4; ++k) {
      const int at = p + k * (size / 16);
      points.load(buffers.re + at, buffers.im + at, size / 4);
      if (window)
        points.transform_windowed(window + at, size / 4);
      else
        points.transform();
      Wide::interleave(points.re0, points.re1, points.re2, points.re3);
      Wide::interleave(points.im0, points.im1, points.im2, points.im3);
      points.store(tile.re + 4 * k * lanes, tile.im + 4 * k * lanes, lanes);
    }
    for (int k = 0; k < 4; ++k) {
      const int to = 16 * p + 4 * k * lanes;
      points.load(tile.re + k * lanes, tile.im + k * lanes, 4 * lanes);
      points.transform_turned(twiddles);
      Wide::interleave_fours(points.re0, points.re1, points.re2, points.re3);
      Wide::interleave_fours(points.im0, points.im1, points.im2, points.im3);
      points.store(buffers.to_re + to, buffers.to_im + to, lanes);
    }
  }
  buffers.next();
}

/// Two passes from `stride` on, of what is left to do: transforms of length n.
template <typename Wide>
LACQUER_KERNEL void two_passes(int size, int n, int stride, const float* const* twiddles,
                               Buffers& buffers) {
  constexpr int lanes = Wide::lanes;
  Tile<Wide, 16> tile;
  Points<Wide> points;
  for (int p = 0; p < n / 16; ++p)
    for (int q = 0; q < stride; q += lanes) {
      for (int k = 0; k < 4; ++k) {
        const int at = q + stride * (p + k * (n / 16));
        points.load(buffers.re + at, buffers.im + at, size / 4);
        points.transform_turned(twiddles[0] + 4 * q);
        points.store(tile.re + 4 * k * lanes, tile.im + 4 * k * lanes, lanes);
      }
      for (int k = 0; k < 4; ++k) {
        const int q_now = q + stride * k, to = q_now + stride * 16 * p;
        points.load(tile.re + k * lanes, tile.im + k * lanes, 4 * lanes);
        points.transform_turned(twiddles[1] + 4 * q_now);
        points.store(buffers.to_re + to, buffers.to_im + to, 4 * stride);
      }
    }
  buffers.next();
}

/// The same with three passes and tiles of 64 registers.
template <typename Wide>
LACQUER_KERNEL void three_passes(int size, int n, int stride, const float* const* twiddles,
                                 Buffers& buffers) {
  constexpr int lanes = Wide::lanes;
  Tile<Wide, 64> tile;
  Points<Wide> points;
  for (int p = 0; p < n / 64; ++p)
    for (int q = 0; q < stride; q += lanes) {
      for (int k = 0; k < 16; ++k) {
        const int at = q + stride * (p + k * (n / 64));
        points.load(buffers.re + at, buffers.im + at, size / 4);
        points.transform_turned(twiddles[0] + 4 * q);
        points.store(tile.re + 4 * k * lanes, tile.im + 4 * k * lanes, lanes);
      }
      for (int k = 0; k < 16; ++k) {  // in place: what follows finds 1, 2, 3 sixteen apart
        float *re = tile.re + k * lanes, *im = tile.im + k * lanes;
        points.load(re, im, 16 * lanes);
        points.transform_turned(twiddles[1] + 4 * (q + stride * (k % 4)));
        points.store(re, im, 16 * lanes);
      }
      for (int k = 0; k < 16; ++k) {
        const int at = (k % 4 + k / 4 * 16) * lanes;
        const int q_now = q + stride * k, to = q_now + stride * 64 * p;
        points.load(tile.re + at, tile.im + at, 4 * lanes);
        points.transform_turned(twiddles[2] + 4 * q_now);
        points.store(buffers.to_re + to, buffers.to_im + to, 16 * stride);
      }
    }
  buffers.next();
}

template <typename Wide>
LACQUER_KERNEL void radix_2_pass(int stride, const float* twiddles, Buffers& buffers) {
  using Vector = typename Wide::Vector;
  for (int q = 0; q < stride; q += Wide::lanes) {
    Vector a_re, a_im, b_re, b_im, cosine, sine;
    Wide::load(buffers.re + q, a_re);
    Wide::load(buffers.im + q, a_im);
    Wide::load(buffers.re + q + stride, b_re);
    Wide::load(buffers.im + q + stride, b_im);
    Wide::load(twiddles + 2 * q, cosine);
    Wide::load(twiddles + 2 * q + Wide::lanes, sine);
    Points<Wide>::add_turned(a_re, a_im, b_re, b_im, cosine, sine);
    Wide::store(a_re, buffers.to_re + q);
    Wide::store(a_im, buffers.to_im + q);
    Wide::store(b_re, buffers.to_re + q + stride);
    Wide::store(b_im, buffers.to_im + q + stride);
  }
  buffers.next();
}

/// Whether the next sweep over transforms of length n takes three passes: never so that one of
/// length 4 or 8 is left over.
constexpr bool takes_three(int n) { return n >= 1024 || (n >= 64 && n < 256); }

/// Sweeps over all points: two or three passes of radix 4 each, and what is left of the size.
inline int sweeps_of(int size) {
  int sweeps = 1, n = size / 16;
  for (; n >= 16; n /= takes_three(n) ? 64 : 16) ++sweeps;
  return sweeps + (n == 2 ? 1 : 0);
}

template <typename Wide>
LACQUER_KERNEL void transform(int size, const Twiddles& twiddles, const float* real,
                              const float* imaginary, const float* window, float* out_real,
                              float* out_imaginary, float* scratch) {
  const int sweeps = sweeps_of(size);
  Buffers buffers{real, imaginary, out_real, out_imaginary, scratch, scratch + size, sweeps};
  if (sweeps % 2 != 0) {
    std::swap(buffers.to_re, buffers.other_re);
    std::swap(buffers.to_im, buffers.other_im);
  }
  const float* const* of_pass = twiddles.of_pass.data();
  first_two_passes<Wide>(size, *of_pass++, window, buffers);
  int n = size / 16, stride = 16;
  while (n >= 16) {
    const bool three = takes_three(n);
    if (three)
      three_passes<Wide>(size, n, stride, of_pass, buffers);
    else
      two_passes<Wide>(size, n, stride, of_pass, buffers);
    of_pass += three ? 3 : 2;
    n /= three ? 64 : 16;
    stride *= three ? 64 : 16;
  }
  if (n == 2) radix_2_pass<Wide>(stride, twiddles.of_radix_2, buffers);
}

}  // namespace lacquer::dsp::float_fft
