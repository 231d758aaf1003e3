#pragma once

#include <array>
#include <cmath>
#include <cstdint>
#include <random>

#include "lacquer/advise/tone/equaliser_fit.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {

/// A random smooth curve as the bar "EQ fit" of the design means it: a Gaussian process over log
/// frequency whose values 1.5 octaves apart still correlate by 0.6, scaled to 2.15 dB rms.
inline std::array<double, fit_point_count> smooth_target(std::uint32_t seed) {
  std::mt19937 random{seed};
  const auto uniform = [&] { return (static_cast<double>(random()) + 0.5) / 4294967296.0; };
  // White noise under a Gaussian kernel is such a process.
  constexpr int margin = 60;
  constexpr double octaves_a_point = 9.965784 / (fit_point_count - 1);
  constexpr double kernel_octaves = 1.05;
  std::array<double, fit_point_count + 2 * margin> noise;
  for (double& one : noise)
    one = std::sqrt(-2.0 * std::log(uniform())) * std::cos(2.0 * pi * uniform());
  std::array<double, fit_point_count> curve{};
  double squares = 0.0;
  for (int i = 0; i < fit_point_count; ++i) {
    double& value = curve[static_cast<std::size_t>(i)];
    for (int j = -margin; j <= margin; ++j) {
      const double distance = j * octaves_a_point / kernel_octaves;
      value += noise[static_cast<std::size_t>(i + j + margin)] * std::exp(-distance * distance);
    }
    squares += value * value;
  }
  const double scale = 2.15 / std::sqrt(squares / fit_point_count);
  for (double& value : curve) value *= scale;
  return curve;
}

}  // namespace lacquer::advise
