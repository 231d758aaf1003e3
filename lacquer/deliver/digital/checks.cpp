#include "lacquer/deliver/digital/checks.h"

#include <algorithm>
#include <cmath>

#include "lacquer/deliver/text.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/files.h"

namespace lacquer::deliver {

namespace {
constexpr double full_scale_dbfs = -0.1;  // nearer than this, a clip is at full scale

std::string format_text(const media::FileInfo& info) {
  std::string text = info.container + " " + info.codec;
  if (info.bit_depth > 0) text += " " + std::to_string(info.bit_depth) + " bit";
  return text + ", " + decimals(info.format.sample_rate_hz, 0) + " Hz, " +
         (info.format.channel_count == 1 ? "mono" : "stereo");
}

void check_tags(Checks& checks, const std::filesystem::path& path, const media::Tags& wanted,
                const Limits& limits) {
  const std::string& clause = limits.clause("tags");
  const auto read = media::read_tags(path);
  if (!read.ok())
    return checks.verdict(false, "tags", read.error().sentence, "as the programme has them", clause,
                          read.error().remedy);
  const media::Tags& found = read.value();
  std::string wrong;
  int held = 0;
  const auto compare = [&](const std::string& name, const std::string& is,
                           const std::string& should_be) {
    if (should_be.empty()) return;
    if (is == should_be)
      ++held;
    else
      wrong += (wrong.empty() ? "" : ", ") + name + " reads \"" + is + "\"";
  };
  compare("title", found.title, wanted.title);
  compare("artist", found.artist, wanted.artist);
  compare("album", found.album, wanted.album);
  compare("composer", found.composer, wanted.composer);
  compare("genre", found.genre, wanted.genre);
  compare("date", found.date, wanted.date);
  compare("track", std::to_string(found.track_number), std::to_string(wanted.track_number));
  // RIFF INFO has no agreed place for these (delivery-standards 4.3, 4.5); what media writes into
  // a WAV beside it is welcome, not required.
  if (path.extension() != ".wav") {
    compare("album artist", found.album_artist, wanted.album_artist);
    compare("ISRC", found.isrc, wanted.isrc);
    compare("barcode", found.upc, wanted.upc);
    compare("label", found.label, wanted.label);
  }
  checks.verdict(wrong.empty(), "tags",
                 wrong.empty() ? std::to_string(held) + " fields read back the same" : wrong,
                 "as the programme has them", clause,
                 "Deliver again; if it persists this is a fault of ours.");
}
}  // namespace

Result<Limits> load_digital_limits(const std::filesystem::path& data) {
  return Limits::load(data, "digital",
                      {"decoded_peak_max_dbtp", "upload_peak_max_dbtp", "upload_peak_max_loud_dbtp",
                       "decided_ceiling", "loudness_tolerance_lu", "lossy_loudness_tolerance_lu",
                       "format", "tags"});
}

void check_encoded_file(Checks& checks, const TrackInput& track, const DigitalFormat& format,
                        const EncodedFile& file, const std::filesystem::path& path,
                        const media::Tags& tags, const Limits& limits) {
  const double rate_hz = format.rate_hz(track.measured.format.sample_rate_hz);
  const bool right_format =
      file.info.container == format.container && file.info.codec == format.codec &&
      file.info.format.sample_rate_hz == rate_hz && (!format.lossless || file.info.bit_depth == 24);
  checks.verdict(right_format, "format", format_text(file.info),
                 format.name + ", " + decimals(rate_hz, 0) + " Hz", limits.clause("format"),
                 "Deliver again.");
  if (format.lossless) {
    if (track.ceiling_dbtp)
      checks.true_peak(file.measured, *track.ceiling_dbtp, limits.clause("decided_ceiling"),
                       "Deliver again with a lower ceiling.");
    else
      checks.info("true peak",
                  with_unit(file.measured.peak.true_dbtp, "dBTP") + " (no ceiling was decided)");
    checks.verdict(file.clipped_samples == 0, "clipping",
                   std::to_string(file.clipped_samples) + " samples", "none",
                   "24 bits end at full scale", "Decide a ceiling, or lower the level.");
    checks.info("dither", file.dithered ? "triangular, to 24 bits"
                                        : "none: the master is 24-bit already, bit for bit");
  } else {
    checks.true_peak(file.measured, limits.value("decoded_peak_max_dbtp"),
                     limits.clause("decoded_peak_max_dbtp"),
                     "Lower the ceiling: " + std::to_string(file.passes) +
                         " passes were not enough for this codec.");
    checks.info("ceiling used",
                with_unit(file.ceiling_dbtp, "dBTP") + " into the encoder" +
                    (track.ceiling_dbtp ? "" : " (none was decided; we began at full scale)") +
                    ", " + std::to_string(file.passes) + (file.passes == 1 ? " pass" : " passes"));
  }
  checks.loudness(
      file.measured, track.target_lufs,
      limits.value(format.lossless ? "loudness_tolerance_lu" : "lossy_loudness_tolerance_lu"),
      format.lossless,
      limits.clause(format.lossless ? "loudness_tolerance_lu" : "lossy_loudness_tolerance_lu"));
  checks.verdict(file.measured.frame_count == file.expected_frames, "length",
                 std::to_string(file.measured.frame_count) + " frames",
                 std::to_string(file.expected_frames) + " frames, as the master", "",
                 "Deliver again; if it persists this is a fault of ours.");
  if (format.lossless) checks.silence(file.measured);
  check_tags(checks, path, tags, limits);
}

void preview_platforms(Checks& checks, const std::vector<Platform>& platforms,
                       const std::vector<std::pair<std::string, measure::Measurement>>& tracks) {
  checks.about("");
  for (const Platform& platform : platforms) {
    std::string value;
    for (const auto& [name, measured] : tracks) {
      if (!measured.loudness.integrated_lufs) continue;
      double gain_db = platform.target_lufs - *measured.loudness.integrated_lufs;
      if (!platform.turns_up) gain_db = std::min(gain_db, 0.0);
      if (gain_db > 0.0 && platform.quiet_peak_dbtp && measured.peak.true_dbtp)
        gain_db =
            std::max(0.0, std::min(gain_db, *platform.quiet_peak_dbtp - *measured.peak.true_dbtp));
      value += (value.empty() ? "" : ", ") + name + " " + (gain_db > 0.0 ? "+" : "") +
               decimals(gain_db, 1) + " dB";
    }
    if (value.empty()) continue;
    checks.info("platform",
                platform.name + (platform.reported ? " is reported to play at " : " plays at ") +
                    decimals(platform.target_lufs, 0) + " LUFS: " + value,
                platform.clause);
  }
}

Result<DeliveredFile> check_digital_file(Checks& checks, const std::filesystem::path& path,
                                         const std::string& shown, const Limits& limits,
                                         const Progress& progress) {
  TRY(auto opened, media::open_audio(path));
  const media::FileInfo info = opened.info;
  measure::Parts parts;
  parts.spectrum = parts.rhythm = false;
  TRY(auto measured, measure::measure(*opened.source, parts, progress, "Checking " + shown));
  checks.about(shown);
  const bool lossless = info.bit_depth > 0;
  checks.verdict(info.format.sample_rate_hz >= 44100.0 && (!lossless || info.bit_depth >= 16),
                 "format", format_text(info), "at least 44.1 kHz and 16 bit",
                 limits.clause("format"), "Export it again from the session's own rate.");
  if (info.format.channel_count == 1)
    checks.info("channels", "mono: services ask for stereo, two equal channels will do",
                limits.clause("format"));
  if (lossless) {
    checks.true_peak(measured, limits.value("upload_peak_max_dbtp"),
                     limits.clause("upload_peak_max_dbtp"),
                     "Master it with a ceiling of -1 dBTP, or know that its codecs may clip.");
    if (measured.loudness.integrated_lufs && *measured.loudness.integrated_lufs > -14.0)
      checks.info(
          "true peak",
          "louder than -14 LUFS: " + with_unit(limits.value("upload_peak_max_loud_dbtp"), "dBTP") +
              " is advised, this is " + with_unit(measured.peak.true_dbtp, "dBTP"),
          limits.clause("upload_peak_max_loud_dbtp"));
  } else {
    checks.true_peak(measured, limits.value("decoded_peak_max_dbtp"),
                     limits.clause("decoded_peak_max_dbtp"),
                     "Encode it again from a master with a lower ceiling.");
  }
  checks.info("loudness", with_unit(measured.loudness.integrated_lufs, "LUFS"));
  checks.silence(measured);
  std::size_t clipped = 0;
  std::string where;
  for (const measure::Finding& finding : measured.findings) {
    // A clip with a fader behind it is the mix's; here the question is this file's full scale.
    if (finding.kind == "clipping" && measured.peak.sample_dbfs > full_scale_dbfs && clipped++ == 0)
      where = minutes_text(finding.start_s);
    if (finding.kind == "invalid_samples")
      checks.verdict(false, "samples", finding.message, "numbers", "", "Export it again.");
  }
  checks.verdict(clipped == 0, "clipping",
                 clipped == 0 ? "none" : std::to_string(clipped) + " runs, the first at " + where,
                 "none", "", "Go back to the mix: what is clipped cannot be brought back.");
  const auto tags = media::read_tags(path);
  if (tags.ok())
    checks.info("tags", tags.value().title.empty()
                            ? "no title"
                            : tags.value().artist + ": " + tags.value().title);
  TRY(std::string hash, media::sha256_of_file(path));
  std::error_code ignored;
  return DeliveredFile{shown, std::move(hash), std::filesystem::file_size(path, ignored),
                       format_text(info), std::move(measured)};
}

}  // namespace lacquer::deliver
