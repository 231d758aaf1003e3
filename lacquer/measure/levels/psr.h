#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Peak to short-term loudness of the three whole seconds that end with each second (Tech 3341's
/// short-term window): the largest true peak of any channel in them, minus their loudness.
///
/// What is loud enough to count is known at the end. Until then those windows are kept that no
/// other one outdoes: none is as loud or louder and has as small a PSR. They are a handful, and
/// never more than most_windows.
class PsrMeter {
 public:
  /// Short-term loudness at the end of the next whole second; empty for silence or a window that is
  /// not full.
  void add_loudness(Maybe short_term_lufs);
  /// True if that of the second whose peak comes next is known.
  bool has_loudness() const noexcept { return peak_count_ < loudness_count_; }
  /// True peak of the next second, not before its loudness and not more than a second after. The
  /// PSR of the window that ends with it; empty where that is silent, not full or has no end.
  Maybe add_peak(Maybe true_peak_dbtp);

  /// Of the windows as loud as the gate of the integrated loudness at least.
  Maybe smallest_lu(Maybe gate_lufs) const;

  static constexpr std::size_t most_windows = 1024;

 private:
  static constexpr std::int64_t window_s = 3;

  struct Window {
    double short_term_lufs, psr_lu;
  };
  void keep(const Window&);

  std::array<Maybe, window_s> loudness_lufs_, peaks_dbtp_;  // rings, by second
  std::int64_t loudness_count_ = 0, peak_count_ = 0;
  std::vector<Window> windows_;  // the loudest first; each has a smaller PSR than those before
};

}  // namespace lacquer::measure
