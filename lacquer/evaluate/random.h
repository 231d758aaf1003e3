#pragma once

#include <cmath>
#include <cstdint>
#include <string_view>

#include "lacquer/base/units.h"

namespace lacquer::evaluate {

/// Chance with a seed: the same numbers on every machine, unlike the standard distributions.
/// Source: SplitMix64, G. Steele et al. 2014, "Fast splittable pseudorandom number generators".
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_{seed} {}
  /// A stream of its own for each name and number; which thread asks does not matter.
  Random(std::string_view name, std::uint64_t number) : state_{number} {
    for (const char letter : name) state_ = next() ^ static_cast<unsigned char>(letter);
  }

  std::uint64_t next() {
    std::uint64_t z = state_ += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  /// [0, 1)
  double uniform() { return static_cast<double>(next() >> 11) * 0x1p-53; }
  double between(double low, double high) { return low + (high - low) * uniform(); }
  /// 0 .. count - 1
  int below(int count) { return static_cast<int>(uniform() * count); }
  double sign() { return next() & 1 ? 1.0 : -1.0; }
  /// Mean 0, variance 1 (Box and Muller).
  double normal() {
    const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
    return radius * std::cos(2.0 * pi * uniform());
  }

 private:
  std::uint64_t state_;
};

}  // namespace lacquer::evaluate
