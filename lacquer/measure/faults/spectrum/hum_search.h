#pragma once

#include <array>
#include <cstddef>
#include <vector>

#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// What some seconds hold on the multiples of a mains frequency. Powers are summed over the
/// channels; index 0 is the mains frequency itself.
struct MainsTones {
  static constexpr std::size_t harmonics = 13;

  double mains_hz = 0.0;      ///< 50 or 60
  double frequency_hz = 0.0;  ///< what it is here, to some 0.02 Hz; 0 if there is no hum
  double weight_db = 0.0;     ///< sum over the harmonics found of what they stand out by
  std::array<float, harmonics> power = {};    ///< of those found, else 0
  std::array<float, harmonics> at_most = {};  ///< a steady tone there, found or not, is below

  bool found() const noexcept { return frequency_hz > 0.0; }
};

/// Spectra of some windows in a row, searched for mains hum.
///
/// Hum is there all the time and does not move, so it stands in the lower quartile over time of
/// its bins, where notes, which end, do not. Mains frequency drifts, and its harmonics with it that
/// many times as fast: the quartile is taken along lines of a few slopes, one frequency and
/// slope for all harmonics, which is also what tells hum from notes that happen to lie there.
class HumSearch {
 public:
  HumSearch(int bins, double bin_hz, double hop_s);

  static constexpr int windows = 12;

  /// The next window; only the last `windows` count.
  void add(const float* power);
  int count() const noexcept { return count_; }
  /// What the last windows hold; there must be four at least.
  MainsTones search(double mains_hz);

 private:
  struct Surroundings;
  struct Lines;

  Surroundings surroundings(double hz);
  int first_around(double hz) const;
  int last_around(double hz) const;
  void draw(double hz, double times, Lines&) const;
  bool may_stand_out(double hz, float highest) const;
  float along(double hz, double slope_hz_per_s) const;
  bool wavers(double hz, double slope_hz_per_s, float most) const;
  void find_floor();

  int bins_;
  double bin_hz_, hop_s_;
  std::vector<float> power_;  // windows x bins, a ring
  int next_ = 0, count_ = 0;
  bool floor_known_ = false;
  std::vector<float> floor_;  // lower quartile over the windows, by bin
  std::vector<float> scratch_;
};

}  // namespace lacquer::measure
