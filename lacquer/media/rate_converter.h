#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::media {

/// The source at another sample rate: libsoxr VHQ in double precision, linear phase, latency
/// removed, round(frames * to / from) frames exactly. Flat within 0.01 dB to 0.96 of the lower
/// rate's half; nothing above that half folds back. The same rate hands the source through.
/// Error (usage): a rate outside 8 to 192 kHz. read() gives the source's errors.
Result<SourcePointer> convert_rate(SourcePointer, double sample_rate_hz);

}  // namespace lacquer::media
