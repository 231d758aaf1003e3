#include "lacquer/measure/spectrum/spectrum_frame.h"

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

using dsp::eights;
using dsp::Float8;

LACQUER_KERNEL void sums_kernel(const float* const (&rows)[4], int count, double (&sums)[4]) {
  // One by one, or they would stand in memory.
  Float8 left{}, right{}, mid{}, side{};
  int k = 0;
  for (; k + 8 <= count; k += 8) {
    left += *eights(rows[0] + k);
    right += *eights(rows[1] + k);
    mid += *eights(rows[2] + k);
    side += *eights(rows[3] + k);
  }
  if (k < count) {
    dsp::add_first(rows[0] + k, count - k, left);
    dsp::add_first(rows[1] + k, count - k, right);
    dsp::add_first(rows[2] + k, count - k, mid);
    dsp::add_first(rows[3] + k, count - k, side);
  }
  sums[0] = dsp::sum_of(left);
  sums[1] = dsp::sum_of(right);
  sums[2] = dsp::sum_of(mid);
  sums[3] = dsp::sum_of(side);
}
LACQUER_WIDE void sums_wide(const float* const (&rows)[4], int count, double (&sums)[4]) {
  sums_kernel(rows, count, sums);
}

}  // namespace

BinSums sums_of_bins(const SpectrumFrame& look, int first, int end) noexcept {
  double sums[4];
  (dsp::has_wide_registers() ? sums_wide : sums_kernel)(
      {look.power[0] + first, look.power[1] + first, look.mid + first, look.side + first},
      end - first, sums);
  return {.left = sums[0], .right = sums[1], .mid = sums[2], .side = sums[3]};
}

}  // namespace lacquer::measure
