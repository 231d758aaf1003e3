#pragma once

#include <memory>

#include "lacquer/media/audio_file.h"
#include "lacquer/media/file_kind.h"

namespace lacquer::media {

/// One library's way to decode; audio_file.cpp puts around it what is common to all.
class Reader {
 public:
  virtual ~Reader() = default;
  virtual const FileInfo& info() const = 0;
  /// False if the samples are integers.
  virtual bool may_be_non_finite() const { return true; }
  /// Fills the block from its start, at most block_frames of it: fewer than asked only at the end.
  virtual Result<int> read(AudioBlock) = 0;
};

using ReaderPointer = std::unique_ptr<Reader>;

/// `hash`, where it is not null, sees the bytes and outlives the reader.
Result<ReaderPointer> open_with_sndfile(const ByteFile&, FileKind, int most_channels,
                                        FileHash* hash);
/// M4A through the ffmpeg program.
Result<ReaderPointer> open_with_ffmpeg(const ByteFile&, int most_channels);

/// "02:03.456"
std::string clock_time(std::int64_t frame, double sample_rate_hz);
/// Error (unusable_input) for channels and sample rates we do not take.
Result<void> require_usable(const StreamFormat&, int most_channels, const std::filesystem::path&);
/// Error (unusable_input) for five or six channels that are not those of 5.0 or 5.1.
Error unknown_layout(int channel_count, const std::filesystem::path&);
/// "The file is damaged ..." at this frame.
Error damaged(const std::filesystem::path&, const FileInfo&, std::int64_t frame,
              const std::string& why);

}  // namespace lacquer::media
