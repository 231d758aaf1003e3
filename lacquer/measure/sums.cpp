#include "lacquer/measure/sums.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstdint>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

using dsp::has_wide_registers;
using dsp::Quad;
using dsp::quads;

using Flags = std::int64_t __attribute__((vector_size(32)));

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

LACQUER_KERNEL double squares_kernel(const double* samples, int count) {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    const Quad a = quads(samples + f)[0], b = quads(samples + f)[1];
    even += a * a;
    odd += b * b;
  }
  if (f + 4 <= count) {
    const Quad a = *quads(samples + f);
    even += a * a;
    f += 4;
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += samples[f] * samples[f];
  even += odd;
  return dsp::sum_of(even) + rest;
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

LACQUER_KERNEL void bends_kernel(const double* samples, int count, Bends& bends) {
  Quad sums{}, largest{};
  int f = 1;
  for (; f + 5 <= count; f += 4) {
    const Quad here = *quads(samples + f);
    Quad bend = (*quads(samples + f - 1) - here) + (*quads(samples + f + 1) - here);
    dsp::make_size(bend);
    sums += bend;
    dsp::raise(largest, bend);
  }
  bends = {.sum = dsp::sum_of(sums), .largest = dsp::largest_of(largest)};
  for (; f + 1 < count; ++f) {
    const double bend = std::abs((samples[f - 1] - samples[f]) + (samples[f + 1] - samples[f]));
    bends.sum += bend;
    bends.largest = std::max(bends.largest, bend);
  }
}

LACQUER_KERNEL void statistics_kernel(const double* samples, int count,
                                      StepStatistics& statistics) {
  // Two of each: none need wait for the one before.
  Quad sums[2]{}, low[2]{}, high[2]{}, bend_sums[2]{}, largest[2]{};
  Flags flags[2]{};
  const auto look = [&](const double* at, int of) __attribute__((always_inline)) {
    const Quad before = *quads(at - 2), middle = *quads(at - 1), here = *quads(at);
    const Quad in = before - middle, out = here - middle;
    Quad bend = in + out;
    dsp::make_size(bend);
    bend_sums[of] += bend;
    dsp::raise(largest[of], bend);
    flags[of] |= (before == middle) & (middle == here);
    sums[of] += here;
    low[of] = here < low[of] ? here : low[of];
    high[of] = here > high[of] ? here : high[of];
  };
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    look(samples + f, 0);
    look(samples + f + 4, 1);
  }
  sums[0] += sums[1];
  bend_sums[0] += bend_sums[1];
  low[0] = low[1] < low[0] ? low[1] : low[0];
  dsp::raise(high[0], high[1]);
  dsp::raise(largest[0], largest[1]);
  flags[0] |= flags[1];
  statistics = {.sum = dsp::sum_of(sums[0]),
                .range = {.lowest = std::min({low[0][0], low[0][1], low[0][2], low[0][3]}),
                          .highest = dsp::largest_of(high[0])},
                .bends = {.sum = dsp::sum_of(bend_sums[0]), .largest = dsp::largest_of(largest[0])},
                .stands_still = (flags[0][0] | flags[0][1] | flags[0][2] | flags[0][3]) != 0};
  for (; f < count; ++f) {
    const double before = samples[f - 2], middle = samples[f - 1], here = samples[f];
    const double bend = std::abs((before - middle) + (here - middle));
    statistics.sum += here;
    statistics.range.lowest = std::min(statistics.range.lowest, here);
    statistics.range.highest = std::max(statistics.range.highest, here);
    statistics.bends.sum += bend;
    statistics.bends.largest = std::max(statistics.bends.largest, bend);
    statistics.stands_still = statistics.stands_still || (before == middle && middle == here);
  }
}
LACQUER_WIDE void statistics_wide(const double* samples, int count, StepStatistics& statistics) {
  statistics_kernel(samples, count, statistics);
}

LACQUER_WIDE double sum_wide(const double* samples, int count) {
  return sum_kernel(samples, count);
}
LACQUER_WIDE double squares_wide(const double* samples, int count) {
  return squares_kernel(samples, count);
}
LACQUER_WIDE void range_wide(const double* samples, int count, Range& range) {
  range_kernel(samples, count, range);
}
LACQUER_WIDE void bends_wide(const double* samples, int count, Bends& bends) {
  bends_kernel(samples, count, bends);
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

double sum_of_squares(const double* samples, int count) noexcept {
  return (has_wide_registers() ? squares_wide : squares_kernel)(samples, count);
}

Range range(const double* samples, int count) noexcept {
  Range range;
  (has_wide_registers() ? range_wide : range_kernel)(samples, count, range);
  return range;
}

Bends second_differences(const double* samples, int count) noexcept {
  Bends bends;
  (has_wide_registers() ? bends_wide : bends_kernel)(samples, count, bends);
  return bends;
}

StepStatistics step_statistics(const double* samples, int count) noexcept {
  StepStatistics statistics;
  (has_wide_registers() ? statistics_wide : statistics_kernel)(samples, count, statistics);
  return statistics;
}

void RecentFrames::add(const double* samples, int count) noexcept {
  assert(count <= keep_);
  if (filled_ + count > static_cast<std::ptrdiff_t>(samples_.size())) {
    std::copy(samples_.begin() + (filled_ - keep_), samples_.begin() + filled_, samples_.begin());
    filled_ = keep_;
  }
  std::copy(samples, samples + count, samples_.begin() + filled_);
  filled_ += count;
  end_ += count;
}

}  // namespace lacquer::measure
