#include "lacquer/measure/faults/sums.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

using dsp::Quad;

LACQUER_KERNEL const dsp::QuadAnywhere& quad(const double* from) { return *dsp::quads(from); }

LACQUER_KERNEL double total(const Quad& lanes) {
  return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
}

LACQUER_KERNEL void range_kernel(const double* samples, int count, Range& range) {
  Quad low{}, high{};
  int f = 0;
  for (; f + 4 <= count; f += 4) {
    const Quad here = quad(samples + f);
    low = here < low ? here : low;
    high = here > high ? here : high;
  }
  range = {.lowest = -dsp::largest_of(-low), .highest = dsp::largest_of(high)};
  for (; f < count; ++f) {
    range.lowest = std::min(range.lowest, samples[f]);
    range.highest = std::max(range.highest, samples[f]);
  }
}
LACQUER_WIDE void range_wide(const double* samples, int count, Range& range) {
  range_kernel(samples, count, range);
}

using Flags = std::int64_t __attribute__((vector_size(32)));

LACQUER_KERNEL bool standstill_kernel(const double* samples, int count) {
  Flags flags{};
  int f = 0;
  for (; f + 6 <= count; f += 4) {
    const Quad middle = quad(samples + f + 1);
    flags |= (quad(samples + f) == middle) & (middle == quad(samples + f + 2));
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
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    even += quad(samples + f);
    odd += quad(samples + f + 4);
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += samples[f];
  return total(even + odd) + rest;
}

double sum_of_squares(const double* samples, int count) noexcept {
  Quad even{}, odd{};
  int f = 0;
  for (; f + 8 <= count; f += 8) {
    const Quad a = quad(samples + f), b = quad(samples + f + 4);
    even += a * a;
    odd += b * b;
  }
  double rest = 0.0;
  for (; f < count; ++f) rest += samples[f] * samples[f];
  return total(even + odd) + rest;
}

Range range(const double* samples, int count) noexcept {
  Range range;
  (dsp::has_wide_registers() ? range_wide : range_kernel)(samples, count, range);
  return range;
}

bool has_standstill(const double* samples, int count) noexcept {
  return (dsp::has_wide_registers() ? standstill_wide : standstill_kernel)(samples, count);
}

Bends second_differences(const double* samples, int count) noexcept {
  Quad sums{}, largest{};
  int f = 1;
  for (; f + 5 <= count; f += 4) {
    const Quad here = quad(samples + f);
    Quad bend = (quad(samples + f - 1) - here) + (quad(samples + f + 1) - here);
    bend = bend > -bend ? bend : -bend;
    sums += bend;
    largest = bend > largest ? bend : largest;
  }
  Bends bends{.sum = total(sums), .largest = 0.0};
  for (int lane = 0; lane < 4; ++lane) bends.largest = std::max(bends.largest, largest[lane]);
  for (; f + 1 < count; ++f) {
    const double bend = std::abs((samples[f - 1] - samples[f]) + (samples[f + 1] - samples[f]));
    bends.sum += bend;
    bends.largest = std::max(bends.largest, bend);
  }
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

}  // namespace lacquer::measure
