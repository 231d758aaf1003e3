#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/chain/recipe.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::chain {

inline constexpr double most_gain_db = 60.0;  ///< what the gain processor has

/// A gain, the limiter behind it, and what came of it: measured, or between two that were.
struct Attempt {
  double gain_db = 0.0;
  std::optional<double> limiter_dbtp;  ///< its ceiling; empty: no limiter
  measure::Maybe integrated_lufs;
  measure::Maybe true_peak_dbtp;  ///< where it was measured
};

/// Settings end up in files people read, and must mean the same there: to 0.001, never -0.0.
double rounded(double);
double rounded_down(double);

/// The limiter's own row of its table: what it takes is what can be landed.
ParameterInfo ceiling_of_the_limiter();

/// Gain and limiter as steps, the limiter with these settings and the attempt's ceiling; under the
/// lowest ceiling a limiter takes, a last gain.
std::vector<Step> tail_of(const Attempt&, Values limiter);

/// Why a landing missed its target, with the numbers and what can be done. `untouched` is what the
/// steps alone measure.
std::string what_binds(const Attempt&, double target_lufs, std::optional<double> ceiling_dbtp,
                       const Attempt& untouched);

}  // namespace lacquer::chain
