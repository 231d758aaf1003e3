#pragma once

#include <memory>
#include <vector>

#include "lacquer/measure/faults/detector.h"

/// Every fault that is looked for, by the `kind` its findings carry. A detector that has nothing to
/// say about a stream of this format (two channels compared, where there is one) is null.
namespace lacquer::measure {

using DetectorPointer = std::unique_ptr<Detector>;

DetectorPointer bit_padding_detector(StreamFormat);     // bit_padding
DetectorPointer clicks_detector(StreamFormat);          // click, discontinuity
DetectorPointer clipping_detector(StreamFormat);        // clipping
DetectorPointer cut_ends_detector(StreamFormat);        // cut_start, cut_end, truncated_fade
DetectorPointer dc_detector(StreamFormat);              // dc
DetectorPointer gap_detector(StreamFormat);             // digital_gap, dropout
DetectorPointer repeats_detector(StreamFormat);         // stutter
DetectorPointer silent_ends_detector(StreamFormat);     // silence_head, silence_tail
DetectorPointer true_peak_over_detector(StreamFormat);  // true_peak_over

/// One of each that applies.
std::vector<DetectorPointer> all_detectors(StreamFormat);

}  // namespace lacquer::measure
