#pragma once

#include <vector>

namespace lacquer::measure {

/// Halves the rate of one channel. Good enough to look at, not to listen to: what folds back is
/// 60 dB down below 0.3 of the new rate, the passband is flat within 0.1 dB up to there.
class HalfRate {
 public:
  /// Appends to `out` one sample for every second one that came in, block splits regardless.
  void add(const double* samples, int count, std::vector<double>& out);

  static constexpr int taps = 8;  ///< a side, none of them zero

 private:
  std::vector<double> even_, odd_;  // what is still within reach
  bool next_is_odd_ = false;
};

}  // namespace lacquer::measure
