#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Samples that are no numbers. Not a Detector: those only ever see finite samples.
class InvalidSamples {
 public:
  explicit InvalidSamples(StreamFormat);

  /// Makes 0 of those among the samples of one channel, the first at frame `first_frame`.
  void silence(int channel, double* samples, int count, std::int64_t first_frame);
  void finish(std::vector<Finding>&) const;

 private:
  struct Channel {
    std::int64_t count = 0, first_frame = 0, last_frame = 0;
  };
  StreamFormat format_;
  std::vector<Channel> channels_;
};

}  // namespace lacquer::measure
