#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::media {

/// Texts for one file's tags (ID3v2.4, Vorbis comment, MP4 atoms, RIFF INFO as the format has it),
/// UTF-8. Mapping: shared/reference/delivery-standards.md 4.5. RIFF INFO has no fields for
/// album artist, ISRC, UPC, label and the number of tracks.
struct Tags {
  std::string title, artist, album, album_artist, composer, genre, date, isrc, upc, label, comment;
  int track_number = 0, track_count = 0;
  friend bool operator==(const Tags&, const Tags&) = default;
};

/// What a file says about itself, in any format open_audio reads; a field it has not got is empty.
/// Error (unusable_input): missing, a folder, not audio.
Result<Tags> read_tags(const std::filesystem::path&);

/// "TITLE", "TRACKNUMBER" ... as Vorbis comments name them; fields not given are left out.
std::vector<std::pair<std::string, std::string>> vorbis_comments(const Tags&);
/// An ID3v2.4 tag, to stand before MP3 frames.
std::string id3v2_bytes(const Tags&);
/// Writes into a finished file. Error (unwritable_output).
Result<void> tag_flac(const std::filesystem::path&, const Tags&);
Result<void> tag_mp4(const std::filesystem::path&, const Tags&);

}  // namespace lacquer::media
