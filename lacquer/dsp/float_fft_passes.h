#pragma once

#include <utility>

#include "lacquer/dsp/float_fft_registers.h"

/// The sweeps of FloatFft over all points, for registers of either width.
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

/// Two passes of radix 4 in one sweep, by tiles of 16 registers that stay in the nearest cache:
/// what goes through memory is halved. The first two passes have strides 1 and 4, less than the
/// lanes of a register, and take turns of one lane each.
template <typename Wide>
LACQUER_KERNEL void first_two_passes(int size, const float* twiddles, const float* window,
                                     Buffers& buffers) {
  constexpr int lanes = Wide::lanes;
  alignas(64) float tile_re[16 * lanes], tile_im[16 * lanes];
  const float* second_twiddles = twiddles + 6 * (size / 4);
  Points<Wide> points;
  for (int p = 0; p < size / 16; p += lanes) {
    for (int k = 0; k < 4; ++k) {
      const int at = p + k * (size / 16);
      if (window)
        points.load_windowed(buffers.re, buffers.im, window, at, size / 4);
      else
        points.load(buffers.re, buffers.im, at, size / 4);
      points.turn_each(twiddles + 6 * at);
      Wide::interleave(points.re0, points.re1, points.re2, points.re3);
      Wide::interleave(points.im0, points.im1, points.im2, points.im3);
      points.store(tile_re + 4 * k * lanes, tile_im + 4 * k * lanes, lanes);
    }
    for (int k = 0; k < 4; ++k) {
      const int at = 4 * p + k * lanes;
      points.load(tile_re, tile_im, k * lanes, 4 * lanes);
      points.turn_each(second_twiddles + 6 * at);
      Wide::interleave_fours(points.re0, points.re1, points.re2, points.re3);
      Wide::interleave_fours(points.im0, points.im1, points.im2, points.im3);
      points.store(buffers.to_re + 4 * at, buffers.to_im + 4 * at, lanes);
    }
  }
  buffers.next();
}

/// The same for `stride` interleaved transforms of length n, with turns of whole registers.
template <typename Wide>
LACQUER_KERNEL void two_passes(int size, int n, int stride, const float* twiddles,
                               Buffers& buffers) {
  constexpr int lanes = Wide::lanes;
  alignas(64) float tile_re[16 * lanes], tile_im[16 * lanes];
  const float* second_twiddles = twiddles + 6 * (n / 4);
  Points<Wide> points;
  for (int p = 0; p < n / 16; ++p)
    for (int q = 0; q < stride; q += lanes) {
      for (int k = 0; k < 4; ++k) {
        const int at = p + k * (n / 16);
        points.load(buffers.re, buffers.im, q + stride * at, size / 4);
        points.turn_all(twiddles + 6 * at);
        points.store(tile_re + 4 * k * lanes, tile_im + 4 * k * lanes, lanes);
      }
      for (int k = 0; k < 4; ++k) {
        points.load(tile_re, tile_im, k * lanes, 4 * lanes);
        if (n > 16) points.turn_all(second_twiddles + 6 * p);  // the very last pass has no turns
        const int to = q + stride * (k + 16 * p);
        points.store(buffers.to_re + to, buffers.to_im + to, 4 * stride);
      }
    }
  buffers.next();
}

template <typename Wide>
LACQUER_KERNEL void one_pass(int size, int n, int stride, const float* twiddles, Buffers& buffers) {
  Points<Wide> points;
  for (int p = 0; p < n / 4; ++p)
    for (int q = 0; q < stride; q += Wide::lanes) {
      points.load(buffers.re, buffers.im, q + stride * p, size / 4);
      if (n > 4) points.turn_all(twiddles + 6 * p);
      const int to = q + stride * 4 * p;
      points.store(buffers.to_re + to, buffers.to_im + to, stride);
    }
  buffers.next();
}

template <typename Wide>
LACQUER_KERNEL void radix_2_pass(int stride, Buffers& buffers) {
  for (int q = 0; q < stride; q += Wide::lanes)
    for (const auto& [from, to] :
         {std::pair{buffers.re, buffers.to_re}, {buffers.im, buffers.to_im}}) {
      typename Wide::Vector a, b;
      Wide::load(from + q, a);
      Wide::load(from + q + stride, b);
      Wide::store(a + b, to + q);
      Wide::store(a - b, to + q + stride);
    }
  buffers.next();
}

/// Decimation in frequency, twice by four: sixteen rows, whose transforms are bins 0, 16, 32 ...,
/// bins 1, 17, 33 ... and so on.
template <typename Wide>
LACQUER_KERNEL void split_rows(int size, const float* twiddles, const float* row_twiddles,
                               const float* window, const float* real, const float* imaginary,
                               float* rows_re, float* rows_im) {
  constexpr int lanes = Wide::lanes;
  alignas(64) float tile_re[16 * lanes], tile_im[16 * lanes];
  const int row = size / 16;
  Points<Wide> points;
  for (int p = 0; p < row; p += lanes) {
    for (int k = 0; k < 4; ++k) {
      points.load_windowed(real, imaginary, window, p + k * row, size / 4);
      points.turn_each(twiddles + 6 * (p + k * row));
      points.store(tile_re + 4 * k * lanes, tile_im + 4 * k * lanes, lanes);
    }
    for (int k = 0; k < 4; ++k) {
      points.load(tile_re, tile_im, k * lanes, 4 * lanes);
      points.turn_each(row_twiddles + 6 * p);
      points.store(rows_re + k * row + p, rows_im + k * row + p, 4 * row);
    }
  }
}

/// Sweeps over all points: two passes of radix 4 each, and what is left of the size.
inline int sweeps_of(int size) {
  int sweeps = 1, n = size / 16;
  for (; n >= 16; n /= 16) ++sweeps;
  return sweeps + (n == 8 ? 2 : n > 1 ? 1 : 0);
}

template <typename Wide>
LACQUER_KERNEL void transform(int size, const float* twiddles, const float* real,
                              const float* imaginary, const float* window, float* out_real,
                              float* out_imaginary, float* scratch) {
  const int sweeps = sweeps_of(size);
  Buffers buffers{real, imaginary, out_real, out_imaginary, scratch, scratch + size, sweeps};
  if (sweeps % 2 != 0) {
    std::swap(buffers.to_re, buffers.other_re);
    std::swap(buffers.to_im, buffers.other_im);
  }
  first_two_passes<Wide>(size, twiddles, window, buffers);
  twiddles += 6 * (size / 4) * 2;
  int n = size / 16, stride = 16;
  for (; n >= 16; n /= 16, stride *= 16) {
    two_passes<Wide>(size, n, stride, twiddles, buffers);
    twiddles += 6 * (n / 4 + n / 16);
  }
  if (n >= 4) {
    one_pass<Wide>(size, n, stride, twiddles, buffers);
    n /= 4;
    stride *= 4;
  }
  if (n == 2) radix_2_pass<Wide>(stride, buffers);
}

}  // namespace lacquer::dsp::float_fft
