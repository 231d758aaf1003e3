#include "lacquer/deliver/vinyl/checks.h"

#include <algorithm>

#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/text.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/audio_file.h"

namespace lacquer::deliver {

namespace {
std::string minutes(double seconds) {
  const std::string text = minutes_text(seconds);
  return text.substr(0, text.find('.'));
}

void check_format(Checks& checks, const media::FileInfo& info, const Limits& limits) {
  const bool plain =
      info.container == "WAV" || info.container == "RF64" || info.container == "AIFF";
  const bool good = plain && info.format.channel_count == 2 &&
                    info.bit_depth >= limits.value("bit_depth_min") &&
                    info.format.sample_rate_hz >= limits.value("sample_rate_min_hz");
  checks.verdict(good, "format",
                 info.container + ", " + std::to_string(info.bit_depth) + " bit, " +
                     decimals(info.format.sample_rate_hz, 0) + " Hz, " +
                     (info.format.channel_count == 1 ? "mono" : "stereo"),
                 "WAV or AIFF, stereo, 16 bit or more (24 preferred), at least 44100 Hz",
                 limits.clause("sample_rate_min_hz"), "Deliver uncompressed stereo.");
}

void check_time(Checks& checks, double length_s, const Plants& plants) {
  std::string other_formats;
  for (const Plant& plant : plants.plants) {
    const SideLimit* side = plant.find(plants.format);
    if (!side) continue;
    std::string limit = plant.name + ", " + plants.format + ": ";
    if (side->optimum_s) limit += "best up to " + minutes(*side->optimum_s) + ", ";
    limit += "at most " + minutes(side->max_s);
    if (plant.name == plants.plant) {
      checks.verdict(length_s <= side->max_s, "side time", minutes_text(length_s), limit,
                     plant.clause, "Move a track to another side, or cut two discs.");
      if (side->optimum_s && length_s > *side->optimum_s && length_s <= side->max_s)
        checks.info("side time", "over the best length: it will be cut quieter", plant.clause);
      for (const SideLimit& other : plant.sides)
        if (other.format != plants.format && length_s <= other.max_s)
          other_formats += (other_formats.empty() ? "" : ", ") + other.format;
    } else {
      checks.info("side time", limit + (length_s <= side->max_s ? ": fits" : ": too long"),
                  plant.clause);
    }
  }
  checks.info("side time", other_formats.empty() ? "fits no smaller or faster format"
                                                 : "would also fit " + other_formats);
}

void check_groove(Checks& checks, const GrooveReport& groove, const Limits& limits) {
  const double rms_max = limits.value("rms_max_dbfs");
  checks.verdict(!groove.rms_dbfs || at_most(*groove.rms_dbfs, rms_max), "level",
                 with_unit(groove.rms_dbfs, "dBFS RMS"),
                 "not hotter than " + with_unit(rms_max, "dBFS RMS"), limits.clause("rms_max_dbfs"),
                 "Deliver from the chain without limiting; the lathe sets the level.");
  // Dither alone is noise with two channels of its own: no bass, and nothing to throw a stylus.
  if (!groove.rms_dbfs || *groove.rms_dbfs < limits.value("silent_below_dbfs"))
    return checks.info("mono bass", "nothing to judge: the side is silent",
                       limits.clause("silent_below_dbfs"));
  const std::string corner = decimals(limits.value("mono_below_hz"), 0) + " Hz";
  const double least = limits.value("low_correlation_min");
  checks.verdict(!groove.low_correlation || *groove.low_correlation >= least, "mono bass",
                 "correlation below " + corner + ": " +
                     (groove.low_correlation ? decimals(*groove.low_correlation, 3) : "no bass"),
                 "at least " + decimals(least, 2), limits.clause("mono_below_hz"),
                 "Fold the bass to the middle: wide bass throws the stylus out of the groove.");
  if (groove.low_side_minus_mid_db)
    checks.info("side energy",
                "below " + corner +
                    ", side minus mid: " + decimals(*groove.low_side_minus_mid_db, 1) + " dB",
                limits.clause("mono_below_hz"));
  if (groove.correlation)
    checks.info(
        "correlation",
        decimals(*groove.correlation, 2) + (*groove.correlation >= limits.value("correlation_min")
                                                ? ""
                                                : ": wide; cutters like to see at least " +
                                                      decimals(limits.value("correlation_min"), 1)),
        limits.clause("correlation_min"));
  if (groove.high_share_db)
    checks.info("high frequencies",
                "above 10 kHz: " + decimals(*groove.high_share_db, 1) + " dB of the whole");
  if (groove.sibilance_db)
    checks.info("sibilance",
                "loudest 10 ms between 5 and 12 kHz: " + decimals(*groove.sibilance_db, 1) +
                    " dB above the side's RMS, at " + minutes_text(groove.sibilance_at_s),
                limits.clause("sibilance_low_hz"));
}
}  // namespace

Result<Limits> load_vinyl_limits(const std::filesystem::path& data) {
  return Limits::load(
      data, "vinyl",
      {"high_pass_hz", "mono_below_hz", "true_peak_max_dbtp", "rms_max_dbfs", "low_correlation_min",
       "sample_rate_min_hz", "bit_depth_min", "sibilance_low_hz", "sibilance_high_hz",
       "correlation_min", "silent_below_dbfs"});
}

GrooveMeter groove_meter(StreamFormat format, const Limits& limits) {
  return {format, limits.value("mono_below_hz"), limits.value("sibilance_low_hz"),
          limits.value("sibilance_high_hz")};
}

Result<measure::Measurement> check_side(Checks& checks, const std::filesystem::path& path,
                                        const std::string& shown, const Limits& limits,
                                        const Plants& plants, const Progress& progress) {
  TRY(auto opened, media::open_audio(path));
  const media::FileInfo info = opened.info;
  const SourcePointer source = as_stereo(std::move(opened.source));
  const StreamFormat format = source->format();
  measure::Meter meter{format, {true, true, false, false, false, true}};
  GrooveMeter groove = groove_meter(format, limits);
  TRY_DO(
      for_each_block(*source, progress, "Checking " + shown, [&](AudioBlock block) -> Result<void> {
        meter.add(block);
        groove.add(block);
        return {};
      }));
  measure::Measurement measured = meter.finish();
  checks.about(shown);
  check_format(checks, info, limits);
  check_time(checks, info.duration_s(), plants);
  checks.true_peak(measured, limits.value("true_peak_max_dbtp"),
                   limits.clause("true_peak_max_dbtp"), "Lower the side; no limiter is needed.");
  check_groove(checks, groove.report(), limits);
  checks.info("loudness", with_unit(measured.loudness.integrated_lufs, "LUFS"));
  checks.silence(measured);
  return measured;
}

void check_sides(Checks& checks, const std::vector<measure::Measurement>& sides) {
  checks.about("");
  const bool same = std::all_of(sides.begin(), sides.end(), [&](const auto& side) {
    return side.format.sample_rate_hz == sides.front().format.sample_rate_hz;
  });
  checks.verdict(same, "sides", same ? "all at one sample rate" : "at different sample rates",
                 "one sample rate for all", "plant pages [S]", "Deliver all sides at one rate.");
  checks.info("not knowable from a file",
              "How loud and how close it can be cut, and what the stylus will trace at the inner "
              "groove, depends on the lathe, the cutter and the plant: ask for a test cut.");
}

}  // namespace lacquer::deliver
