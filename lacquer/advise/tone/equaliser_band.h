#pragma once

#include <cmath>
#include <numbers>

namespace lacquer::advise {

/// One band of a parametric equaliser, as its analogue prototype.
/// Source: R. Bristow-Johnson, "Cookbook formulae for audio equalizer biquad filter coefficients".
struct EqualiserBand {
  enum class Shape { bell, low_shelf, high_shelf };
  Shape shape = Shape::bell;
  double frequency_hz = 1000.0;
  double gain_db = 0.0;
  double q = 0.7;
};

/// d response / d (ln frequency, gain, ln q) of one band, for optimisers.
struct ResponseSlope {
  double response_db = 0.0;
  double per_log_frequency = 0.0;
  double per_gain_db = 0.0;
  double per_log_q = 0.0;
};

/// A band ready to be evaluated at many frequencies.
///
/// With x = (f / f0)^2 and A = 10^(gain/40) every prototype is 10 lg (N / D):
///   bell        N = (1-x)^2 + x A^2/Q^2        D = (1-x)^2 + x / (A^2 Q^2)
///   low shelf   N = A^2 ((A-x)^2 + x A/Q^2)    D = (1-Ax)^2 + x A/Q^2
///   high shelf  N = A^2 ((1-Ax)^2 + x A/Q^2)   D = (A-x)^2 + x A/Q^2
class EqualiserPrototype {
 public:
  EqualiserPrototype() = default;
  explicit EqualiserPrototype(const EqualiserBand& band)
      : shape_{band.shape},
        per_f2_{1.0 / (band.frequency_hz * band.frequency_hz)},
        a_{std::pow(10.0, band.gain_db / 40.0)},
        per_q2_{1.0 / (band.q * band.q)} {}

  /// |H|^2: a sum of dB is the logarithm of a product, so a cascade needs one logarithm.
  double power(double frequency_hz) const {
    const double x = frequency_hz * frequency_hz * per_f2_;
    const double even = (1.0 - x) * (1.0 - x);
    const double a2 = a_ * a_;
    if (shape_ == EqualiserBand::Shape::bell)
      return (even + x * a2 * per_q2_) / (even + x * per_q2_ / a2);
    const double odd = x * a_ * per_q2_;
    const double falling = (1.0 - a_ * x) * (1.0 - a_ * x) + odd;
    const double rising = (a_ - x) * (a_ - x) + odd;
    return a2 * (shape_ == EqualiserBand::Shape::low_shelf ? rising / falling : falling / rising);
  }

  ResponseSlope slope(double frequency_hz) const {
    const double a = a_;
    const double x = frequency_hz * frequency_hz * per_f2_;
    Part n{}, d{};
    if (shape_ == EqualiserBand::Shape::bell) {
      const double even = (1.0 - x) * (1.0 - x), a2 = a * a;
      n = {even + x * a2 * per_q2_, -2.0 * (1.0 - x) + a2 * per_q2_, 2.0 * x * a * per_q2_, x * a2};
      d = {even + x * per_q2_ / a2, -2.0 * (1.0 - x) + per_q2_ / a2, -2.0 * x * per_q2_ / (a2 * a),
           x / a2};
    } else {
      const double odd = a * per_q2_;
      const double from_a = a - x, from_one = 1.0 - a * x;
      const Part falling{from_one * from_one + x * odd, -2.0 * a * from_one + odd,
                         -2.0 * x * from_one + x * per_q2_, x * a};
      const Part rising{from_a * from_a + x * odd, -2.0 * from_a + odd, 2.0 * from_a + x * per_q2_,
                        x * a};
      const bool low = shape_ == EqualiserBand::Shape::low_shelf;
      n = times_a2(low ? rising : falling);
      d = low ? falling : rising;
    }
    const double db_per_n = db_per_neper / n.value, db_per_d = db_per_neper / d.value;
    return {db_per_neper * std::log(n.value / d.value),
            -2.0 * x * (db_per_n * n.in_x - db_per_d * d.in_x),
            a * std::numbers::ln10 / 40.0 * (db_per_n * n.in_a - db_per_d * d.in_a),
            -2.0 * per_q2_ * (db_per_n * n.in_q2 - db_per_d * d.in_q2)};
  }

 private:
  /// Numerator or denominator with its slopes in x, A and 1/Q^2.
  struct Part {
    double value, in_x, in_a, in_q2;
  };
  Part times_a2(const Part& part) const {
    const double a2 = a_ * a_;
    return {a2 * part.value, a2 * part.in_x, 2.0 * a_ * part.value + a2 * part.in_a,
            a2 * part.in_q2};
  }
  static constexpr double db_per_neper = 10.0 / std::numbers::ln10;

  EqualiserBand::Shape shape_ = EqualiserBand::Shape::bell;
  double per_f2_ = 1.0, a_ = 1.0, per_q2_ = 1.0;
};

inline double response_db(const EqualiserBand& band, double frequency_hz) {
  return 10.0 * std::log10(EqualiserPrototype{band}.power(frequency_hz));
}

inline ResponseSlope response_slope(const EqualiserBand& band, double frequency_hz) {
  return EqualiserPrototype{band}.slope(frequency_hz);
}

}  // namespace lacquer::advise
