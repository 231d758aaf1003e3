#include "lacquer/dsp/bands/smooth_low_pass.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::dsp {
namespace {

/// (length - 1) / 2 = whole samples on either side, and a share of one more.
struct Sides {
  int whole;
  double share;
};
Sides sides_of(double length) {
  const double side = 0.5 * (length - 1.0);
  const int whole = static_cast<int>(side);
  return {whole, side - whole};
}

/// The response of one average at w = 2 pi f / rate.
double response(double length, double w) {
  const auto [whole, share] = sides_of(length);
  const double full = std::sin((whole + 0.5) * w) / std::sin(0.5 * w);
  return (full + 2.0 * share * std::cos((whole + 1) * w)) / length;
}

}  // namespace

double SmoothLowPass::length_for(double corner_hz, double sample_rate_hz) noexcept {
  const double w = 2.0 * pi * std::min(corner_hz / sample_rate_hz, 0.45);
  const double wanted = std::pow(0.5, 1.0 / boxes);
  double low = 1.0, high = 2.0 * pi / w;  // the first zero is near one period
  for (int halvings = 0; halvings < 50; ++halvings) {
    const double middle = 0.5 * (low + high);
    (response(middle, w) > wanted ? low : high) = middle;
  }
  return low;
}

void SmoothLowPass::prepare(double lowest_hz, double sample_rate_hz, int most_frames) {
  half_ = sides_of(length_for(lowest_hz, sample_rate_hz)).whole + 1;
  for (Box& box : boxes_) box.samples.resize(static_cast<std::size_t>(2 * half_ + most_frames));
  reset();
}

void SmoothLowPass::reset() noexcept {
  for (Box& box : boxes_) {
    std::fill(box.samples.begin(), box.samples.end(), 0.0);
    box.sum = 0.0;
    box.reach = 0;
  }
}

void SmoothLowPass::renew() noexcept {
  for (Box& box : boxes_) {
    const double* middle = box.samples.data() + half_ - 1;  // of the last frame
    box.sum = middle[0];
    for (int k = 1; k <= box.reach; ++k) box.sum += middle[k] + middle[-k];
  }
}

void SmoothLowPass::process(Box& box, double* samples, int count, const Length& length) noexcept {
  std::copy_n(samples, count, box.samples.begin() + 2 * half_);
  const double* middle = box.samples.data() + half_;
  const auto [reach, share] = sides_of(length.from);
  if (length.step == 0.0 && reach == box.reach) {
    const double scale = 1.0 / length.from;
    double sum = box.sum;
    for (int j = 0; j < count; ++j, ++middle) {
      sum += middle[reach] - middle[-reach - 1];
      samples[j] = scale * (sum + share * (middle[reach + 1] + middle[-reach - 1]));
    }
    box.sum = sum;
  } else {
    for (int j = 0; j < count; ++j, ++middle) {
      const double now = length.from + (length.first + j + 1) * length.step;
      const Sides sides = sides_of(now);
      box.sum += middle[box.reach] - middle[-box.reach - 1];
      while (box.reach < sides.whole) {
        ++box.reach;
        box.sum += middle[box.reach] + middle[-box.reach];
      }
      while (box.reach > sides.whole) {
        box.sum -= middle[box.reach] + middle[-box.reach];
        --box.reach;
      }
      const double edges = middle[sides.whole + 1] + middle[-sides.whole - 1];
      samples[j] = (box.sum + sides.share * edges) / now;
    }
  }
  std::copy_n(box.samples.begin() + count, 2 * half_, box.samples.begin());
}

void SmoothLowPass::process(double* samples, int count, const Length& length) noexcept {
  for (Box& box : boxes_) process(box, samples, count, length);
}

}  // namespace lacquer::dsp
