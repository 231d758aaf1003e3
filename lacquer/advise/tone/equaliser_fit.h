#pragma once

#include <array>
#include <span>

#include "lacquer/advise/tone/equaliser_band.h"

namespace lacquer::advise {

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
