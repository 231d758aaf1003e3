#pragma once

#include <filesystem>
#include <string>

#include "lacquer/base/audio.h"

namespace lacquer::media {

/// What a file says about itself; `bit_depth` is 0 where the codec has none (MP3, AAC, Opus).
struct FileInfo {
  StreamFormat format;
  std::int64_t frame_count = 0;
  std::string container;  ///< "WAV", "RF64", "AIFF", "FLAC", "MP3", "Ogg", "MP4"
  std::string codec;      ///< "PCM", "float", "FLAC", "MP3", "Vorbis", "Opus", "AAC", "ALAC"
  int bit_depth = 0;
  double duration_s() const { return static_cast<double>(frame_count) / format.sample_rate_hz; }
};

struct OpenedFile {
  FileInfo info;
  SourcePointer source;
};

/// What read() does with samples that are NaN or infinite.
enum class NonFinite {
  refuse,  ///< an Error that names the time of the first: such a mix must not be mastered
  keep,    ///< hands them through, so that a measurement can report them as a finding
};

class FileHash;

struct OpenOptions {
  NonFinite non_finite = NonFinite::refuse;
  bool may_run_programs = true;  ///< false: M4A, which the ffmpeg program decodes, is an Error
  int most_channels = 2;         ///< 6: 5.0 and 5.1 as well, where the file says (or no file of its
                                 ///< kind could say otherwise) that these are its channels
  FileHash* hash = nullptr;      ///< is told of every byte that is decoded; outlives the source
};

/// Opens WAV (8 to 64 bit, float, RF64, EXTENSIBLE), AIFF, FLAC, MP3, Ogg Vorbis, Opus and M4A,
/// mono or stereo (see most_channels), 8 to 192 kHz; the content decides, not the name. Integers
/// arrive exactly (sample / 2^(bits - 1)), floats as stored, lossy files without clipping; encoder
/// delay and padding are removed where the file declares them. Surround arrives as L R C Ls Rs or L
/// R C LFE Ls Rs, whatever its order in the file. Errors (unusable_input), each with place and
/// remedy: missing, a folder, empty, unknown or damaged format, no frames, more than two channels,
/// sample rate out of range, truncated (the header promises more frames than there are). read()
/// reports damage met later and samples that are NaN or infinite, with their time.
Result<OpenedFile> open_audio(const std::filesystem::path&, const OpenOptions& = {});

/// The same audio again and again, for passes over it.
OpenSource opener(const std::filesystem::path&, const OpenOptions& = {});

}  // namespace lacquer::media
