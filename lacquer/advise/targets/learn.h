#pragma once

#include <string>
#include <vector>

#include "lacquer/advise/targets/targets.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// One finished master a target is learned from.
struct Example {
  std::string file;
  measure::Measurement measurement;
};

/// Lower-case letters, digits, hyphens; not a shipped target's, not "auto". Errors (usage).
Result<void> require_free_name(const std::string& name, const Targets&);

/// A person's own target from their finished masters.
///
/// Few masters say little: mean, covariance and every quantile are drawn towards `all`, which
/// counts as five masters of its own. So one master gives a target that is mostly everybody's, and
/// thirty give nearly their own (for a covariance this is the mean of its posterior under an
/// inverse Wishart, and keeps it invertible at any n). n is the true number of masters, and with
/// it the confidence of every suggestion stays small where it is (trust_in).
/// A master without a measurable spectrum cannot be learned from.
/// Errors (unusable_input): no master, or one that is silent; names it.
Result<Targets::Population> learn(const std::string& name, const std::vector<Example>&,
                                  const Targets&, const std::string& date);

/// Its quantiles per band, sizes and dates, in lines of text: `targets show`.
std::string described(const Targets::Population&);

}  // namespace lacquer::advise
