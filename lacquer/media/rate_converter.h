#pragma once

#include "lacquer/base/audio.h"

namespace lacquer::media {

/// The source at another sample rate: libsoxr VHQ in double precision, linear phase, latency
/// removed, round(frames * to / from) frames exactly. The same rate hands the source through.
Result<SourcePointer> convert_rate(SourcePointer, double sample_rate_hz);

}  // namespace lacquer::media
