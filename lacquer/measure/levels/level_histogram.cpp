#include "lacquer/measure/levels/level_histogram.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {

LevelHistogram::LevelHistogram(double lowest_db, double highest_db, int classes_per_db)
    : lowest_db_{lowest_db},
      classes_per_db_{classes_per_db},
      classes_(static_cast<std::size_t>(std::lround((highest_db - lowest_db) * classes_per_db))) {
  assert(highest_db > lowest_db && classes_per_db > 0);
}

void LevelHistogram::add(double power) {
  ++count_;
  const double at = std::floor((db_from_power(power) - lowest_db_) * classes_per_db_);
  if (!(at >= 0.0)) return;
  const double last = static_cast<double>(classes_.size() - 1);
  Class& one = classes_[static_cast<std::size_t>(std::min(at, last))];
  ++one.count;
  one.sum += power;
}

double LevelHistogram::mean_from(double power) const noexcept {
  double sum = 0.0;
  std::int64_t count = 0;
  for (const Class& one : classes_) {
    if (one.count == 0 || one.mean() < power) continue;
    sum += one.sum;
    count += one.count;
  }
  return count > 0 ? sum / static_cast<double>(count) : 0.0;
}

double LevelHistogram::percentile_from(double power, double share) const noexcept {
  const auto counts = [power](const Class& one) { return one.count > 0 && one.mean() >= power; };
  std::int64_t count = 0;
  for (const Class& one : classes_)
    if (counts(one)) count += one.count;
  auto left = std::llround(share * static_cast<double>(count - 1));
  for (const Class& one : classes_) {
    if (!counts(one)) continue;
    if (left < one.count) return one.mean();
    left -= one.count;
  }
  return 0.0;
}

}  // namespace lacquer::measure
