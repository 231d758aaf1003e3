#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/levels/levels.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// What left and right have in common as time goes by, from sums over steps of 10 ms: correlation
/// and width of each second, and the 400 ms that agree least.
///
/// Soft passages decorrelate by their noise, so the worst counts only where there is music; what
/// is loud enough is known at the end, and until then the worst of every level is kept.
class CorrelationMeter {
 public:
  /// Each second is kept only where somebody wants the series.
  explicit CorrelationMeter(bool want_series);

  void add(const LevelMeter::Sums&, int frame_count);

  /// Takes in a last second that is not full. Call once.
  void finish(double sample_rate_hz, Stereo&, Series&);

 private:
  static constexpr int window_steps = 40;  // 400 ms
  static constexpr int second_steps = 100;
  static constexpr int lowest_level_dbfs = -120, level_count = 160;  // classes of 1 dB

  struct Worst {
    double correlation = 2.0;  // nothing yet
    std::int64_t first_frame = 0;
  };
  void note_window();
  void end_second();

  bool want_series_;
  struct Step {
    LevelMeter::Sums sums;
    int frame_count = 0;
  };
  std::array<Step, window_steps> steps_{};  // a ring
  std::int64_t step_count_ = 0;
  std::int64_t frame_count_ = 0;
  LevelMeter::Sums programme_, second_;
  std::vector<Worst> worst_by_level_;
  std::vector<Maybe> correlations_, widths_;  // by second
};

}  // namespace lacquer::measure
