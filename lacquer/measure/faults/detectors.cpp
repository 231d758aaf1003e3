#include "lacquer/measure/faults/detectors.h"

namespace lacquer::measure {
namespace {

constexpr DetectorPointer (*detectors[])(StreamFormat) = {
    // clang-format off: one a line,
    // clang-format on,
    already_limited_detector,
    bit_padding_detector,
    channel_delay_detector,
    channel_imbalance_detector,
    clicks_detector,
    clipping_detector,
    cut_ends_detector,
    dc_detector,
    duplicate_channel_detector,
    gap_detector,
    hum_detector,
    level_jump_detector,
    lossy_source_detector,
    missing_channel_detector,
    noise_floor_detector,
    phase_detector,
    repeats_detector,
    resonance_detector,
    rumble_detector,
    sibilance_detector,
    silent_ends_detector,
    soft_clipping_detector,
    true_peak_over_detector,
    upsampled_detector,
};

}  // namespace

std::vector<DetectorPointer> all_detectors(StreamFormat format) {
  std::vector<DetectorPointer> all;
  for (const auto make : detectors)
    if (auto detector = make(format)) all.push_back(std::move(detector));
  return all;
}

}  // namespace lacquer::measure
