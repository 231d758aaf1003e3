#include "lacquer/measure/faults/sums.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lacquer::measure {
namespace {

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

const QuadAnywhere& quad(const double* from) {
  return *reinterpret_cast<const QuadAnywhere*>(from);
}

double total(const Quad& lanes) { return (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]); }

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
  Quad low{}, high{};
  int f = 0;
  for (; f + 4 <= count; f += 4) {
    const Quad here = quad(samples + f);
    low = here < low ? here : low;
    high = here > high ? here : high;
  }
  Range range;
  for (int lane = 0; lane < 4; ++lane) {
    range.lowest = std::min(range.lowest, low[lane]);
    range.highest = std::max(range.highest, high[lane]);
  }
  for (; f < count; ++f) {
    range.lowest = std::min(range.lowest, samples[f]);
    range.highest = std::max(range.highest, samples[f]);
  }
  return range;
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
