#pragma once

/// Arithmetic that the grids share, four or eight numbers at a time.
namespace lacquer::measure {

using Quad = double __attribute__((vector_size(32)));
using Octet = float __attribute__((vector_size(32)));
// Typedefs, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));
typedef float NarrowQuadAnywhere __attribute__((vector_size(16), aligned(4), may_alias));
typedef float OctetAnywhere __attribute__((vector_size(32), aligned(4), may_alias));

inline const QuadAnywhere* quads(const double* from) {
  return reinterpret_cast<const QuadAnywhere*>(from);
}
inline QuadAnywhere* quads(double* to) { return reinterpret_cast<QuadAnywhere*>(to); }
inline NarrowQuadAnywhere* narrow_quads(float* to) {
  return reinterpret_cast<NarrowQuadAnywhere*>(to);
}
inline const OctetAnywhere* octets(const float* from) {
  return reinterpret_cast<const OctetAnywhere*>(from);
}
inline OctetAnywhere* octets(float* to) { return reinterpret_cast<OctetAnywhere*>(to); }

/// Sums log2 of the power of left, right, mid and side.
///
/// What rounding to 16 bit leaves of a zero is added to each power: below it there is nothing to
/// be read, and silence must not weigh. The logarithm is straight between powers of two (at most
/// 0.09 off), which does not matter to a mean and costs next to nothing.
class LogPowerSum {
 public:
  explicit LogPowerSum(double floor_power) : floor_{static_cast<float>(floor_power)} {}

  __attribute__((always_inline)) inline void add(const Octet& left, const Octet& right) {
    const Octet sum = left + right, difference = left - right;  // twice mid and side
    const Octet product = (left * left + floor_) * (right * right + floor_) *
                          (sum * sum + 4.0F * floor_) * (difference * difference + 4.0F * floor_);
    sum_ += __builtin_convertvector(reinterpret_cast<const Integers&>(product), Octet);
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
  Octet sum_{};
};

}  // namespace lacquer::measure
