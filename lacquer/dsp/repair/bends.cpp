#include "lacquer/dsp/repair/bends.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

LACQUER_KERNEL void bends_kernel(const double* samples, int count, Bends& bends) {
  Quad sums{}, largest{};
  int f = 1;
  for (; f + 5 <= count; f += 4) {
    const Quad here = *quads(samples + f);
    Quad bend = (*quads(samples + f - 1) - here) + (*quads(samples + f + 1) - here);
    make_size(bend);
    sums += bend;
    raise(largest, bend);
  }
  bends = {.sum = sum_of(sums), .largest = largest_of(largest)};
  for (; f + 1 < count; ++f) {
    const double bend = std::abs((samples[f - 1] - samples[f]) + (samples[f + 1] - samples[f]));
    bends.sum += bend;
    bends.largest = std::max(bends.largest, bend);
  }
}

LACQUER_WIDE void bends_wide(const double* samples, int count, Bends& bends) {
  bends_kernel(samples, count, bends);
}

}  // namespace

Bends second_differences(const double* samples, int count) noexcept {
  Bends bends;
  (has_wide_registers() ? bends_wide : bends_kernel)(samples, count, bends);
  return bends;
}

}  // namespace lacquer::dsp
