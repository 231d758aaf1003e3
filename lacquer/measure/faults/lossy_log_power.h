#pragma once

/// Arithmetic that the grids share, four coefficients at a time.
namespace lacquer::measure {

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

inline const QuadAnywhere* quads(const double* from) {
  return reinterpret_cast<const QuadAnywhere*>(from);
}
inline QuadAnywhere* quads(double* to) { return reinterpret_cast<QuadAnywhere*>(to); }

/// Sums log2 of the power of left, right, mid and side.
///
/// What rounding to 16 bit leaves of a zero is added to each power: below it there is nothing to
/// be read, and silence must not weigh. The logarithm is straight between powers of two (at most
/// 0.09 off), which does not matter to a mean and costs next to nothing.
class LogPowerSum {
 public:
  __attribute__((always_inline)) inline void add(const Quad& left, const Quad& right,
                                                 double floor_power) {
    const Quad floor = Quad{} + floor_power;
    const Quad mid = 0.5 * (left + right), side = 0.5 * (left - right);
    // Scaled so that the product of four stays within what a float holds.
    const Quad product = (scale * (left * left + floor)) * (scale * (right * right + floor)) *
                         (scale * (mid * mid + floor)) * (scale * (side * side + floor));
    const Floats narrow = __builtin_convertvector(product, Floats);
    sum_ += __builtin_convertvector(reinterpret_cast<const Integers&>(narrow), Floats);
  }

  /// Over what was added to one of the four lanes.
  double mean_of_lane(int lane, int coefficients) const {
    constexpr double mantissa = 8388608.0, bias = 127.0;
    return static_cast<double>(sum_[lane]) / mantissa / coefficients - bias;
  }
  /// Over all lanes.
  double mean(int coefficients) const {
    double sum = 0.0;
    for (int lane = 0; lane < 4; ++lane) sum += mean_of_lane(lane, coefficients / 4);
    return sum / 4.0;
  }

 private:
  using Floats = float __attribute__((vector_size(16), may_alias));
  using Integers = int __attribute__((vector_size(16), may_alias));
  static constexpr double scale = 1e4;

  Floats sum_{};
};

}  // namespace lacquer::measure
