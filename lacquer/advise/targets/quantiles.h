#pragma once

#include <utility>
#include <vector>

namespace lacquer::advise {

/// A distribution known at a few points: values[i] is reached by percents[i] % of the population.
/// Both ascend; at least two points.
struct Quantiles {
  std::vector<double> percents;
  std::vector<double> values;
};

/// How many percent of the population lie below `value`: straight lines between the stored points,
/// held at the outermost ones ("5" then means "5 or less"). Never falls as `value` rises.
double percentile(const Quantiles&, double value);

/// The value `percent` of the population stay below; the inverse of percentile(), held likewise.
double quantile(const Quantiles&, double percent);

/// The share (0 to 1) below `value` where the tails count too: beyond the outermost points the
/// distribution goes on as the normal one through the two last points would. Strictly rising
/// unless the tail's two points are one value.
double share_below(const Quantiles&, double value);

/// The standard normal distribution's value that `share` (0 to 1, both excluded) lies below.
double normal_quantile(double share);

/// Its inverse, in percent: what share of a normal distribution lies below so many deviations.
double percent_at(double sd);

/// A distribution with its weight. Weights are positive and sum to 1.
using WeightedQuantiles = std::vector<std::pair<double, const Quantiles*>>;

/// The mixture's own quantiles at the percents of the first part: where the weighted shares below
/// add up. One part alone comes back as it is.
Quantiles mixture(const WeightedQuantiles&);

}  // namespace lacquer::advise
