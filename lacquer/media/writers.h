#pragma once

#include <filesystem>
#include <memory>

#include "lacquer/base/audio.h"
#include "lacquer/base/programme.h"

namespace lacquer::media {

enum class FileFormat {
  wav_16,
  wav_24,
  wav_float32,
  wav_float64,
  flac_24,
  mp3_320,
  aac_256,
  opus_160
};

/// Texts for one file's tags (ID3v2.4, Vorbis comment, MP4 atoms, RIFF INFO as the format has it).
struct Tags {
  std::string title, artist, album, album_artist, composer, genre, date, isrc, upc, label, comment;
  int track_number = 0, track_count = 0;
};

/// A file being written under a temporary name in the same folder; finish() flushes it, writes the
/// tags and renames it into place. Deterministic: no clock, no random serial numbers. WAV grows to
/// RF64 above 4 GiB. Samples beyond full scale are clipped in integer formats, never wrapped; the
/// caller dithers first. Lossy encoders are fed 24-bit-exact values and are sample-exact in length
/// where the format can say so.
/// Errors (unwritable_output): folder missing or read-only, disk full, the encoder failed; nothing
/// half-written is left. Error usage: sample rate the codec has not got (Opus wants 48 kHz).
Result<std::unique_ptr<AudioSink>> create_audio(const std::filesystem::path&, FileFormat,
                                                StreamFormat, const Tags& = {});

/// Copies everything. Errors: the source's or the sink's.
Result<std::int64_t> copy(AudioSource&, AudioSink&);

}  // namespace lacquer::media
