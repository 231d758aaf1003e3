#pragma once

#include <optional>

#include "lacquer/advise/advise.h"
#include "lacquer/evaluate/advice/excerpt.h"
#include "lacquer/evaluate/advice/yardstick.h"

namespace lacquer::evaluate {

/// A master before anything was done to it.
struct Original {
  Clip clip;
  advise::Heard heard;
};

/// One departure planted, answered and rendered.
struct Recovered {
  std::vector<Effect> effects;  ///< by axis of the departure
  std::vector<Axis> unsuited;   ///< axes on which nothing came of it
  /// dB by which the rendered result is further from the original than the departed one was, on
  /// tone and on the departure's own axes.
  std::vector<std::pair<Axis, double>> further_db;
  std::map<std::string, std::vector<double>> prediction_errors;
  std::optional<double> landing_error_lu;  ///< where a loudness was asked for and nothing bound
  bool bound = false;
};

/// A departed programme: what it is and what was heard of it.
struct Departed {
  Clip clip;
  advise::Heard heard;
};
Result<Departed> depart(const Original&, const Departure&, const Progress&);

/// Advice for it; the original is a reference if `with_reference`. Errors: advise()'s.
Result<advise::Advice> advice_for(const Departed&, const Original&, const std::string& population,
                                  bool with_reference, const advise::Targets&);

/// The suggestions all taken, rendered as studio renders them, measured, and held against the
/// original in these bands.
Result<Recovered> recover(const Departed&, const Original&, const Departure&, const Bands&,
                          const advise::Advice&, const Progress&);

}  // namespace lacquer::evaluate
