#pragma once

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

/// Eight or sixteen numbers side by side: what the grids are worked out in.
struct EightLanes {
  static constexpr int lanes = 8;
  using Vector = dsp::Float8;
  using Integers = int __attribute__((vector_size(32)));
  using Anywhere = dsp::Float8Anywhere;
};
struct SixteenLanes {
  static constexpr int lanes = 16;
  using Vector = float __attribute__((vector_size(64)));
  using Integers = int __attribute__((vector_size(64)));
  typedef float Anywhere __attribute__((vector_size(64), aligned(4), may_alias));
};
/// The lanes from an address on.
template <typename Lanes>
LACQUER_KERNEL const typename Lanes::Anywhere& lanes_at(const float* from) {
  return *reinterpret_cast<const typename Lanes::Anywhere*>(from);
}
template <typename Lanes>
LACQUER_KERNEL typename Lanes::Anywhere& lanes_at(float* to) {
  return *reinterpret_cast<typename Lanes::Anywhere*>(to);
}

#if defined(__x86_64__)
#define LACQUER_SIXTEEN __attribute__((target("avx512f,avx512vl,avx512dq")))
inline bool has_sixteen_lanes() {
  static const bool has = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                          __builtin_cpu_supports("avx512dq");
  return has;
}
#else
#define LACQUER_SIXTEEN
inline bool has_sixteen_lanes() { return false; }
#endif

/// Sums log2 of the power of left, right, mid and side, each lane for itself.
///
/// What rounding to 16 bit leaves of a zero is added to each power: below it there is nothing to
/// be read, and silence must not weigh. The logarithm is straight between powers of two (at most
/// 0.09 off), which does not matter to a mean and costs next to nothing.
template <typename Lanes>
class LogPowerSum {
 public:
  using Vector = typename Lanes::Vector;

  LACQUER_KERNEL void add(const Vector& left, const Vector& right, float floor) {
    const Vector sum = left + right, difference = left - right;  // twice mid and side
    const Vector product = (left * left + floor) * (right * right + floor) *
                           (sum * sum + 4.0F * floor) * (difference * difference + 4.0F * floor);
    sum_ += __builtin_convertvector(__builtin_bit_cast(typename Lanes::Integers, product), Vector);
  }

  /// Of one lane, and of all; whole numbers, so that the order does not matter.
  double of_lane(int lane) const { return static_cast<double>(sum_[lane]); }
  double sum() const {
    double sum = 0.0;
    for (int lane = 0; lane < Lanes::lanes; ++lane) sum += of_lane(lane);
    return sum;
  }
  /// What such a sum over so many coefficients comes to.
  static double mean(double sum, int coefficients) {
    constexpr double mantissa = 8388608.0, bias = 127.0;
    return sum / (mantissa * coefficients) - bias;
  }

 private:
  Vector sum_{};
};

}  // namespace lacquer::measure
