#include "lacquer/measure/faults/detectors.h"

namespace lacquer::measure {
namespace {

constexpr DetectorPointer (*detectors[])(StreamFormat) = {
    // clang-format off: one a line
    already_limited_detector,
    channel_delay_detector,
    channel_imbalance_detector,
    clipping_detector,
    dc_detector,
    duplicate_channel_detector,
    missing_channel_detector,
    phase_detector,
    silent_ends_detector,
    true_peak_over_detector,
    upsampled_detector,
    // clang-format on
};

}  // namespace

std::vector<DetectorPointer> all_detectors(StreamFormat format) {
  std::vector<DetectorPointer> all;
  for (const auto make : detectors)
    if (auto detector = make(format)) all.push_back(std::move(detector));
  return all;
}

}  // namespace lacquer::measure
