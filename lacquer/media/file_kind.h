#pragma once

#include "lacquer/media/byte_file.h"

namespace lacquer::media {

enum class FileKind { wav, rf64, aiff, flac, mp3, ogg, mp4 };

/// By content, never by name. Error (unusable_input): nothing we read, named where it is known.
Result<FileKind> detect_kind(const ByteFile&);

/// Error (unusable_input) where the headers promise more bytes than the file has: an upload or a
/// copy that was cut. Decoders would end early and say nothing.
Result<void> require_complete(const ByteFile&, FileKind);

/// The header of one MPEG audio frame (ISO/IEC 11172-3 clause 2.4.2.3, 13818-3 for low rates).
struct MpegFrame {
  std::uint64_t bytes = 0;
  int side_information_bytes = 0;
};
/// False when the four bytes are no Layer III header, or one of a free bit rate.
bool parse_mpeg_frame(const Header<4>&, MpegFrame&);

/// Whether a Xing or Info header counts the frames.
bool has_mp3_frame_count(const ByteFile&);

/// Where the audio begins after ID3v2 tags, of which there may be several.
std::uint64_t skip_id3v2(const ByteFile&);

}  // namespace lacquer::media
