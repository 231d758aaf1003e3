#include "lacquer/measure/sums.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "lacquer/dsp/widest.h"

namespace lacquer::measure {
namespace {

using dsp::has_wide_registers;
using dsp::Oct;
using dsp::octs;
using dsp::Quad;
using dsp::quads;

LACQUER_KERNEL double sum_kernel(const double* samples, int count) {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    even += quads(samples + f)[0];
    odd += quads(samples + f)[1];
  }
  if (f + 4 <= count) {  // one by one they would wait for each other, and most sums are short
    even += *quads(samples + f);
    f += 4;
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += samples[f];
  even += odd;
  return dsp::sum_of(even) + rest;
}

LACQUER_KERNEL double float_sum_kernel(const float* values, int count) {
  dsp::Float8 even{}, odd{};
  int k = 0;
  for (; k + 16 <= count; k += 16) {
    even += dsp::eights(values + k)[0];
    odd += dsp::eights(values + k)[1];
  }
  if (k + 8 <= count) {
    even += *dsp::eights(values + k);
    k += 8;
  }
  if (k < count) dsp::add_first(values + k, count - k, odd);
  even += odd;
  return dsp::sum_of(even);
}
LACQUER_WIDE double float_sum_wide(const float* values, int count) {
  return float_sum_kernel(values, count);
}

LACQUER_KERNEL void bands_kernel(const float* values, const int* edges, int bands, double* sums) {
  for (int b = 0; b < bands; ++b)
    sums[b] += float_sum_kernel(values + edges[b], edges[b + 1] - edges[b]);
}
LACQUER_WIDE void bands_wide(const float* values, const int* edges, int bands, double* sums) {
  bands_kernel(values, edges, bands, sums);
}

LACQUER_KERNEL void split(const Oct& of, Quad& low, Quad& high) {
  low = __builtin_shufflevector(of, of, 0, 1, 2, 3);
  high = __builtin_shufflevector(of, of, 4, 5, 6, 7);
}

LACQUER_KERNEL double products_kernel(const double* left, const double* right, int count) {
  Oct even{}, odd{};
  int f = 0;
  for (; f + 16 <= count; f += 16) {
    even += octs(left + f)[0] * octs(right + f)[0];
    odd += octs(left + f)[1] * octs(right + f)[1];
  }
  if (f + 8 <= count) {
    even += *octs(left + f) * *octs(right + f);
    f += 8;
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += left[f] * right[f];
  even += odd;
  Quad low, high;
  split(even, low, high);
  low += high;
  return dsp::sum_of(low) + rest;
}
LACQUER_WIDE double products_wide(const double* left, const double* right, int count) {
  return products_kernel(left, right, count);
}
LACQUER_WIDEST double products_widest(const double* left, const double* right, int count) {
  return products_kernel(left, right, count);
}

LACQUER_KERNEL void range_kernel(const double* samples, int count, Range& range) {
  // Two of each: a comparison need not wait for the one before.
  Quad low0{}, low1{}, high0{}, high1{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    const Quad a = quads(samples + f)[0], b = quads(samples + f)[1];
    low0 = a < low0 ? a : low0;
    low1 = b < low1 ? b : low1;
    high0 = a > high0 ? a : high0;
    high1 = b > high1 ? b : high1;
  }
  low0 = low1 < low0 ? low1 : low0;
  high0 = high1 > high0 ? high1 : high0;
  for (int lane = 0; lane < 4; ++lane) {
    range.lowest = std::min(range.lowest, low0[lane]);
    range.highest = std::max(range.highest, high0[lane]);
  }
  for (; f < count; ++f) {
    range.lowest = std::min(range.lowest, samples[f]);
    range.highest = std::max(range.highest, samples[f]);
  }
}

constexpr std::int64_t sign = std::numeric_limits<std::int64_t>::min();  // of a double, as bits

/// What StepStatistics says, of every fourth or eighth sample.
template <typename Lanes>
struct Tally {
  Lanes sums{}, squares{}, low{}, high{}, bend_sums{}, largest_bends{};
  Lanes least_moves = Lanes{} + std::numeric_limits<double>::max();  // over two steps

  LACQUER_KERNEL void look(const Lanes& before, const Lanes& middle, const Lanes& here) {
    Lanes in = before - middle, out = here - middle, bend = in + out;
    make_size(bend);
    bend_sums += bend;
    largest_bends = largest_bends > bend ? largest_bends : bend;
    make_size(in);
    make_size(out);
    in += out;
    least_moves = least_moves < in ? least_moves : in;
    sums += here;
    squares += here * here;
    low = here < low ? here : low;
    high = here > high ? here : high;
  }
  LACQUER_KERNEL void join(const Tally& other) {
    sums += other.sums;
    squares += other.squares;
    low = other.low < low ? other.low : low;
    high = other.high > high ? other.high : high;
    bend_sums += other.bend_sums;
    largest_bends = other.largest_bends > largest_bends ? other.largest_bends : largest_bends;
    least_moves = other.least_moves < least_moves ? other.least_moves : least_moves;
  }

 private:
  LACQUER_KERNEL static void make_size(Lanes& value) {
    using Bits = decltype(value < value);
    value = __builtin_bit_cast(Lanes, __builtin_bit_cast(Bits, value) & (Bits{} + ~sign));
  }
};

/// The two samples in front of them are read as well.
LACQUER_KERNEL void look_at_four(const double* samples, Tally<Quad>& tally) {
  const Quad before = *quads(samples - 2), middle = *quads(samples - 1), here = *quads(samples);
  tally.look(before, middle, here);
}

/// The rest, by fours and one by one.
LACQUER_KERNEL void finish_statistics(Tally<Quad>& tally, const double* samples, int count,
                                      StepStatistics& statistics) {
  int f = 0;
  if (count >= 4) {
    look_at_four(samples, tally);
    f = 4;
  }
  statistics = {
      .sum = dsp::sum_of(tally.sums),
      .squares = dsp::sum_of(tally.squares),
      .range = {.lowest = -dsp::largest_of(-tally.low), .highest = dsp::largest_of(tally.high)},
      .bends = {.sum = dsp::sum_of(tally.bend_sums),
                .largest = dsp::largest_of(tally.largest_bends)},
      .stands_still = -dsp::largest_of(-tally.least_moves) == 0.0};
  for (; f < count; ++f) {
    const double before = samples[f - 2], middle = samples[f - 1], here = samples[f];
    const double bend = std::abs((before - middle) + (here - middle));
    statistics.sum += here;
    statistics.squares += here * here;
    statistics.range.lowest = std::min(statistics.range.lowest, here);
    statistics.range.highest = std::max(statistics.range.highest, here);
    statistics.bends.sum += bend;
    statistics.bends.largest = std::max(statistics.bends.largest, bend);
    statistics.stands_still = statistics.stands_still || (before == middle && middle == here);
  }
}

LACQUER_KERNEL void statistics_kernel(const double* samples, int count,
                                      StepStatistics& statistics) {
  Tally<Quad> first, second;
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    look_at_four(samples + f, first);
    look_at_four(samples + f + 4, second);
  }
  first.join(second);
  finish_statistics(first, samples + f, count - f, statistics);
}
LACQUER_WIDE void statistics_wide(const double* samples, int count, StepStatistics& statistics) {
  statistics_kernel(samples, count, statistics);
}

LACQUER_WIDEST void statistics_widest(const double* samples, int count,
                                      StepStatistics& statistics) {
  Tally<Oct> both;
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    const Oct before = *octs(samples + f - 2), middle = *octs(samples + f - 1);
    const Oct here = *octs(samples + f);
    both.look(before, middle, here);
  }
  Tally<Quad> first, second;
  split(both.sums, first.sums, second.sums);
  split(both.squares, first.squares, second.squares);
  split(both.low, first.low, second.low);
  split(both.high, first.high, second.high);
  split(both.bend_sums, first.bend_sums, second.bend_sums);
  split(both.largest_bends, first.largest_bends, second.largest_bends);
  split(both.least_moves, first.least_moves, second.least_moves);
  first.join(second);
  finish_statistics(first, samples + f, count - f, statistics);
}

LACQUER_WIDE double sum_wide(const double* samples, int count) {
  return sum_kernel(samples, count);
}
LACQUER_WIDE void range_wide(const double* samples, int count, Range& range) {
  range_kernel(samples, count, range);
}
}  // namespace

double sum(const double* samples, int count) noexcept {
  return (has_wide_registers() ? sum_wide : sum_kernel)(samples, count);
}

double sum(const float* values, int count) noexcept {
  return (has_wide_registers() ? float_sum_wide : float_sum_kernel)(values, count);
}

void add_bands(const float* values, const int* edges, int bands, double* sums) noexcept {
  (has_wide_registers() ? bands_wide : bands_kernel)(values, edges, bands, sums);
}

double sum_of_products(const double* left, const double* right, int count) noexcept {
  return (dsp::has_widest_registers() ? products_widest
          : has_wide_registers()      ? products_wide
                                      : products_kernel)(left, right, count);
}

double sum_of_squares(const double* samples, int count) noexcept {
  return sum_of_products(samples, samples, count);
}

Range range(const double* samples, int count) noexcept {
  Range range;
  (has_wide_registers() ? range_wide : range_kernel)(samples, count, range);
  return range;
}

StepStatistics step_statistics(const double* samples, int count) noexcept {
  StepStatistics statistics;
  (dsp::has_widest_registers() ? statistics_widest
   : has_wide_registers()      ? statistics_wide
                               : statistics_kernel)(samples, count, statistics);
  return statistics;
}

}  // namespace lacquer::measure
