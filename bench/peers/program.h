#pragma once

#include <string>

#include "testkit/signal.h"

namespace lacquer::bench {

/// The signal (stereo) through ffmpeg's filter graph or sox's effects, in doubles on both sides, so
/// much softer on the way (sox clips at full scale). `rate_hz` is that of what comes out.
/// Errors: not installed, or it fails.
Result<testkit::Signal> through_program(const std::string& program, const std::string& effect,
                                        const testkit::Signal&, double rate_hz,
                                        double attenuation_db = 0.0);

}  // namespace lacquer::bench
