#include "lacquer/measure/faults/detectors.h"

namespace lacquer::measure {
namespace {

constexpr DetectorPointer (*detectors[])(StreamFormat) = {
    bit_padding_detector, clicks_detector,      clipping_detector,
    cut_ends_detector,    dc_detector,          gap_detector,
    repeats_detector,     silent_ends_detector, true_peak_over_detector,
};

}  // namespace

std::vector<DetectorPointer> all_detectors(StreamFormat format) {
  std::vector<DetectorPointer> all;
  for (const auto make : detectors)
    if (auto detector = make(format)) all.push_back(std::move(detector));
  return all;
}

}  // namespace lacquer::measure
