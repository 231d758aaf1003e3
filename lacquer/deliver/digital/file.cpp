#include "lacquer/deliver/digital/file.h"

#include <algorithm>
#include <cmath>

#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/peak_guard.h"
#include "lacquer/deliver/text.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/rate_converter.h"

namespace lacquer::deliver {

namespace {
constexpr int most_passes = 10;
constexpr int word_length_bits = 24;

bool over(const measure::Measurement& measured, std::optional<double> limit_dbtp, bool lossless) {
  const auto peak = measured.peak.true_dbtp;
  if (!peak || !limit_dbtp) return false;
  return lossless ? !at_most(*peak, *limit_dbtp) : *peak > *limit_dbtp;
}

/// One pass: master, rate, ceiling, word length, encoder.
Result<void> write_once(const TrackInput& track, const DigitalFormat& format,
                        const std::filesystem::path& path, const media::Tags& tags,
                        EncodedFile& file, const Progress& progress, const std::string& stage) {
  TRY(SourcePointer source, track.master());
  const double rate_hz = format.rate_hz(source->format().sample_rate_hz);
  TRY(source, media::convert_rate(std::move(source), rate_hz));
  file.expected_frames = source->frame_count();
  if (file.ceiling_dbtp) {
    TRY(source,
        guarded(std::move(source), ceiling_before_bits(*file.ceiling_dbtp, word_length_bits)));
  }
  const auto report = std::make_shared<QuantiserReport>();
  if (format.lossless)
    source = quantised(std::move(source), word_length_bits, file.dithered, report);
  TRY(auto sink, media::create_audio(path, format.format, source->format(), tags));
  TRY_DO(pump(*source, *sink, progress, stage));
  file.clipped_samples = report->clipped_samples;
  return sink->finish();
}
}  // namespace

double DigitalFormat::rate_hz(double master_hz) const {
  if (lossless) return master_hz;
  if (format == media::FileFormat::opus_160) return 48000.0;
  // Shops and players take 44.1 and 48 kHz; stay in the master's family so that the conversion,
  // where there is one, is a whole ratio.
  return std::fmod(master_hz, 11025.0) == 0.0 ? 44100.0 : 48000.0;
}

const std::vector<DigitalFormat>& digital_formats() {
  using media::FileFormat;
  static const std::vector<DigitalFormat> formats = {
      {FileFormat::wav_24, "wav", "wav", "24-bit WAV", "WAV", "PCM", true},
      {FileFormat::flac_24, "flac", "flac", "24-bit FLAC", "FLAC", "FLAC", true},
      {FileFormat::mp3_320, "mp3", "mp3", "MP3 320 kb/s", "MP3", "MP3", false},
      {FileFormat::aac_256, "aac", "m4a", "AAC 256 kb/s", "MP4", "AAC", false},
      {FileFormat::opus_160, "opus", "opus", "Opus 160 kb/s", "Ogg", "Opus", false},
  };
  return formats;
}

Result<EncodedFile> encode(const TrackInput& track, const DigitalFormat& format,
                           const std::filesystem::path& path, const media::Tags& tags,
                           double decoded_peak_max_dbtp, const Progress& progress,
                           const std::string& of_how_many) {
  const std::string stage = format.name + " " + of_how_many;
  EncodedFile file;
  std::optional<double> limit_dbtp = decoded_peak_max_dbtp;
  if (format.lossless) {
    limit_dbtp = track.ceiling_dbtp;
    if (over(track.measured, limit_dbtp, true)) file.ceiling_dbtp = limit_dbtp;
    TRY(const SourcePointer source, track.master());
    TRY(const bool exact,
        is_on_grid(*source, word_length_bits, progress, "Looking at the word length of " + stage));
    file.dithered = !exact || file.ceiling_dbtp;
  } else {
    file.ceiling_dbtp =
        std::min(track.ceiling_dbtp.value_or(decoded_peak_max_dbtp), decoded_peak_max_dbtp);
  }

  OverPass pass;
  for (file.passes = 1;; ++file.passes) {
    const std::string again =
        file.passes == 1 ? "" : " (pass " + std::to_string(file.passes) + ", lower ceiling)";
    TRY_DO(write_once(track, format, path, tags, file, progress, "Encoding " + stage + again));
    TRY(auto opened, media::open_audio(path));
    file.info = opened.info;
    measure::Parts parts = measure::Parts::none();
    parts.loudness = parts.peak = true;
    TRY(file.measured, measure::measure(*opened.source, parts, progress, "Checking " + stage));
    // A ceiling of 0 dBTP, kept at two decimals, still leaves room for a sample over full scale.
    const bool clipped = limit_dbtp && file.clipped_samples > 0;
    const bool again_lower = clipped || over(file.measured, limit_dbtp, format.lossless);
    if (!again_lower || file.passes == most_passes) break;
    pass.number = file.passes;
    pass.excess_db = *file.measured.peak.true_dbtp - *limit_dbtp;
    pass.last_step_db = ceiling_step_db(pass);
    pass.last_excess_db = pass.excess_db;
    file.ceiling_dbtp = file.ceiling_dbtp.value_or(*limit_dbtp) - pass.last_step_db;
    file.dithered = true;
  }
  return file;
}

}  // namespace lacquer::deliver
