#pragma once

#include <string>
#include <vector>

#include "lacquer/deliver/delivery.h"
#include "lacquer/media/audio_file.h"
#include "lacquer/media/writers.h"

namespace lacquer::deliver {

/// One of the formats every track is delivered in.
struct DigitalFormat {
  media::FileFormat format;
  std::string folder;  ///< also the file's extension, but for AAC
  std::string extension;
  std::string name;              ///< "MP3"
  std::string container, codec;  ///< as media::FileInfo calls them
  bool lossless = true;
  double rate_hz(double master_hz) const;  ///< of the file
};
const std::vector<DigitalFormat>& digital_formats();

/// A file written and certified.
struct EncodedFile {
  media::FileInfo info;
  measure::Measurement measured;       ///< of the decoded audio
  std::optional<double> ceiling_dbtp;  ///< the limiter's, in the pass that stands
  int passes = 1;
  bool dithered = false;
  std::int64_t clipped_samples = 0;  ///< over full scale when rounded to 24 bits; lossless only
  std::int64_t expected_frames = 0;
};

/// Writes the master to `path`, reads it back, and as long as its true peak is above what is
/// allowed (the decided ceiling for lossless files, 0 dBTP for decoded lossy ones) lowers the
/// ceiling by ceiling_step_db and writes it again, ten passes at most. The last one stands; the
/// checks tell whether it holds. With no ceiling decided nothing limits a lossless file, and
/// samples over full scale are clipped and counted.
Result<EncodedFile> encode(const TrackInput&, const DigitalFormat&,
                           const std::filesystem::path& path, const media::Tags&,
                           double decoded_peak_max_dbtp, const Progress&,
                           const std::string& of_how_many);

}  // namespace lacquer::deliver
