#include "lacquer/dsp/float_fft.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>
#include <vector>

#include "lacquer/dsp/float_fft_passes.h"
#include "lacquer/dsp/turns.h"

namespace lacquer::dsp {
namespace {

using float_fft::Eight;
using float_fft::Sixteen;

struct Job {
  int size;
  const float* twiddles;
  const float *real, *imaginary, *window;
  float *out_real, *out_imaginary, *scratch;
};

template <typename Wide>
LACQUER_KERNEL void run(const Job& job) {
  float_fft::transform<Wide>(job.size, job.twiddles, job.real, job.imaginary, job.window,
                             job.out_real, job.out_imaginary, job.scratch);
}

struct RowsJob {
  int size;
  const float *twiddles, *row_twiddles;
  const float *real, *imaginary, *window;
  float *rows_re, *rows_im;
};

template <typename Wide>
LACQUER_KERNEL void run(const RowsJob& job) {
  float_fft::split_rows<Wide>(job.size, job.twiddles, job.row_twiddles, job.window, job.real,
                              job.imaginary, job.rows_re, job.rows_im);
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
