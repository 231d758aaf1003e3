#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::measure {

/// Powers of many blocks, summed in narrow classes of level, so that means and percentiles above a
/// gate that is known only at the end take memory that does not grow.
///
/// A class counts whole or not at all, by its mean: a gate is right within one class, a mean
/// without a gate exactly. Powers below the lowest class are counted and otherwise forgotten; those
/// above the highest belong to it.
class LevelHistogram {
 public:
  struct Class {
    std::uint32_t count = 0;
    double sum = 0.0;
    double mean() const noexcept { return sum / count; }
  };

  /// Levels are 10 lg of the powers; a whole number of classes a decibel.
  LevelHistogram(double lowest_db, double highest_db, int classes_per_db);

  void add(double power);

  /// All that were added.
  std::int64_t count() const noexcept { return count_; }
  /// Of those at or above a power; 0 if there are none.
  double mean_from(double power) const noexcept;
  /// The power that a share (0 .. 1) of those at or above a power do not exceed: the mean of the
  /// class it lies in; 0 if there are none.
  double percentile_from(double power, double share) const noexcept;

  /// From the lowest level on; class i begins at lowest_db + i / classes_per_db.
  const std::vector<Class>& classes() const noexcept { return classes_; }

 private:
  double lowest_db_;
  int classes_per_db_;
  std::int64_t count_ = 0;
  std::vector<Class> classes_;
};

}  // namespace lacquer::measure
