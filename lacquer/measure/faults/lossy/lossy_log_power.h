#pragma once

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

/// Sums log2 of the power of left, right, mid and side.
///
/// What rounding to 16 bit leaves of a zero is added to each power: below it there is nothing to
/// be read, and silence must not weigh. The logarithm is straight between powers of two (at most
/// 0.09 off), which does not matter to a mean and costs next to nothing.
class LogPowerSum {
 public:
  explicit LogPowerSum(double floor_power) : floor_{static_cast<float>(floor_power)} {}

  __attribute__((always_inline)) inline void add(const dsp::Float8& left,
                                                 const dsp::Float8& right) {
    const dsp::Float8 sum = left + right, difference = left - right;  // twice mid and side
    const dsp::Float8 product = (left * left + floor_) * (right * right + floor_) *
                                (sum * sum + 4.0F * floor_) *
                                (difference * difference + 4.0F * floor_);
    sum_ += __builtin_convertvector(reinterpret_cast<const Integers&>(product), dsp::Float8);
  }

  /// Over what was added to one of the eight lanes.
  double mean_of_lane(int lane, int coefficients) const {
    constexpr double mantissa = 8388608.0, bias = 127.0;
    return static_cast<double>(sum_[lane]) / mantissa / coefficients - bias;
  }
  /// Over all lanes.
  double mean(int coefficients) const {
    double sum = 0.0;
    for (int lane = 0; lane < 8; ++lane) sum += mean_of_lane(lane, coefficients / 8);
    return sum / 8.0;
  }

 private:
  using Integers = int __attribute__((vector_size(32), may_alias));

  float floor_;
  dsp::Float8 sum_{};
};

}  // namespace lacquer::measure
