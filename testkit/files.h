#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "testkit/signal.h"

/// Signals that come from files, for tests of rooms that may not see media themselves.
namespace lacquer::testkit {

/// All of an audio file; fails the test if it cannot be read.
Signal read(const std::filesystem::path&);

/// What a listener gets who encodes the signal with one of ffmpeg's encoders and writes the decoded
/// sound to a 16-bit WAV; `after` are further options for ffmpeg, applied to the decoded sound.
Signal coded(const Signal&, const std::string& encoder, const std::string& extension, int kbps,
             const std::vector<std::string>& after = {});

}  // namespace lacquer::testkit
