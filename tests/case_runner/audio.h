#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::cases {

/// `make FILE GENERATOR ...`: words from GENERATOR on. WAV, RF64, AIFF, FLAC and Ogg are written
/// by libsndfile, MP3, M4A and Opus by the ffmpeg program, so that no reader is tested only against
/// our own writers. Errors (usage): words that make no sense; unwritable_output.
Result<void> make_audio(const std::filesystem::path&, const std::vector<std::string>& words);

}  // namespace lacquer::cases
