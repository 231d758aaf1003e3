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

LACQUER_KERNEL double sum_kernel(const double* samples, int count) {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    even += quads(samples + f)[0];
    odd += quads(samples + f)[1];
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += samples[f];
  even += odd;
  return dsp::sum_of(even) + rest;
}

LACQUER_KERNEL double squares_kernel(const double* samples, int count) {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    const Quad a = quads(samples + f)[0], b = quads(samples + f)[1];
    even += a * a;
    odd += b * b;
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

using Flags = std::int64_t __attribute__((vector_size(32)));

LACQUER_KERNEL bool standstill_kernel(const double* samples, int count) {
  Flags flags{};
  int f = 0;
  for (; f + 6 <= count; f += 4) {
    const Quad middle = *quads(samples + f + 1);
    flags |= (*quads(samples + f) == middle) & (middle == *quads(samples + f + 2));
  }
  bool any = (flags[0] | flags[1] | flags[2] | flags[3]) != 0;
  for (; f + 2 < count; ++f)
    any = any || (samples[f] == samples[f + 1] && samples[f + 1] == samples[f + 2]);
  return any;
}
LACQUER_WIDE bool standstill_wide(const double* samples, int count) {
  return standstill_kernel(samples, count);
}

}  // namespace

double sum(const double* samples, int count) noexcept {
  return (has_wide_registers() ? sum_wide : sum_kernel)(samples, count);
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

bool has_standstill(const double* samples, int count) noexcept {
  return (has_wide_registers() ? standstill_wide : standstill_kernel)(samples, count);
}

}  // namespace lacquer::measure
