#include <algorithm>
#include <vector>

#include "lacquer/media/file_kind.h"

namespace lacquer::media {
namespace {
Error truncated(const ByteFile& file, const std::string& sentence) {
  return {ErrorKind::unusable_input, sentence, file.path().string(),
          "It was cut short: copy, download or export it again."};
}

Error promises_more(const ByteFile& file, std::uint64_t promised_end) {
  return truncated(file, "The file is truncated: its header promises " +
                             std::to_string(promised_end) + " bytes and there are " +
                             std::to_string(file.size()) + ".");
}

Result<void> require_end(const ByteFile& file, std::uint64_t promised_end) {
  if (promised_end <= file.size()) return {};
  return promises_more(file, promised_end);
}

/// Programs that write into a pipe cannot come back to fill in the length: ffmpeg leaves all bits
/// set, SoX its own number.
bool is_open_ended(std::uint64_t data_bytes) {
  return data_bytes == 0xffffffff || data_bytes == 0x7ffff000;
}

Result<void> require_complete_riff(const ByteFile& file, bool is_rf64) {
  std::uint64_t data_bytes_64 = 0;
  for (std::uint64_t at = 12;;) {
    const Header<8> chunk{file, at};
    if (!chunk.complete())
      return truncated(file, "The file ends before its audio begins: it has no data chunk.");
    std::uint64_t bytes = chunk.little(4, 4);
    if (chunk.has(0, "ds64")) data_bytes_64 = Header<24>{file, at}.little(16, 8);
    if (chunk.has(0, "data")) {
      if (is_rf64 && bytes == 0xffffffff)
        bytes = data_bytes_64;
      else if (is_open_ended(bytes))
        return {};
      if (bytes > UINT64_MAX - at - 8) bytes = UINT64_MAX - at - 8;
      return require_end(file, at + 8 + bytes);
    }
    at += 8 + bytes + bytes % 2;
  }
}

Result<void> require_complete_aiff(const ByteFile& file) {
  bool has_frames = true;
  for (std::uint64_t at = 12;;) {
    const Header<14> chunk{file, at};
    const std::uint64_t bytes = chunk.big(4, 4);
    if (chunk.has(0, "COMM")) has_frames = chunk.big(10, 4) != 0;
    if (chunk.has(0, "SSND")) return require_end(file, at + 8 + bytes);
    if (chunk.count < 8) {
      if (!has_frames) return {};  // an AIFF of no frames need not have the chunk
      return truncated(file, "The file ends before its audio begins: it has no sound chunk.");
    }
    at += 8 + bytes + bytes % 2;
  }
}

/// The last page must be whole and say that it is the last (RFC 3533 clause 6).
Result<void> require_complete_ogg(const ByteFile& file) {
  constexpr std::uint64_t largest_page_bytes = 27 + 255 + 255 * 255;
  const std::uint64_t start =
      file.size() > largest_page_bytes ? file.size() - largest_page_bytes : 0;
  std::vector<unsigned char> tail(static_cast<std::size_t>(file.size() - start));
  file.read(start, tail);
  constexpr std::array<unsigned char, 5> capture = {'O', 'g', 'g', 'S', 0};
  const auto page = std::find_end(tail.begin(), tail.end(), capture.begin(), capture.end());
  const auto left = static_cast<std::size_t>(tail.end() - page);
  std::size_t bytes = 27;
  if (left >= bytes) {
    const std::size_t segments = page[26];
    bytes += segments;
    for (std::size_t i = 0; i < segments && 27 + i < left; ++i)
      bytes += page[27 + static_cast<std::ptrdiff_t>(i)];
  }
  if (left < bytes) return truncated(file, "The file is truncated: it ends inside an Ogg page.");
  if ((page[5] & 4) == 0)
    return truncated(file, "The file is truncated: its last Ogg page is missing.");
  return {};
}

Result<void> require_complete_mp4(const ByteFile& file) {
  bool has_index = false;
  for (std::uint64_t at = 0; at < file.size();) {
    const Header<16> box{file, at};
    std::uint64_t bytes = box.big(0, 4);
    if (bytes == 1) bytes = box.big(8, 8);
    if (bytes == 0) bytes = file.size() - at;  // up to the end
    if (box.count < 8 || bytes < 8)
      return truncated(file, "The file is damaged: a box of " + std::to_string(bytes) +
                                 " bytes stands at byte " + std::to_string(at) + ".");
    has_index = has_index || box.has(4, "moov");
    if (bytes > file.size() - at)
      return promises_more(file, bytes > UINT64_MAX - at ? UINT64_MAX : at + bytes);
    at += bytes;
  }
  if (has_index) return {};
  return truncated(file, "The file is truncated: its index (moov) is missing.");
}

/// The Xing or Info header in the first frame: how many frames and bytes follow. 0: not said.
struct Mp3Counts {
  std::uint64_t frames = 0, bytes = 0;
};

Mp3Counts read_mp3_counts(const ByteFile& file, std::uint64_t first) {
  MpegFrame frame;
  if (!parse_mpeg_frame(Header<4>{file, first}, frame)) return {};
  const Header<16> tag{file, first + 4 + static_cast<std::uint64_t>(frame.side_information_bytes)};
  if (!tag.has(0, "Xing") && !tag.has(0, "Info")) return {};
  const bool says_frames = (tag.bytes[7] & 1) != 0, says_bytes = (tag.bytes[7] & 2) != 0;
  return {says_frames ? tag.big(8, 4) : 0, says_bytes ? tag.big(says_frames ? 12 : 8, 4) : 0};
}

/// Where the stream counts its bytes we hold it to that; otherwise its last frame must be whole.
Result<void> require_complete_mp3(const ByteFile& file) {
  const std::uint64_t first = skip_id3v2(file);
  if (const Mp3Counts counts = read_mp3_counts(file, first); counts.bytes != 0)
    return require_end(file, first + counts.bytes);
  std::uint64_t at = first;
  for (MpegFrame frame; parse_mpeg_frame(Header<4>{file, at}, frame);) at += frame.bytes;
  if (at <= file.size()) return {};
  return truncated(file, "The file is truncated: it ends inside an MP3 frame.");
}
}  // namespace

bool has_mp3_frame_count(const ByteFile& file) {
  return read_mp3_counts(file, skip_id3v2(file)).frames != 0;
}

Result<void> require_complete(const ByteFile& file, FileKind kind) {
  switch (kind) {
    case FileKind::wav:
      return require_complete_riff(file, false);
    case FileKind::rf64:
      return require_complete_riff(file, true);
    case FileKind::aiff:
      return require_complete_aiff(file);
    case FileKind::ogg:
      return require_complete_ogg(file);
    case FileKind::mp4:
      return require_complete_mp4(file);
    case FileKind::mp3:
      return require_complete_mp3(file);
    case FileKind::flac:
      return {};  // its reader asks for the last frame
  }
  return {};
}

}  // namespace lacquer::media
