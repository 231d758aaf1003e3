#include "lacquer/measure/faults/spectrum/spectral_image.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

namespace lacquer::measure {
namespace {

constexpr double nearest_hz = 100.0, farthest_hz = 1900.0;  // from the mirror, to either side
constexpr int apart = 8;  // bins: differences, because both sides have a slope of their own
constexpr int least_pairs = 100;
constexpr float nothing = 1e-16F;  // power of a bin that holds no more than rounding

/// The logarithm, straight between powers of two (at most 0.09 of an octave off, where bins differ
/// by several), in a unit and from an origin that do not matter to a correlation of differences.
double rough_logarithm(float power) {
  return static_cast<double>(std::bit_cast<std::int32_t>(power));
}

}  // namespace

void SpectralImage::add(const SpectrumFrame& look) {
  const double mirror = mirror_hz_ / look.bin_hz;
  const int first = static_cast<int>(std::ceil(mirror + nearest_hz / look.bin_hz));
  const int end = std::min(look.bins, static_cast<int>(mirror + farthest_hz / look.bin_hz)) - apart;
  if (end - first < least_pairs) return;
  const float* power = look.power[0];
  const int sum_of_pair = static_cast<int>(std::lround(2.0 * mirror));
  double products = 0.0, aboves = 0.0, belows = 0.0;
  for (int k = first; k < end; k += 2) {
    const int mirrored = sum_of_pair - k;
    if (power[k] < nothing || power[mirrored] < nothing) continue;
    const double above =
        rough_logarithm(power[k]) - rough_logarithm(std::max(power[k + apart], nothing));
    const double below = rough_logarithm(power[mirrored]) -
                         rough_logarithm(std::max(power[mirrored - apart], nothing));
    products += above * below;
    aboves += above * above;
    belows += below * below;
  }
  if (aboves <= 0.0 || belows <= 0.0) return;
  sum_ += products / std::sqrt(aboves * belows);
  ++look_count_;
}

}  // namespace lacquer::measure
