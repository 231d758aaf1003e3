#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/evaluate/fault.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::evaluate {

/// What became of one planted fault.
enum class Outcome {
  heard,
  missed,
  already_there,  ///< the clean excerpt has such a finding at that place: nothing to learn
  unsuited,       ///< the excerpt cannot carry this fault
};

struct Trial {
  Outcome outcome = Outcome::unsuited;
  std::optional<double> place_error_s =
      {};                                 ///< how far the finding's start is from the planted one's
  std::optional<Truth> value_error = {};  ///< found minus planted, where both are in one unit
  std::vector<std::string> cross_talk =
      {};  ///< kinds that were wrongly raised beside it (fail, warn)
};

/// True if a finding of the kinds asked for stands at the planted place on the clean excerpt.
bool already_there(const Fault&, const Planted&, const std::vector<measure::Finding>& clean);

/// A finding hears the fault if its kind is the one asked for or accepted, its channel is not the
/// other one, and its span and the planted one come within the tolerance of each other. For a fault
/// of less than a quarter of the clip it must itself cover less than half of it: a finding over
/// everything names no place. `clean` is what is found without the fault.
Trial judge(const Fault&, const Planted&, const std::vector<measure::Finding>& clean,
            const std::vector<measure::Finding>& found);

/// Trials counted.
struct Score {
  int heard = 0, missed = 0, already_there = 0, unsuited = 0;

  void add(const Trial&);
  int trials() const { return heard + missed; }
  /// Empty without a trial.
  std::optional<double> recall() const;
};

/// Half of the values are smaller; empty for none.
std::optional<double> median(std::vector<double>);

}  // namespace lacquer::evaluate
