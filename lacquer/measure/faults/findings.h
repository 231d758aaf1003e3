#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/measure/faults/clipping.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// What findings are drawn from, gathered by the Meter; one entry a channel.
struct Evidence {
  struct Channel {
    double mean = 0.0;
    std::int64_t invalid_count = 0;
    std::int64_t first_invalid_frame = 0;
    std::int64_t last_invalid_frame = 0;
    std::vector<ClippedPassage> clipped;
    std::vector<double> true_peak_of_seconds;
  };

  StreamFormat format;
  std::int64_t frame_count = 0;
  double head_silence_s = 0.0;
  double tail_silence_s = 0.0;
  std::vector<Channel> channels;
};

/// Findings in order of time. At most twenty passages of one kind and channel are listed one by
/// one, the worst; a last one then sums up all.
std::vector<Finding> findings(const Evidence&);

}  // namespace lacquer::measure
