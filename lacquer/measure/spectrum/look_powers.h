#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/spectrum/pair_transform.h"
#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// Looks under a Hann window, from transforms without one: the window makes each bin half of itself
/// less a quarter of either neighbour.
class LookPowers {
 public:
  LookPowers(StreamFormat, int size);

  /// The channels `channel` and, if there is one, `channel` + 1 of a look.
  void set(int channel, const PairTransform&);
  /// What has been set, all channels of it. Valid until the next set(). Looks begin `hop` frames
  /// apart.
  SpectrumFrame look(std::int64_t first_frame, int hop) const;

  /// In place of the channel that the last of an odd number lacks.
  const float* silence() const noexcept { return silence_.data(); }

 private:
  StreamFormat format_;
  int size_;
  std::vector<dsp::AlignedVector<float>> power_;
  std::vector<const float*> rows_;  // of power_
  dsp::AlignedVector<float> mid_, side_, spare_, silence_;
};

}  // namespace lacquer::measure
