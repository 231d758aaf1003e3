#include "lacquer/chain/loudness_curve.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lacquer::chain {
namespace {

constexpr double widest_gain_db = 120.0;
constexpr double gain_resolution_db = 1e-4;
// A limiter takes some of what a gain gives; loudness gates may give a little more.
constexpr double least_slope = 0.05, most_slope = 1.1, slope_with_limiter = 0.8;

}  // namespace

void LoudnessCurve::add(std::vector<Attempt> attempts) {
  attempts_.insert(attempts_.end(), attempts.begin(), attempts.end());
  std::sort(attempts_.begin(), attempts_.end(),
            [](const Attempt& a, const Attempt& b) { return a.gain_db < b.gain_db; });
}

double LoudnessCurve::lufs_at(double gain_db) const {
  assert(!empty());
  const Attempt& first = attempts_.front();
  if (attempts_.size() == 1)
    return *first.integrated_lufs +
           (gain_db - first.gain_db) * (first.limiter_dbtp ? slope_with_limiter : 1.0);
  std::size_t right = 1;
  while (right + 1 < attempts_.size() && attempts_[right].gain_db < gain_db) ++right;
  const Attempt &a = attempts_[right - 1], &b = attempts_[right];
  const double slope = (*b.integrated_lufs - *a.integrated_lufs) / (b.gain_db - a.gain_db);
  const Attempt& from = gain_db < a.gain_db ? a : b;
  const bool between = gain_db >= a.gain_db && gain_db <= b.gain_db;
  return *from.integrated_lufs +
         (gain_db - from.gain_db) * (between ? slope : std::clamp(slope, least_slope, most_slope));
}

double LoudnessCurve::gain_at(double lufs) const {
  double low = -widest_gain_db, high = widest_gain_db;
  while (high - low > gain_resolution_db) {
    const double middle = 0.5 * (low + high);
    (lufs_at(middle) < lufs ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

const Attempt& LoudnessCurve::nearest(double lufs) const {
  return *std::min_element(
      attempts_.begin(), attempts_.end(), [&](const Attempt& a, const Attempt& b) {
        return std::abs(*a.integrated_lufs - lufs) < std::abs(*b.integrated_lufs - lufs);
      });
}

std::optional<std::pair<Attempt, Attempt>> LoudnessCurve::enclosing(double lufs) const {
  for (std::size_t i = 1; i < attempts_.size(); ++i)
    if (*attempts_[i - 1].integrated_lufs <= lufs && *attempts_[i].integrated_lufs > lufs)
      return std::pair{attempts_[i - 1], attempts_[i]};
  return {};
}

}  // namespace lacquer::chain
