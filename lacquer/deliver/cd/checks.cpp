#include "lacquer/deliver/cd/checks.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/cd/disc_meter.h"
#include "lacquer/deliver/cd/text.h"
#include "lacquer/deliver/identifiers.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/text.h"
#include "lacquer/media/files.h"
#include "lacquer/media/program.h"

namespace lacquer::deliver {

namespace {
/// BS.1770 adds the channels' powers: 10 lg 2.
constexpr double mono_in_both_channels_lu = 3.0103;

std::string numbered(std::size_t index) { return "track " + std::to_string(index + 1); }

void check_sheet(Checks& checks, const CdImage& image, const Limits& limits) {
  const std::string& clause = limits.clause("cue_order");
  for (const CueProblem& problem : image.sheet.problems)
    checks.verdict(false, "cue sheet",
                   "line " + std::to_string(problem.line) + ": " + problem.sentence,
                   "a sheet every reader understands", clause, "Correct the line.");
  if (image.sheet.problems.empty())
    checks.verdict(true, "cue sheet", "no problem in it", "a sheet every reader understands",
                   clause, "");
  for (const CueTrack& track : image.sheet.tracks)
    if (std::find(track.flags.begin(), track.flags.end(), "PRE") != track.flags.end())
      checks.info("pre-emphasis",
                  "track " + std::to_string(track.number) +
                      " is flagged; only right when the audio really is pre-emphasised",
                  clause);
}

void check_format(Checks& checks, const CdImage& image, const Limits& limits) {
  for (const ImageFile& file : image.files) {
    const bool good = file.format.sample_rate_hz == limits.value("sample_rate_hz") &&
                      file.format.channel_count == 2 && file.bit_depth == 16;
    checks.verdict(good, "format",
                   decimals(file.format.sample_rate_hz, 0) + " Hz, " +
                       std::to_string(file.bit_depth) + " bit, " +
                       std::to_string(file.format.channel_count) + " channels (" + file.type + ")",
                   "44100 Hz, 16 bit, 2 channels", limits.clause("sample_rate_hz"),
                   "Convert it, dithered, before it goes on a disc.");
    const auto sector = static_cast<std::uintmax_t>(limits.value("sector_bytes"));
    if (file.type == "BINARY" || file.type == "MOTOROLA")
      checks.verdict(file.bytes % sector == 0, "sector alignment",
                     std::to_string(file.bytes) + " bytes, " + std::to_string(file.bytes / sector) +
                         " sectors and " + std::to_string(file.bytes % sector) + " bytes",
                     "a whole number of " + std::to_string(sector) + "-byte sectors",
                     limits.clause("sector_bytes"), "Fill the last sector with zeros.");
    else
      checks.verdict(file.frame_count % frames_per_sector == 0 || &file == &image.files.back(),
                     "sector alignment", std::to_string(file.frame_count) + " frames",
                     "a multiple of 588, except at the disc's end", limits.clause("sector_bytes"),
                     "Cut the files on sector boundaries, or the disc will have gaps.");
  }
}

void check_times(Checks& checks, const CdImage& image, const Limits& limits) {
  const auto tracks = static_cast<double>(image.tracks.size());
  checks.verdict(tracks <= limits.value("track_count_max"), "track count", decimals(tracks, 0),
                 "at most " + decimals(limits.value("track_count_max"), 0),
                 limits.clause("track_count_max"), "Use two discs.");
  const auto least = static_cast<std::int64_t>(limits.value("track_length_min_s") * sectors_per_s);
  for (std::size_t t = 0; t < image.tracks.size(); ++t) {
    const ImageTrack& track = image.tracks[t];
    const std::int64_t length = track.end - track.index01;
    checks.verdict(length >= least, "track length",
                   numbered(t) + ": " + (length < 0 ? "less than nothing" : msf(length)),
                   "at least " + msf(least) + " (minutes:seconds:sectors)",
                   limits.clause("track_length_min_s"),
                   "Join it to its neighbour, or lengthen it.");
    checks.verdict(track.index01 < image.lead_out && track.begin <= track.index01, "track start",
                   numbered(t) + " at " + msf(track.index01),
                   "inside the image, which ends at " + msf(image.lead_out),
                   limits.clause("sector_bytes"),
                   "Correct the sheet's INDEX times, or copy the image again.");
  }
  const double total_s = static_cast<double>(image.lead_out) / sectors_per_s;
  const std::string total = msf(image.lead_out) + " to the lead-out";
  checks.verdict(total_s <= limits.value("total_length_max_s"), "total length", total,
                 "at most " + minutes_text(limits.value("total_length_max_s")),
                 limits.clause("total_length_max_s"), "Use two discs.");
  if (total_s > limits.value("total_length_long_s"))
    checks.info("total length",
                "over " + minutes_text(limits.value("total_length_long_s")) +
                    ": ask the plant whether it takes discs this long",
                limits.clause("total_length_long_s"));
}

void check_codes(Checks& checks, const CdImage& image, const Limits& limits) {
  std::map<std::string, std::size_t> owners;
  std::size_t missing = 0;
  for (std::size_t t = 0; t < image.sheet.tracks.size(); ++t) {
    const CueTrack& track = image.sheet.tracks[t];
    if (track.isrc.empty()) {
      ++missing;
      continue;
    }
    checks.verdict(is_isrc_on_disc(track.isrc), "ISRC",
                   numbered(t) + ": " + track.isrc + " (line " + std::to_string(track.line) + ")",
                   "12 characters: five letters or digits, seven digits", limits.clause("isrc"),
                   "Copy the code again from whoever registered the recording.");
    const auto [owner, first] = owners.emplace(track.isrc, t);
    if (!first)
      checks.verdict(false, "duplicate ISRC",
                     track.isrc + " on " + numbered(owner->second) + " and " + numbered(t),
                     "one recording, one code", limits.clause("isrc"),
                     "Give each recording its own code; this is usually a paste mistake.");
  }
  if (missing > 0)
    checks.info("ISRC",
                std::to_string(missing) + " of " + std::to_string(image.sheet.tracks.size()) +
                    " tracks have none",
                limits.clause("isrc"));
  if (image.sheet.catalog.empty()) return checks.info("barcode", "none", limits.clause("upc"));
  checks.verdict(is_ean13(image.sheet.catalog), "barcode", image.sheet.catalog,
                 "13 digits with the right check digit", limits.clause("upc"),
                 "Copy the number again from the barcode.");
}

/// Our own disc: what people wrote, and whether the sheet says the same when read back.
void check_codes_of(const Programme& programme, Checks& checks, const CdImage& image,
                    const Limits& limits) {
  check_identifiers(checks, programme, limits.clause("isrc"), limits.clause("upc"));
  bool same = image.sheet.tracks.size() == programme.tracks.size() &&
              (image.sheet.catalog == programme.upc || !is_13_digits(programme.upc));
  for (std::size_t t = 0; same && t < programme.tracks.size(); ++t)
    same = image.sheet.tracks[t].isrc == programme.tracks[t].isrc ||
           !is_isrc_on_disc(programme.tracks[t].isrc);
  checks.verdict(same, "codes read back", same ? "as the programme has them" : "other codes",
                 "the programme's barcode and ISRCs", limits.clause("cue_order"),
                 "Deliver again; if it persists this is a fault of ours.");
}

void check_texts(Checks& checks, const CdImage& image, const CdExpectation& expected,
                 const Limits& limits) {
  if (!expected.cd_text_refused.empty())
    return checks.verdict(false, "CD-Text",
                          expected.cd_text_refused + " The disc is written without CD-Text.",
                          "ISO-8859-1 characters only", limits.clause("cd_text"),
                          "Spell it with Western European letters in session.toml, then deliver "
                          "again.");
  std::string refused;
  const auto hold = [&](const std::string& text, const std::string& field) {
    if (const auto latin1 = to_latin1(text, field); !latin1.ok() && refused.empty())
      refused = latin1.error().sentence;
  };
  bool any = !image.sheet.title.empty() || !image.sheet.performer.empty();
  hold(image.sheet.title, "title of the disc");
  hold(image.sheet.performer, "performer of the disc");
  for (const CueTrack& track : image.sheet.tracks) {
    const std::string of_track = " of track " + std::to_string(track.number);
    hold(track.title, "title" + of_track);
    hold(track.performer, "performer" + of_track);
    hold(track.songwriter, "songwriter" + of_track);
    any = any || !track.title.empty();
  }
  if (!any) return checks.info("CD-Text", "none in the sheet", limits.clause("cd_text"));
  checks.verdict(refused.empty(), "CD-Text", refused.empty() ? "every character fits" : refused,
                 "ISO-8859-1 characters only", limits.clause("cd_text"),
                 "Spell it with Western European letters for the CD.");
}

void check_levels(Checks& checks, const measure::Measurement& whole,
                  const std::vector<measure::Measurement>& per_track, const CdExpectation& expected,
                  const Limits& limits) {
  const bool decided = expected.ceiling_dbtp.has_value();
  checks.true_peak(whole, decided ? *expected.ceiling_dbtp : limits.value("full_scale_dbtp"),
                   limits.clause(decided ? "decided_ceiling" : "full_scale_dbtp"),
                   "Lower the ceiling or the level and deliver again.");
  for (std::size_t t = 0; t < per_track.size(); ++t) {
    const auto integrated = per_track[t].loudness.integrated_lufs;
    const TrackExpectation track =
        t < expected.tracks.size() ? expected.tracks[t] : TrackExpectation{};
    const std::string value = numbered(t) + ": " + with_unit(integrated, "LUFS");
    if (!track.target_lufs) {
      checks.info("loudness", value);
      continue;
    }
    const double target = *track.target_lufs + (track.mono ? mono_in_both_channels_lu : 0.0);
    const std::string mono =
        track.mono ? " (a mono master in both channels measures 3.01 LU more, BS.1770)" : "";
    const double tolerance = limits.value("loudness_tolerance_lu");
    checks.verdict(integrated && std::abs(*integrated - target) <= tolerance + 0.005, "loudness",
                   value,
                   with_unit(target, "LUFS") + " within " + with_unit(tolerance, "LU", 1) + mono,
                   limits.clause("loudness_tolerance_lu"),
                   "See which limit bound when the loudness was landed.");
  }
  checks.silence(whole);
  for (std::size_t t = 0; t < per_track.size(); ++t)
    checks.info("silence at the start",
                numbered(t) + ": " + with_unit(per_track[t].head_silence_s, "s", 3));
}
}  // namespace

Result<Limits> load_cd_limits(const std::filesystem::path& data) {
  return Limits::load(
      data, "cd",
      {"track_count_max", "track_length_min_s", "total_length_long_s", "total_length_max_s",
       "sample_rate_hz", "sector_bytes", "isrc", "upc", "cd_text", "cue_order", "decided_ceiling",
       "full_scale_dbtp", "loudness_tolerance_lu"});
}

Result<measure::Measurement> check_cd_image(Checks& checks, const CdImage& image,
                                            const CdExpectation& expected, const Limits& limits,
                                            const Progress& progress) {
  checks.about(image.cue.filename().string());
  check_sheet(checks, image, limits);
  if (expected.programme)
    check_codes_of(*expected.programme, checks, image, limits);
  else
    check_codes(checks, image, limits);
  check_texts(checks, image, expected, limits);
  checks.about(image.files.front().path.filename().string());
  check_format(checks, image, limits);
  check_times(checks, image, limits);
  TRY(SourcePointer source, read_cd_image(image));
  DiscMeter meter{image};
  TRY_DO(for_each_block(*source, progress, "Checking the disc image",
                        [&](AudioBlock block) -> Result<void> {
                          meter.add(block);
                          return {};
                        }));
  measure::Measurement whole = meter.finish();
  check_levels(checks, whole, meter.per_track(), expected, limits);
  return whole;
}

void check_cd_text_packs(Checks& checks, const CdImage& image, const std::filesystem::path& cdt,
                         const Limits& limits) {
  const auto bytes = media::read_file(cdt);
  if (!bytes.ok()) return;
  checks.about(cdt.filename().string());
  const auto verdict = [&](bool pass, const std::string& value, const std::string& remedy) {
    checks.verdict(pass, "CD-Text packs", value, "whole packs that agree with the sheet",
                   limits.clause("cd_text"), remedy);
  };
  const auto read = decode_cd_text(bytes.value());
  if (!read.ok()) return verdict(false, read.error().sentence, read.error().remedy);
  const CdText& texts = read.value();
  bool agree = static_cast<std::size_t>(texts.track_count) == image.sheet.tracks.size();
  const auto titles = texts.texts.find(CdText::title);
  for (std::size_t t = 0; agree && t < image.sheet.tracks.size(); ++t) {
    if (titles == texts.texts.end()) break;
    // The sheet cannot hold double quotes; the packs can.
    std::string title = from_latin1(titles->second[t + 1]);
    std::replace(title.begin(), title.end(), '"', '\'');
    agree = title == image.sheet.tracks[t].title;
  }
  verdict(agree,
          std::to_string(bytes.value().size() / 18) + " packs, " +
              std::to_string(texts.track_count) + " tracks" +
              (agree ? "" : ", other texts than the sheet's"),
          "Deliver again, so that both come from the same titles.");
}

void check_with_cdrdao(Checks& checks, const std::filesystem::path& relative_sheet) {
  std::error_code ignored;
  const auto sheet = std::filesystem::absolute(relative_sheet, ignored);
  checks.about(sheet.filename().string());
  const std::string clause = "cdrdao show-toc and toc-info";
  if (!media::program_exists("cdrdao"))
    return checks.info("cdrdao", "not asked: cdrdao is not installed", clause);
  for (const char* command : {"show-toc", "toc-info"}) {
    // From within the folder: cdrdao looks for a cue sheet's image where it was started.
    const auto run = media::run_program(
        {"env", "-C", sheet.parent_path().string(), "cdrdao", command, sheet.filename().string()});
    if (!run.ok()) return checks.info("cdrdao", "not asked: " + run.error().sentence, clause);
    if (run.value().exit_code != 0)
      return checks.verdict(false, "cdrdao", std::string{command} + ": " + run.value().last_line(),
                            "accepted", clause,
                            "Correct what it names; burners read the sheet the same way.");
  }
  checks.verdict(true, "cdrdao", "accepted by show-toc and toc-info", "accepted", clause, "");
}

}  // namespace lacquer::deliver
