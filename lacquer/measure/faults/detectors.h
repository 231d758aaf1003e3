#pragma once

#include <memory>
#include <vector>

#include "lacquer/measure/faults/detector.h"

/// Every fault that is looked for, by the `kind` its findings carry. A detector that has nothing to
/// say about a stream of this format (two channels compared, where there is one) is null.
namespace lacquer::measure {

using DetectorPointer = std::unique_ptr<Detector>;

DetectorPointer already_limited_detector(StreamFormat);    // already_limited, already_mastered
DetectorPointer bit_padding_detector(StreamFormat);        // bit_padding
DetectorPointer channel_delay_detector(StreamFormat);      // channel_delay
DetectorPointer channel_imbalance_detector(StreamFormat);  // channel_imbalance
DetectorPointer clicks_detector(StreamFormat);             // click, discontinuity
DetectorPointer clipping_detector(StreamFormat);           // clipping
DetectorPointer cut_ends_detector(StreamFormat);           // cut_start, cut_end, truncated_fade
DetectorPointer dc_detector(StreamFormat);                 // dc
DetectorPointer duplicate_channel_detector(StreamFormat);  // duplicate_channel, false_stereo
DetectorPointer gap_detector(StreamFormat);                // digital_gap, dropout
DetectorPointer hum_detector(StreamFormat);                // hum
DetectorPointer level_jump_detector(StreamFormat);         // level_jump
DetectorPointer lossy_source_detector(StreamFormat);       // lossy_source
DetectorPointer missing_channel_detector(StreamFormat);    // missing_channel
DetectorPointer noise_floor_detector(StreamFormat);        // noise_floor
DetectorPointer phase_detector(StreamFormat);              // polarity, mono_incompatible
DetectorPointer repeats_detector(StreamFormat);            // stutter
DetectorPointer resonance_detector(StreamFormat);          // resonance
DetectorPointer rumble_detector(StreamFormat);             // rumble
DetectorPointer sibilance_detector(StreamFormat);          // sibilance
DetectorPointer silent_ends_detector(StreamFormat);        // silence_head, silence_tail
DetectorPointer soft_clipping_detector(StreamFormat);      // soft_clipping
DetectorPointer true_peak_over_detector(StreamFormat);     // true_peak_over
DetectorPointer upsampled_detector(StreamFormat);          // upsampled

/// One of each that applies.
std::vector<DetectorPointer> all_detectors(StreamFormat);

}  // namespace lacquer::measure
