#pragma once

#include <array>
#include <span>
#include <vector>

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

double response_db(const EqualiserBand&, double frequency_hz);

/// d response / d (ln frequency, gain, ln q) of one band, for optimisers.
struct ResponseSlope {
  double response_db = 0.0;
  double per_log_frequency = 0.0;
  double per_gain_db = 0.0;
  double per_log_q = 0.0;
};
ResponseSlope response_slope(const EqualiserBand&, double frequency_hz);

/// Six bands a person can read and turn: low shelf, four bells by rising frequency, high shelf.
struct EqualiserFit {
  std::array<EqualiserBand, 6> bands;
  double rms_error_db = 0.0;  ///< over the points that were weighted

  double response_db(double frequency_hz) const;
};

/// What a fit has to meet: one value a point, 20 Hz to 20 kHz, evenly in log frequency.
inline constexpr int fit_point_count = 121;
double fit_point_hz(int point);

/// The six bands nearest to `wanted_db` in the least squares of dB, by Levenberg and Marquardt
/// from several starts. Q stays within 0.4 to 2.5; a faint pull keeps gains from growing against
/// each other. `weight` is one number per point, 0 where the curve does not matter. Deterministic.
EqualiserFit fit_equaliser(std::span<const double, fit_point_count> wanted_db,
                           std::span<const double, fit_point_count> weight);

}  // namespace lacquer::advise
