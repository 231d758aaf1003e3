#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/measure/faults/worst.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

struct Gap {
  enum class Kind {
    zeros,    ///< exact zeros
    held,     ///< one value held, then a jump
    dropout,  ///< below -50 dBFS, not exactly nothing
  };
  Kind kind = Kind::zeros;
  std::int64_t first_frame = 0;
  std::int64_t end_frame = 0;  ///< one past the last
  double around_dbfs = 0.0;    ///< the quieter of the 40 ms before and after
};

/// Finds where one channel stops dead and goes on as if nothing had been.
///
/// What tells a gap from a rest in the music is that the sound is still there a moment before and
/// at once after: a rest has a decay before it. Three exact zeros are enough where the waveform
/// moves so fast that it cannot stand still; where it is slow and coarse, more are asked for.
class GapMeter {
 public:
  explicit GapMeter(double sample_rate_hz);

  /// Frames that can be read Detector::look_back_frames() back; `stands_still`: as in
  /// StepStatistics.
  void add(const double* samples, int frame_count, bool stands_still);
  /// In order of their ends.
  const Worst<Gap>& gaps() const noexcept { return gaps_; }

 private:
  /// One edge of a gap, seen from the sound beside it.
  struct Edge {
    double near_power = 0.0;  // 2 ms
    double far_power = 0.0;   // 40 ms
    double slope = 0.0;       // mean step from sample to sample, 32 samples
    double value = 0.0;       // the sample next to the gap
  };
  struct Run {
    std::int64_t first_frame = 0;
    std::int64_t end_frame = 0;
    double value = 0.0;
    Edge before;
  };

  void follow_runs(const double* samples, int frame_count);
  void look_before_run();
  void end_run(std::int64_t end_frame);
  static bool is_natural(std::int64_t frames, double slope);
  double slope(std::int64_t place, int direction) const;
  Edge edge(std::int64_t place, int direction) const;
  void judge(const Run&);
  double power_of(std::int64_t block) const;
  bool is_quiet(std::int64_t block) const;
  void hear_block();

  int near_frames_, far_frames_, shortest_held_frames_;
  std::int64_t longest_frames_;
  LookBack recent_;
  double last_ = 1.0, last_but_one_ = 0.0;  // the two samples before what is added
  Run run_;
  bool in_run_ = false;        // of three samples and more
  bool knows_before_ = false;  // whether run_.before has been looked at
  std::vector<Run> waiting_;   // for the sound after them
  Worst<Gap> gaps_{
      [](const Gap& gap) { return static_cast<double>(gap.end_frame - gap.first_frame); }, 400};

  int block_frames_;               // 1 ms
  int few_frames_;                 // from one sample to the next that is looked at first
  std::int64_t block_ = 0;         // the next that is heard
  std::int64_t quiet_since_ = -1;  // block
  double before_power_ = 0.0, last_power_ = 0.0;  // of 40 ms and the last 3 ms before it
  double residue_ = 0.0, held_back_ = 0.0;        // the loudest block in it
  bool fell_ = false;
  std::int64_t quiet_until_ = -1;  // block; the sound after it is being heard
};

}  // namespace lacquer::measure
