#pragma once

#include <string>
#include <vector>

#include "lacquer/measure/measurement.h"
#include "testkit/signal.h"

/// What the tests of the stereo detectors share: a mix made from a seed, and faults that are made
/// by arithmetic of their own.
namespace lacquer::measure {

/// A bass line and a beat in the centre, other notes and noise to either side, `width` from 0
/// (mono) to 1 (the sides as loud as the centre). Stereo, peaks near 0.5.
testkit::Signal stereo_mix(std::uint32_t seed, double duration_s, double width = 0.5,
                           double sample_rate_hz = 44100.0);

/// One channel later by any part of a frame, by a windowed sinc.
void delay_channel(testkit::Signal&, int channel, double frames);
void scale_channel(testkit::Signal&, int channel, double gain);
/// What a file of `bits` holds, with triangular dither of its own in each channel.
void store(testkit::Signal&, int bits, std::uint32_t seed);

/// Everything the meter finds of that kind; `split` frames at a time.
std::vector<Finding> findings_of(const std::string& kind, testkit::Signal, int split = 4096);

}  // namespace lacquer::measure
