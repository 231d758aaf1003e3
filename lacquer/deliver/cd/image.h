#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/deliver/cd/cue_reader.h"

namespace lacquer::deliver {

/// One file of a disc, as its cue sheet names it.
struct ImageFile {
  std::filesystem::path path;
  std::string type;  ///< "BINARY", "MOTOROLA", "WAVE"
  StreamFormat format{44100.0, 2};
  int bit_depth = 16;
  std::uintmax_t bytes = 0;
  std::int64_t frame_count = 0;
  std::int64_t first_sector = 0;  ///< on the disc
};

struct ImageTrack {
  std::int64_t begin = 0;    ///< first sector: INDEX 00, or 01 where there is no pause
  std::int64_t index01 = 0;  ///< sectors from the start of the image
  std::int64_t end = 0;      ///< where the next track begins, or the lead-out
};

/// A disc as found: sheet, files and where the tracks lie. Knows nothing of how we write one.
struct CdImage {
  std::filesystem::path cue;
  CueSheet sheet;
  std::vector<ImageFile> files;
  std::vector<ImageTrack> tracks;  ///< as many as sheet.tracks
  std::int64_t frame_count = 0;
  std::int64_t lead_out = 0;
};

/// The cue sheet, or the only one in a folder. Errors (unusable_input): none or several there, no
/// FILE, no usable TRACK, an image file missing or of a type we cannot read.
Result<CdImage> open_cd_image(const std::filesystem::path& cue_or_folder);

/// The disc's audio from its first sample, mono widened to stereo.
/// Error (unusable_input): a file that is not 44.1 kHz.
Result<SourcePointer> read_cd_image(const CdImage&);

/// 16-bit stereo without a header.
Result<SourcePointer> read_raw_audio(const std::filesystem::path&, bool big_endian);

/// The same, little-endian, written under a temporary name.
Result<std::unique_ptr<AudioSink>> create_raw_audio(const std::filesystem::path&);

}  // namespace lacquer::deliver
