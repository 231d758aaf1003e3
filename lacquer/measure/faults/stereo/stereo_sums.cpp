#include "lacquer/measure/faults/stereo/stereo_sums.h"

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

using dsp::Quad;
using dsp::quads;

LACQUER_KERNEL void sums_kernel(const double* left, const double* right, int count,
                                StereoSums& sums) {
  Quad lefts{}, rights{}, products{}, differences{};
  int f = 0;
  for (; f + 3 < count; f += 4) {
    const Quad l = *quads(left + f);
    const Quad r = *quads(right + f);
    const Quad d = l - r;
    lefts += l * l;
    rights += r * r;
    products += l * r;
    differences += d * d;
  }
  sums = {dsp::sum_of(lefts), dsp::sum_of(rights), dsp::sum_of(products), dsp::sum_of(differences)};
  for (; f < count; ++f) {
    const double l = left[f], r = right[f];
    sums += {l * l, r * r, l * r, (l - r) * (l - r)};
  }
}

LACQUER_WIDE void sums_wide(const double* left, const double* right, int count, StereoSums& sums) {
  sums_kernel(left, right, count, sums);
}

}  // namespace

StereoSums stereo_sums(AudioBlock block) noexcept {
  StereoSums sums;
  (dsp::has_wide_registers() ? sums_wide : sums_kernel)(block.channel(0), block.channel(1),
                                                        block.frame_count(), sums);
  return sums;
}

}  // namespace lacquer::measure
