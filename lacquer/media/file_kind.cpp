#include "lacquer/media/file_kind.h"

#include <array>

namespace lacquer::media {
namespace {
struct Stranger {
  std::size_t at;
  std::string_view magic;
  std::string_view name;
};

/// Formats people do hand in and we do not read: they deserve better than "unknown".
constexpr std::array strangers = {
    Stranger{0, "BW64", "a BW64 file"},
    Stranger{0, "riff\x2e\x91", "a Wave64 file"},
    Stranger{0, "caff", "a Core Audio file"},
    Stranger{0, "wvpk", "a WavPack file"},
    Stranger{0, "MAC ", "a Monkey's Audio file"},
    Stranger{0, "DSD ", "a DSD file"},
    Stranger{0, "FRM8", "a DSD file"},
    Stranger{0, ".snd", "a Sun audio file"},
    Stranger{0, "MThd", "a MIDI file, notes without sound"},
    Stranger{0, "\x1a\x45\xdf\xa3", "a Matroska or WebM file"},
    Stranger{0, "\x30\x26\xb2\x75", "a Windows Media file"},
    Stranger{8, "AVI ", "a video (AVI)"},
    Stranger{0, "PK\x03\x04", "a ZIP archive"},
    Stranger{0, "%PDF", "a PDF document"},
    Stranger{0, "\x89PNG", "a picture (PNG)"},
    Stranger{0, "\xff\xd8\xff", "a picture (JPEG)"},
};

Error not_audio(const ByteFile& file, std::string_view what) {
  const std::string sentence =
      what.empty() ? "This is not an audio file of a kind Lacquer reads."
                   : "This is " + std::string{what} + ", which Lacquer does not read.";
  return {ErrorKind::unusable_input, sentence, file.path().string(),
          "Export the mix as WAV, AIFF or FLAC."};
}

bool starts_with_mp3(const ByteFile& file, std::uint64_t at) {
  MpegFrame first, second;
  if (!parse_mpeg_frame(Header<4>{file, at}, first)) return false;
  const Header<4> next{file, at + first.bytes};
  // The first eleven bits set by chance are common; two headers a frame apart are not.
  return next.count == 0 || parse_mpeg_frame(next, second);
}
}  // namespace

bool parse_mpeg_frame(const Header<4>& header, MpegFrame& frame) {
  constexpr std::array<int, 16> kbps_mpeg_1 = {0,   32,  40,  48,  56,  64,  80,  96,
                                               112, 128, 160, 192, 224, 256, 320, 0};
  constexpr std::array<int, 16> kbps_mpeg_2 = {0,  8,  16, 24,  32,  40,  48,  56,
                                               64, 80, 96, 112, 128, 144, 160, 0};
  constexpr std::array<int, 4> hz_mpeg_1 = {44100, 48000, 32000, 0};
  const auto bits = static_cast<std::uint32_t>(header.big(0, 4));
  const auto field = [bits](int shift, std::uint32_t mask) { return bits >> shift & mask; };
  const std::uint32_t version = field(19, 3);  // 3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5
  if (!header.complete() || field(21, 0x7ff) != 0x7ff || version == 1 || field(17, 3) != 1)
    return false;
  const bool mpeg_1 = version == 3;
  const int kbps = (mpeg_1 ? kbps_mpeg_1 : kbps_mpeg_2)[field(12, 15)];
  const int rate_hz = hz_mpeg_1[field(10, 3)] >> (mpeg_1 ? 0 : version == 2 ? 1 : 2);
  if (kbps == 0 || rate_hz == 0) return false;
  const bool mono = field(6, 3) == 3;
  frame.bytes =
      static_cast<std::uint64_t>((mpeg_1 ? 144 : 72) * kbps * 1000 / rate_hz) + field(9, 1);
  frame.side_information_bytes = mpeg_1 ? (mono ? 17 : 32) : (mono ? 9 : 17);
  return true;
}

std::uint64_t skip_id3v2(const ByteFile& file) {
  std::uint64_t at = 0;
  for (;;) {
    const Header<10> tag{file, at};
    if (!tag.complete() || !tag.has(0, "ID3")) return at;
    std::uint64_t size = 0;  // four times seven bits (ID3v2.4 clause 6.2)
    for (std::size_t i = 6; i < 10; ++i) size = size << 7 | (tag.bytes[i] & 0x7f);
    at += 10 + size + ((tag.bytes[5] & 0x10) != 0 ? 10 : 0);
  }
}

Result<FileKind> detect_kind(const ByteFile& file) {
  if (file.size() == 0)
    return Error{ErrorKind::unusable_input, "The file is empty (0 bytes).", file.path().string(),
                 "Export or copy it again."};
  const Header<12> start{file, 0};
  if (start.has(0, "RIFF") && start.has(8, "WAVE")) return FileKind::wav;
  if (start.has(0, "RF64") && start.has(8, "WAVE")) return FileKind::rf64;
  if (start.has(0, "FORM") && (start.has(8, "AIFF") || start.has(8, "AIFC"))) return FileKind::aiff;
  if (start.has(0, "OggS")) return FileKind::ogg;
  if (start.has(4, "ftyp")) return FileKind::mp4;
  for (const auto& stranger : strangers)
    if (start.has(stranger.at, stranger.magic)) return not_audio(file, stranger.name);
  const std::uint64_t audio = skip_id3v2(file);
  if (Header<4>{file, audio}.has(0, "fLaC")) return FileKind::flac;
  if (starts_with_mp3(file, audio)) return FileKind::mp3;
  return not_audio(file, {});
}

}  // namespace lacquer::media
