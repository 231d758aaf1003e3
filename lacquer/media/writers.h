#pragma once

#include <filesystem>
#include <memory>

#include "lacquer/base/audio.h"
#include "lacquer/media/tags.h"

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

/// A file being written under a temporary name in the same folder; finish() flushes it, writes the
/// tags and renames it into place. Deterministic: no clock, no random serial numbers. WAV has a
/// plain header (no EXTENSIBLE), nothing after the audio, and grows to RF64 above 4 GiB. Samples
/// beyond full scale are clipped in integer formats, never wrapped; the caller dithers first. Lossy
/// encoders are fed 24-bit-exact values and are sample-exact in length.
/// Errors (unwritable_output): folder missing or read-only, disk full, the encoder failed; nothing
/// half-written is left. Error usage: a sample rate the codec has not got (MP3: 32, 44.1, 48 kHz;
/// AAC: also 64, 88.2, 96; Opus: 48).
Result<std::unique_ptr<AudioSink>> create_audio(const std::filesystem::path&, FileFormat,
                                                StreamFormat, const Tags& = {});

/// Copies everything; the frames copied. Errors: the source's or the sink's.
Result<std::int64_t> copy(AudioSource&, AudioSink&);

}  // namespace lacquer::media
