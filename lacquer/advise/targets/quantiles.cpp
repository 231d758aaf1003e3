#include "lacquer/advise/targets/quantiles.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numbers>

namespace lacquer::advise {
namespace {

/// Enough to reach the last bit that counts in any level.
constexpr int halvings = 60;

double normal_share(double deviation) { return 0.5 * std::erfc(-deviation / std::numbers::sqrt2); }

/// Goes on from point `end` with the slope that it and its neighbour have on normal paper.
double tail(const Quantiles& quantiles, std::size_t end, std::size_t neighbour, double value) {
  const auto deviation = [&](std::size_t i) {
    return normal_quantile(std::clamp(quantiles.percents[i] / 100.0, 1e-6, 1.0 - 1e-6));
  };
  const double span = quantiles.values[neighbour] - quantiles.values[end];
  const double at_end = deviation(end);
  if (span == 0.0) return value < quantiles.values[end] ? 0.0 : 1.0;
  return normal_share(at_end +
                      (value - quantiles.values[end]) * (deviation(neighbour) - at_end) / span);
}

}  // namespace

double percentile(const Quantiles& quantiles, double value) {
  const auto& [percents, values] = quantiles;
  assert(values.size() >= 2 && percents.size() == values.size());
  if (value <= values.front()) return percents.front();
  if (value >= values.back()) return percents.back();
  const auto above = static_cast<std::size_t>(
      std::upper_bound(values.begin(), values.end(), value) - values.begin());
  const double share = (value - values[above - 1]) / (values[above] - values[above - 1]);
  return std::lerp(percents[above - 1], percents[above], share);
}

double quantile(const Quantiles& quantiles, double percent) {
  const auto& [percents, values] = quantiles;
  assert(values.size() >= 2 && percents.size() == values.size());
  if (percent <= percents.front()) return values.front();
  if (percent >= percents.back()) return values.back();
  const auto above = static_cast<std::size_t>(
      std::upper_bound(percents.begin(), percents.end(), percent) - percents.begin());
  const double share = (percent - percents[above - 1]) / (percents[above] - percents[above - 1]);
  return std::lerp(values[above - 1], values[above], share);
}

double normal_quantile(double share) {
  assert(share > 0.0 && share < 1.0);
  double low = -40.0, high = 40.0;
  for (int i = 0; i < halvings; ++i) {
    const double middle = 0.5 * (low + high);
    (normal_share(middle) < share ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double share_below(const Quantiles& quantiles, double value) {
  const std::size_t last = quantiles.values.size() - 1;
  if (value < quantiles.values.front()) return tail(quantiles, 0, 1, value);
  if (value > quantiles.values.back()) return tail(quantiles, last, last - 1, value);
  return percentile(quantiles, value) / 100.0;
}

double percent_at(double sd) { return 50.0 * std::erfc(-sd / std::sqrt(2.0)); }

Quantiles mixture(const WeightedQuantiles& parts) {
  assert(!parts.empty());
  if (parts.size() == 1) return *parts.front().second;
  Quantiles result;
  result.percents = parts.front().second->percents;
  double low = parts.front().second->values.front(), high = low;
  for (const auto& [weight, part] : parts) {
    low = std::min(low, part->values.front());
    high = std::max(high, part->values.back());
  }
  // The outermost quantile of a mixture lies between those of its parts.
  for (const double percent : result.percents) {
    double below = low, above = high;
    for (int i = 0; i < halvings; ++i) {
      const double middle = 0.5 * (below + above);
      double share = 0.0;
      for (const auto& [weight, part] : parts) share += weight * share_below(*part, middle);
      (share < percent / 100.0 ? below : above) = middle;
    }
    result.values.push_back(0.5 * (below + above));
  }
  return result;
}

}  // namespace lacquer::advise
