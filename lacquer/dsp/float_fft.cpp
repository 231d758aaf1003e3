#include "lacquer/dsp/float_fft.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>
#include <vector>

#include "lacquer/dsp/turns.h"
#include "lacquer/dsp/widest.h"

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
int sweeps_of(int size) {
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

struct Job {
  int size;
  const float* twiddles;
  const float *real, *imaginary, *window;
  float *out_real, *out_imaginary, *scratch;
};

template <typename Wide>
LACQUER_KERNEL void run(const Job& job) {
  transform<Wide>(job.size, job.twiddles, job.real, job.imaginary, job.window, job.out_real,
                  job.out_imaginary, job.scratch);
}

struct RowsJob {
  int size;
  const float *twiddles, *row_twiddles;
  const float *real, *imaginary, *window;
  float *rows_re, *rows_im;
};

template <typename Wide>
LACQUER_KERNEL void run(const RowsJob& job) {
  split_rows<Wide>(job.size, job.twiddles, job.row_twiddles, job.window, job.real, job.imaginary,
                   job.rows_re, job.rows_im);
}

LACQUER_WIDEST void run_sixteen(const Job& job) { run<Sixteen>(job); }
LACQUER_WIDEST void run_sixteen(const RowsJob& job) { run<Sixteen>(job); }
LACQUER_WIDE void run_eight(const Job& job) { run<Eight>(job); }
LACQUER_WIDE void run_eight(const RowsJob& job) { run<Eight>(job); }

template <typename AnyJob>
void dispatch(int lanes, const AnyJob& job) {
  if (lanes == 16) return run_sixteen(job);
  if (has_wide_registers()) return run_eight(job);
  run<Eight>(job);
}

/// One for all transforms of a thread: between two of them nothing in it is needed.
float* scratch_for(std::size_t count) {
  thread_local AlignedVector<float> scratch;
  if (scratch.size() < count) scratch.resize(count);
  return scratch.data();
}

}  // namespace

/// Cosines and minus sines as the passes read them; one for all transforms of a size.
struct FloatFft::Tables {
  Tables(int size, int lanes);

  AlignedVector<float> twiddles;      // of the passes, in their order
  AlignedVector<float> row_twiddles;  // of the second half of split_rows()
};

FloatFft::Tables::Tables(int size, int lanes) {
  const Turns turns{size};
  const auto count = static_cast<std::size_t>(size);
  std::vector<float> cosines(count), sines(count);
  for (std::size_t k = 0; k < count; ++k) {
    cosines[k] = static_cast<float>(turns.cosine[k]);
    sines[k] = static_cast<float>(-turns.sine[k]);
  }

  // Turn `turn` of butterfly p in a pass of length n.
  const auto add = [&](AlignedVector<float>& to, int turn, int p, int n, int of_pass,
                       int lanes_of_one) {
    for (const auto* table : {&cosines, &sines})
      for (int lane = 0; lane < of_pass; ++lane)
        to.push_back(
            (*table)[static_cast<std::size_t>(turn * (p + lane / lanes_of_one) * (size / n))]);
  };
  twiddles.reserve(4 * count);
  for (int p = 0; p < size / 4; p += lanes)
    for (int turn = 1; turn < 4; ++turn) add(twiddles, turn, p, size, lanes, 1);
  for (int p = 0; p < size / 16; p += lanes / 4)
    for (int turn = 1; turn < 4; ++turn) add(twiddles, turn, p, size / 4, lanes, 4);
  for (int n = size / 16; n >= 4; n /= 4)
    for (int p = 0; p < n / 4; ++p)
      for (int turn = 1; turn < 4; ++turn) add(twiddles, turn, p, n, 1, 1);
  row_twiddles.reserve(count / 2);
  for (int p = 0; p < size / 16; p += lanes)
    for (int turn = 1; turn < 4; ++turn) add(row_twiddles, turn, p, size / 4, lanes, 1);
}

/// Made when the first transform of a size is, and kept.
const FloatFft::Tables& FloatFft::tables_of(int size, int lanes) {
  constexpr std::size_t smallest = 8;  // 2^8
  using Get = const Tables& (*)();
  constexpr auto all = []<std::size_t... i>(std::index_sequence<i...>) {
    constexpr auto of = []<std::size_t at>() -> Get {
      return []() -> const Tables& {
        static const Tables tables{1 << (smallest + at / 2), at % 2 == 0 ? 8 : 16};
        return tables;
      };
    };
    return std::array<Get, sizeof...(i)>{of.template operator()<i>()...};
  }
  (std::make_index_sequence<2 * 13>{});
  const auto exponent = static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(size)));
  assert(size >= smallest_size && std::has_single_bit(static_cast<unsigned>(size)));
  assert(2 * (exponent - smallest) < all.size());
  return all[2 * (exponent - smallest) + (lanes == 16 ? 1 : 0)]();
}

FloatFft::FloatFft(int size, int most_lanes)
    : size_{size},
      lanes_{std::min(has_widest_registers() ? 16 : 8, most_lanes)},
      tables_{&tables_of(size, lanes_)},
      of_row_{size / rows >= smallest_size ? &tables_of(size / rows, lanes_) : nullptr} {}

void FloatFft::forward(const float* real, const float* imaginary, float* out_real,
                       float* out_imaginary) const {
  forward_windowed(real, imaginary, nullptr, out_real, out_imaginary);
}

void FloatFft::forward_windowed(const float* real, const float* imaginary, const float* window,
                                float* out_real, float* out_imaginary) const {
  dispatch(lanes_, Job{size_, tables_->twiddles.data(), real, imaginary, window, out_real,
                       out_imaginary, scratch_for(2 * static_cast<std::size_t>(size_))});
}

void FloatFft::forward_rows(const float* real, const float* imaginary, const float* window,
                            const std::function<void(const RowPair&)>& show) const {
  const int length = size_ / rows;
  const auto padded = static_cast<std::size_t>(length) + 16;  // room for one past the end
  const auto all = static_cast<std::size_t>(size_);
  const auto of_rows = (of_row_ ? 2 : 4) * all;
  float* split = scratch_for(of_rows + 6 * padded);
  float* of_pair = split + of_rows;
  if (of_row_) {
    dispatch(lanes_, RowsJob{size_, tables_->twiddles.data(), tables_->row_twiddles.data(), real,
                             imaginary, window, split, split + all});
  } else {  // short: no row would be long enough for a transform
    float* natural = split + 2 * all;
    dispatch(lanes_, Job{size_, tables_->twiddles.data(), real, imaginary, window, natural,
                         natural + all, split});
    for (std::size_t k = 0; k < all; ++k) {
      const std::size_t to = k % rows * (all / rows) + k / rows;
      split[to] = natural[k];
      split[to + all] = natural[k + all];
    }
  }
  const auto finish_row = [&](int row, float* re, float* im) {
    const float* from_re = split + row * length;
    const float* from_im = from_re + all;
    if (of_row_) {
      dispatch(lanes_, Job{length, of_row_->twiddles.data(), from_re, from_im, nullptr, re, im,
                           of_pair + 4 * padded});
    } else {
      std::copy_n(from_re, length, re);
      std::copy_n(from_im, length, im);
    }
    re[length] = re[0];  // the transform is periodic
    im[length] = im[0];
  };
  float *re = of_pair, *im = re + padded, *mirror_re = im + padded, *mirror_im = mirror_re + padded;
  for (int row = 0; row <= rows / 2; ++row) {
    const int mirror = (rows - row) % rows;
    finish_row(row, re, im);
    if (mirror == row) {
      show({row, re, im, row, re, im});
    } else {
      finish_row(mirror, mirror_re, mirror_im);
      show({row, re, im, mirror, mirror_re, mirror_im});
    }
  }
}

}  // namespace lacquer::dsp
