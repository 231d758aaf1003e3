#include "lacquer/measure/faults/stereo_sums.h"

namespace lacquer::measure {
namespace {

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

double sum(const Quad& four) noexcept { return (four[0] + four[1]) + (four[2] + four[3]); }

}  // namespace

StereoSums stereo_sums(AudioBlock block) noexcept {
  const double* left = block.channel(0);
  const double* right = block.channel(1);
  const int count = block.frame_count();
  Quad lefts{}, rights{}, products{}, differences{};
  int f = 0;
  for (; f + 3 < count; f += 4) {
    const Quad l = *reinterpret_cast<const QuadAnywhere*>(left + f);
    const Quad r = *reinterpret_cast<const QuadAnywhere*>(right + f);
    const Quad d = l - r;
    lefts += l * l;
    rights += r * r;
    products += l * r;
    differences += d * d;
  }
  StereoSums sums{sum(lefts), sum(rights), sum(products), sum(differences)};
  for (; f < count; ++f) {
    const double l = left[f], r = right[f];
    sums += {l * l, r * r, l * r, (l - r) * (l - r)};
  }
  return sums;
}

}  // namespace lacquer::measure
