#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/chain/recipe.h"
#include "lacquer/deliver/cd/checks.h"
#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/cd/image.h"
#include "lacquer/deliver/cd/layout.h"
#include "lacquer/deliver/cd/text.h"
#include "lacquer/deliver/identifiers.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/outbox.h"
#include "lacquer/deliver/peak_guard.h"
#include "lacquer/deliver/text.h"
#include "lacquer/media/rate_converter.h"

namespace lacquer::deliver {

namespace {
constexpr int most_passes = 4;
constexpr double margin_db = 0.01;

/// The programme's codes; times are filled in later.
Disc disc_of(const Programme& programme) {
  Disc disc;
  if (is_13_digits(programme.upc)) disc.upc = programme.upc;
  for (const Track& track : programme.tracks) {
    DiscTrack on_disc;
    // A malformed code would make the sheet unreadable; the ISRC check says that it is missing.
    if (is_isrc_on_disc(track.isrc)) on_disc.isrc = track.isrc;
    disc.tracks.push_back(std::move(on_disc));
  }
  return disc;
}

/// Gives the disc the programme's texts; returns the first character CD-Text cannot hold, and how
/// many more texts have one, as a sentence: then the disc is without any. A disc with half of its
/// titles would be worse than one with none, and how a name is spelled is for the artist to say.
std::string take_texts(Disc& disc, const Programme& programme) {
  std::string refused;
  int more = 0;
  const auto held = [&](const std::string& text, const std::string& field) -> std::string {
    auto latin1 = to_latin1(text, field);
    if (latin1.ok()) return std::move(latin1.value());
    if (refused.empty())
      refused = latin1.error().sentence;
    else
      ++more;
    return {};
  };
  Disc with_texts = disc;
  with_texts.title = held(programme.title, "title of the programme");
  with_texts.performer = held(programme.artist, "artist of the programme");
  for (std::size_t t = 0; t < programme.tracks.size(); ++t) {
    const Track& track = programme.tracks[t];
    const std::string of_track = " of track " + std::to_string(t + 1);
    with_texts.tracks[t].title = held(track.title, "title" + of_track);
    with_texts.tracks[t].performer = held(programme.artist_of(track), "artist" + of_track);
    with_texts.tracks[t].composer = held(track.composer, "composer" + of_track);
  }
  if (refused.empty())
    disc = std::move(with_texts);
  else if (more > 0)
    refused += " " + std::to_string(more) + (more == 1 ? " other text has" : " other texts have") +
               " such characters too.";
  return refused;
}

CdText cd_text_of(const Disc& disc, const std::string& language) {
  CdText cd_text;
  cd_text.track_count = static_cast<int>(disc.tracks.size());
  cd_text.language_code = language.empty() ? 0x09 : cd_text_language(language);
  auto& titles = cd_text.texts[CdText::title] = {disc.title};
  auto& performers = cd_text.texts[CdText::performer] = {disc.performer};
  std::vector<std::string> composers{""};
  for (const DiscTrack& track : disc.tracks) {
    titles.push_back(track.title);
    performers.push_back(track.performer);
    composers.push_back(track.composer);
  }
  if (std::any_of(composers.begin(), composers.end(),
                  [](const std::string& name) { return !name.empty(); }))
    cd_text.texts[CdText::composer] = composers;
  return cd_text;
}

/// The album before conversion: one stream where the tracks share a rate, otherwise each track
/// already at 44.1 kHz.
struct Album {
  double rate_hz = cd_rate_hz;
  bool one_conversion = true;
  std::vector<TrackLength> lengths;
  std::vector<OpenSource> opens;
};

Result<Album> open_album(const Job& job) {
  Album album;
  std::vector<StreamFormat> formats;
  for (std::size_t t = 0; t < job.tracks.size(); ++t) {
    TRY(const SourcePointer source, job.tracks[t].master());
    formats.push_back(source->format());
    album.lengths.push_back({source->frame_count(), job.programme.tracks[t].gap_s});
  }
  album.rate_hz = formats.front().sample_rate_hz;
  album.one_conversion = std::all_of(formats.begin(), formats.end(), [&](const auto& format) {
    return format.sample_rate_hz == album.rate_hz;
  });
  if (!album.one_conversion) album.rate_hz = cd_rate_hz;
  for (std::size_t t = 0; t < job.tracks.size(); ++t) {
    if (!album.one_conversion)
      album.lengths[t].frame_count =
          std::llround(static_cast<double>(album.lengths[t].frame_count) * cd_rate_hz /
                       formats[t].sample_rate_hz);
    album.opens.push_back(
        [open = job.tracks[t].master, rate_hz = album.rate_hz]() -> Result<SourcePointer> {
          TRY(SourcePointer source, open());
          return media::convert_rate(as_stereo(std::move(source)), rate_hz);
        });
  }
  return album;
}

SourcePointer join(const Album& album, const CdLayout& layout) {
  std::vector<Part> parts;
  for (std::size_t t = 0; t < album.opens.size(); ++t)
    parts.push_back(
        {album.opens[t], layout.tracks[t].silence_before_frames, album.lengths[t].frame_count});
  return joined({album.rate_hz, 2}, std::move(parts));
}

/// The highest ceiling, when every track has one: the guard is for what conversion adds, and must
/// not limit a track further than was decided for it.
std::optional<double> album_ceiling(const Job& job) {
  std::optional<double> ceiling;
  for (const TrackInput& track : job.tracks) {
    if (!track.ceiling_dbtp) return std::nullopt;
    ceiling = std::max(ceiling.value_or(*track.ceiling_dbtp), *track.ceiling_dbtp);
  }
  return ceiling;
}

bool any_over(const Job& job, double ceiling_dbtp) {
  return std::any_of(job.tracks.begin(), job.tracks.end(), [&](const TrackInput& track) {
    const auto peak = track.measured.peak.true_dbtp;
    return !peak || !at_most(*peak, ceiling_dbtp);
  });
}

/// One conversion, one guard, one dither: the way of the whole album to 16 bits.
Result<void> write_image(const Job& job, const Album& album, const CdLayout& layout,
                         std::optional<double> guard_dbtp, const std::filesystem::path& path,
                         Checks& checks) {
  const bool converted = album.rate_hz != cd_rate_hz || !album.one_conversion;
  bool dither = true;
  if (!converted && !guard_dbtp) {
    const SourcePointer source = join(album, layout);
    TRY(const bool exact, is_on_grid(*source, 16, job.progress, "Looking at the word length"));
    dither = !exact;
  }
  TRY(SourcePointer source, media::convert_rate(join(album, layout), cd_rate_hz));
  if (guard_dbtp) {
    TRY(source, guarded(std::move(source), ceiling_before_bits(*guard_dbtp, 16)));
  }
  const auto report = std::make_shared<QuantiserReport>();
  source = quantised(std::move(source), 16, dither, report);
  TRY(auto sink, create_raw_audio(path));
  TRY_DO(pump(*source, *sink, job.progress, "Writing the disc image"));
  TRY_DO(sink->finish());

  checks.about(path.filename().string());
  checks.info("conversion",
              converted ? (album.one_conversion ? "one state for the whole disc, from " +
                                                      decimals(album.rate_hz, 0) + " Hz"
                                                : "track by track: the masters' rates differ")
                        : "none, the masters are at 44100 Hz");
  checks.info("dither", dither ? "triangular, one state for the whole disc"
                               : "none: the masters are 16-bit already, bit for bit");
  checks.verdict(report->clipped_samples == 0, "clipping",
                 std::to_string(report->clipped_samples) + " samples", "none",
                 "16 bits end at full scale", "Decide a ceiling, or lower the level.");
  return {};
}

/// Where the guard begins; empty when nothing can have raised a peak above the decided ceiling.
std::optional<double> first_guard(const Job& job, const Album& album) {
  const auto ceiling = album_ceiling(job);
  const bool converted = album.rate_hz != cd_rate_hz || !album.one_conversion;
  return ceiling && (converted || any_over(job, *ceiling)) ? ceiling : std::nullopt;
}

void report_shifts(const CdLayout& layout, Checks& checks, const std::string& clause) {
  double worst_ms = 0.0;
  for (const TrackPlace& track : layout.tracks)
    if (std::abs(track.shift_ms) > std::abs(worst_ms)) worst_ms = track.shift_ms;
  checks.info("track boundaries",
              "all on sectors; the largest shift to get there is " + decimals(worst_ms, 2) + " ms",
              clause);
}
}  // namespace

Result<Delivery> deliver_cd(const Job& job) {
  assert(job.tracks.size() == job.programme.tracks.size());
  if (job.tracks.empty())
    return Error{ErrorKind::usage, "A disc needs at least one track.", "", ""};
  TRY_DO(require_gaps(job.programme));
  TRY(const Limits limits, load_cd_limits(job.data));
  Disc disc = disc_of(job.programme);
  CdExpectation expected;
  expected.programme = &job.programme;
  expected.cd_text_refused = take_texts(disc, job.programme);
  TRY(const Album album, open_album(job));
  const CdLayout layout = lay_out_cd(album.lengths, album.rate_hz);
  for (std::size_t t = 0; t < disc.tracks.size(); ++t) {
    disc.tracks[t].index00 = layout.tracks[t].index00;
    disc.tracks[t].index01 = layout.tracks[t].index01;
  }
  disc.lead_out = layout.lead_out;
  std::string packs;
  if (disc.has_texts()) {
    TRY(packs, encode_cd_text(cd_text_of(disc, job.programme.language)));
  }

  std::string name = disc.upc.empty() ? disc_file_name(job.programme.title) : disc.upc;
  if (name.empty()) name = "DISC";
  TRY(Outbox outbox,
      Outbox::open(job.folder, static_cast<std::uintmax_t>(disc.lead_out) * bytes_per_sector));

  TRY_DO(outbox.write_text(name + ".cue", cue_sheet(disc, name + ".bin"), "cue sheet"));
  TRY_DO(outbox.write_text(name + ".toc", cdrdao_toc(disc, name + ".bin"), "cdrdao TOC"));
  if (!packs.empty()) TRY_DO(outbox.write_text(name + ".cdt", packs, "CD-Text packs"));
  TRY_DO(outbox.write_text(name + "-pq.txt", pq_sheet(disc, job.programme), "PQ sheet"));

  // The disc is judged by what a stranger's reader finds in the folder. Should the limiter have
  // left a peak that the stricter meter sees, the image is written again below it.
  TRY(const auto bin, outbox.place(name + ".bin"));
  expected.ceiling_dbtp = album_ceiling(job);
  for (const TrackInput& track : job.tracks)
    expected.tracks.push_back({track.target_lufs, track.measured.format.channel_count == 1});
  Checks checks;
  std::optional<measure::Measurement> measured;
  std::optional<CdImage> image;
  std::optional<double> guard_dbtp = first_guard(job, album);
  for (int pass = 1; pass <= most_passes; ++pass) {
    Checks attempt;
    TRY_DO(write_image(job, album, layout, guard_dbtp, bin, attempt));
    TRY(image, open_cd_image(job.folder / (name + ".cue")));
    TRY(measured, check_cd_image(attempt, *image, expected, limits, job.progress));
    checks = std::move(attempt);
    const auto peak = measured->peak.true_dbtp;
    if (!expected.ceiling_dbtp || !peak || at_most(*peak, *expected.ceiling_dbtp)) break;
    guard_dbtp =
        guard_dbtp.value_or(*expected.ceiling_dbtp) - (*peak - *expected.ceiling_dbtp) - margin_db;
  }
  checks.about(name + ".cue");
  report_shifts(layout, checks, limits.clause("sector_bytes"));
  // Packs of an earlier delivery lie there until the outbox closes.
  if (!packs.empty()) check_cd_text_packs(checks, *image, job.folder / (name + ".cdt"), limits);
  check_with_cdrdao(checks, job.folder / (name + ".cue"));
  check_with_cdrdao(checks, job.folder / (name + ".toc"));
  TRY_DO(outbox.keep(name + ".bin", "16-bit image, 44.1 kHz, little-endian", std::move(measured)));
  TRY(auto files, outbox.close());
  return Delivery{"cd", std::move(files), checks.take()};
}

}  // namespace lacquer::deliver
