#include "lacquer/dsp/transform/float_fft.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>
#include <vector>

#include "lacquer/dsp/transform/float_fft_passes.h"
#include "lacquer/dsp/transform/turns.h"

namespace lacquer::dsp {
namespace {

using float_fft::Eight;
using float_fft::Sixteen;
using float_fft::Twiddles;

struct Job {
  int size;
  const Twiddles& twiddles;
  const float *real, *imaginary, *window;
  float *out_real, *out_imaginary, *scratch;
};

template <typename Wide>
LACQUER_KERNEL void run(const Job& job) {
  float_fft::transform<Wide>(job.size, job.twiddles, job.real, job.imaginary, job.window,
                             job.out_real, job.out_imaginary, job.scratch);
}

LACQUER_WIDEST void run_sixteen(const Job& job) { run<Sixteen>(job); }
LACQUER_WIDE_FUSED void run_eight(const Job& job) { run<Eight>(job); }

void dispatch(int lanes, const Job& job) {
  if (lanes == 16) return run_sixteen(job);
  if (has_wide_fused()) return run_eight(job);
  run<Eight>(job);
}

/// One for all transforms of a thread: between two of them nothing in it is needed.
float* scratch_for(std::size_t count) {
  thread_local AlignedVector<float> scratch;
  if (scratch.size() < count) scratch.resize(count);
  return scratch.data();
}

/// Cosines and minus sines, a register of each in turn.
class Turned {
 public:
  explicit Turned(int size) : turns_{size} {}

  /// Of `turn` x (p, p + 1 ...) on the circle of `size`, beginning anew after `period` lanes.
  void add(AlignedVector<float>& to, int turn, int p, int lanes, int period) const {
    for (int lane = 0; lane < lanes; ++lane)
      to.push_back(static_cast<float>(turns_.cosine[at(turn * (p + lane % period))]));
    for (int lane = 0; lane < lanes; ++lane)
      to.push_back(static_cast<float>(-turns_.sine[at(turn * (p + lane % period))]));
  }

 private:
  std::size_t at(int turn) const { return static_cast<std::size_t>(turn) % turns_.cosine.size(); }

  Turns turns_;
};

/// Sizes and strides are powers of two; a table for each is made when first asked for, and kept.
template <auto make>
const AlignedVector<float>& table_of(int power_of_two, int lanes) {
  using Get = const AlignedVector<float>& (*)();
  constexpr auto all = []<std::size_t... i>(std::index_sequence<i...>) {
    constexpr auto of = []<std::size_t at>() -> Get {
      return []() -> const AlignedVector<float>& {
        static const AlignedVector<float> table = make(1 << (at / 2), at % 2 == 0 ? 8 : 16);
        return table;
      };
    };
    return std::array<Get, sizeof...(i)>{of.template operator()<i>()...};
  }
  (std::make_index_sequence<2 * 21>{});
  assert(std::has_single_bit(static_cast<unsigned>(power_of_two)));
  const auto exponent =
      static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(power_of_two)));
  return all[2 * exponent + (lanes == 16 ? 1 : 0)]();
}

/// Of a pass of radix 4.
AlignedVector<float> pass_table(int stride, int lanes) {
  const Turned turned{4 * stride};
  AlignedVector<float> table;
  table.reserve(static_cast<std::size_t>(4 * std::max(stride, lanes)));
  for (int q = 0; q < stride; q += lanes)
    for (const int turn : {1, 2}) turned.add(table, turn, q, lanes, stride);
  return table;
}
/// Of the last pass of a size that is no power of four.
AlignedVector<float> radix_2_table(int stride, int lanes) {
  const Turned turned{2 * stride};
  AlignedVector<float> table;
  for (int q = 0; q < stride; q += lanes) turned.add(table, 1, q, lanes, stride);
  return table;
}
Twiddles twiddles_of(int size, int lanes) {
  Twiddles twiddles{};
  int stride = 4;
  for (std::size_t pass = 0; 4 * stride <= size; stride *= 4, ++pass)
    twiddles.of_pass[pass] = table_of<pass_table>(stride, lanes).data();
  if (stride < size) twiddles.of_radix_2 = table_of<radix_2_table>(size / 2, lanes).data();
  return twiddles;
}

}  // namespace

FloatFft::FloatFft(int size, int most_lanes)
    : size_{size},
      lanes_{std::min(has_widest_registers() ? 16 : 8, most_lanes)},
      twiddles_{twiddles_of(size, lanes_)} {
  assert(size >= smallest_size && size <= largest_size);
}

void FloatFft::forward(const float* real, const float* imaginary, float* out_real,
                       float* out_imaginary) const {
  forward_windowed(real, imaginary, nullptr, out_real, out_imaginary);
}

void FloatFft::forward_windowed(const float* real, const float* imaginary, const float* window,
                                float* out_real, float* out_imaginary) const {
  dispatch(lanes_, Job{size_, twiddles_, real, imaginary, window, out_real, out_imaginary,
                       scratch_for(2 * static_cast<std::size_t>(size_))});
}

}  // namespace lacquer::dsp
