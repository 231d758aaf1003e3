#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// The DR14 number of one channel: how far its second-highest peak stands above the loudest fifth
/// of its 3 s blocks, RMS sine-referenced. Not an official standard.
///
/// Memory does not grow: of more than most_entries blocks (102 minutes), each two of like power
/// count as one, by their mean.
///
/// Source: the algorithm of the open dr14_t.meter, with its block of 3 x 44160 frames at 44.1 kHz.
class DynamicRangeMeter {
 public:
  explicit DynamicRangeMeter(double sample_rate_hz);

  void add(const double* samples, int frame_count, const StepStatistics& of_all);
  /// Unrounded, dB; 0 for silence. Counts a last block that is not full; call once.
  double finish();

 private:
  static constexpr std::size_t most_entries = 2048;

  struct Entry {
    double power;  // mean of the blocks it stands for
    std::int64_t blocks;
  };

  void end_block();
  void sort();

  int block_frames_;
  int filled_ = 0;
  double squares_ = 0.0;
  double peak_ = 0.0;
  std::int64_t block_count_ = 0;
  std::vector<Entry> entries_;
  double highest_ = 0.0, second_highest_ = 0.0;  // peaks of blocks
};

}  // namespace lacquer::measure
