#include "lacquer/dsp/stereo/delay_tap.h"

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/kaiser.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

constexpr double kaiser_beta = 8.5;  // side lobes of 85 dB; the transition is 0.093 of the rate

}  // namespace

void DelayTap::aim(double frames) noexcept {
  frames_ = frames;
  const double nearest = std::round(frames);
  between_ = std::abs(frames - nearest) > 1e-6;
  whole_ = static_cast<int>(between_ ? std::floor(frames) : nearest);
  if (!between_) return;
  const double share = frames - whole_;
  double sum = 0.0;
  for (int k = 0; k < 2 * reach; ++k) {  // the sample `reach` - k frames before whole_
    const double distance = share - (reach - k);
    double& weight = weights_[static_cast<std::size_t>(k)];
    weight = kaiser(distance / reach, kaiser_beta) * std::sin(pi * distance) / distance;
    sum += weight;
  }
  for (double& weight : weights_) weight /= sum;  // a constant stays what it is
}

double DelayTap::read(const double* now) const noexcept {
  const double* there = now - whole_;
  if (!between_) return there[0];
  const double* first = there - reach;
  Quad sums = {};
  for (int k = 0; k < 2 * reach; k += 4)
    sums += quads(first + k)[0] * quads(weights_.data() + k)[0];
  return sum_of(sums);
}

}  // namespace lacquer::dsp
