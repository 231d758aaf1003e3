#pragma once

#include <optional>
#include <vector>

#include "lacquer/evaluate/advice/yardstick.h"

namespace lacquer::evaluate {

/// Middle value, and the one 95 % do not exceed; of magnitudes.
struct Typical {
  int count = 0;
  std::optional<double> median, most;  ///< most: the 95th percentile, nearest rank
};
Typical typical(std::vector<double> values);

/// Effects summed up.
struct Tally {
  int trials = 0, right = 0, wrong = 0, silent = 0;
  int unsuited = 0;  ///< the programme could not carry the departure; no trial
  std::vector<double> undone;

  void add(const Effect&);
  void add(const Tally&);

  /// All shares 0 to 1, empty where nothing was tried.
  std::optional<double> named() const;      ///< right, of all trials
  std::optional<double> true_sign() const;  ///< right, of those that were spoken of
  std::optional<double> median_undone() const;
  /// Of all trials: undone by at least so much.
  std::optional<double> undone_by(double share) const;
};

}  // namespace lacquer::evaluate
