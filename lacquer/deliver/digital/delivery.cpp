#include <cassert>
#include <cstdio>

#include "lacquer/base/parallel.h"
#include "lacquer/deliver/digital/checks.h"
#include "lacquer/deliver/nodes.h"
#include "lacquer/deliver/outbox.h"
#include "lacquer/deliver/text.h"

namespace lacquer::deliver {

namespace {
std::string file_name(const Track& track, std::size_t index, const DigitalFormat& format) {
  char number[32];
  std::snprintf(number, sizeof number, "%02zu ", index + 1);
  return format.folder + "/" + number + safe_file_name(track.title) + "." + format.extension;
}

media::Tags tags_of(const Job& job, std::size_t index) {
  const Programme& programme = job.programme;
  const Track& track = programme.tracks[index];
  media::Tags tags;
  tags.title = track.title;
  tags.artist = programme.artist_of(track);
  tags.album = programme.title;
  tags.album_artist = programme.artist;
  tags.composer = track.composer;
  tags.genre = programme.genre;
  tags.date = programme.date;
  tags.isrc = track.isrc;
  tags.upc = programme.upc;
  tags.label = programme.label;
  tags.comment = job.comment;
  tags.track_number = static_cast<int>(index) + 1;
  tags.track_count = static_cast<int>(programme.tracks.size());
  return tags;
}

/// A little above what the files will take: WAV and FLAC at 24 bit, 740 kb/s of the others.
Result<std::uintmax_t> bytes_needed(const Job& job) {
  double bytes = 0.0;
  for (const TrackInput& track : job.tracks) {
    TRY(const SourcePointer source, track.master());
    const auto frames = static_cast<double>(source->frame_count());
    bytes += frames * source->format().channel_count * 6.0 +
             frames / source->format().sample_rate_hz * 100000.0;
  }
  return static_cast<std::uintmax_t>(bytes);
}

/// The lossless pair must be one and the same audio.
Result<bool> same_samples(const std::filesystem::path& a, const std::filesystem::path& b) {
  TRY(auto first, media::open_audio(a));
  TRY(auto second, media::open_audio(b));
  if (first.info.format != second.info.format) return false;
  AudioBuffer from_first{first.info.format.channel_count, block_frames};
  AudioBuffer from_second{first.info.format.channel_count, block_frames};
  for (;;) {
    TRY(const int frames, first.source->read(from_first.block()));
    TRY(const int others, second.source->read(from_second.block()));
    if (frames != others) return false;
    if (frames == 0) return true;
    for (int c = 0; c < first.info.format.channel_count; ++c)
      for (int f = 0; f < frames; ++f)
        if (from_first.block().channel(c)[f] != from_second.block().channel(c)[f]) return false;
  }
}
}  // namespace

Result<Delivery> deliver_digital(const Job& job) {
  assert(job.tracks.size() == job.programme.tracks.size());
  if (job.tracks.empty())
    return Error{ErrorKind::usage, "A delivery needs at least one track.", "", ""};
  TRY(const Limits limits, load_digital_limits(job.data));
  TRY(const auto platforms, load_platforms(job.data));
  TRY(const std::uintmax_t bytes, bytes_needed(job));
  TRY(Outbox outbox, Outbox::open(job.folder, bytes));

  const auto& formats = digital_formats();
  std::vector<std::vector<EncodedFile>> encoded(job.tracks.size(),
                                                std::vector<EncodedFile>(formats.size()));
  std::vector<std::vector<std::filesystem::path>> paths(job.tracks.size());
  for (std::size_t t = 0; t < job.tracks.size(); ++t)
    for (const auto& format : formats) {
      TRY(auto path, outbox.place(file_name(job.programme.tracks[t], t, format)));
      paths[t].push_back(std::move(path));
    }
  const auto make = [&](std::size_t index, const Progress& progress) -> Result<void> {
    const std::size_t t = index / formats.size(), f = index % formats.size();
    const std::string of_how_many =
        std::to_string(t + 1) + " of " + std::to_string(job.tracks.size());
    TRY(encoded[t][f], encode(job.tracks[t], formats[f], paths[t][f], tags_of(job, t),
                              limits.value("decoded_peak_max_dbtp"), progress, of_how_many));
    return {};
  };
  TRY_DO(
      for_each_index(job.tracks.size() * formats.size(), job.thread_count, job.progress, "", make));

  Checks checks;
  std::vector<std::pair<std::string, measure::Measurement>> loudness_of_tracks;
  for (std::size_t t = 0; t < job.tracks.size(); ++t) {
    const Track& track = job.programme.tracks[t];
    for (std::size_t f = 0; f < formats.size(); ++f) {
      const EncodedFile& file = encoded[t][f];
      const std::string name = file_name(track, t, formats[f]);
      checks.about(name);
      check_encoded_file(checks, job.tracks[t], formats[f], file, job.folder / name,
                         tags_of(job, t), limits);
      TRY_DO(outbox.keep(
          name,
          formats[f].name + ", " + decimals(file.info.format.sample_rate_hz / 1000.0, 1) + " kHz",
          file.measured));
    }
    const std::string wav = file_name(track, t, formats[0]);
    const std::string flac = file_name(track, t, formats[1]);
    checks.about(flac);
    TRY(const bool same, same_samples(job.folder / wav, job.folder / flac));
    checks.verdict(same, "same audio", same ? "every sample equal" : "samples differ",
                   "the WAV's samples", "",
                   "Deliver again; if it persists this is a fault of ours.");
    loudness_of_tracks.emplace_back(track_name(track, t), encoded[t][0].measured);
  }
  checks.about("");
  check_identifiers(checks, job.programme, "ISO 3901:2019", "EAN-13");
  preview_platforms(checks, platforms, loudness_of_tracks);
  TRY(auto files, outbox.close());
  return Delivery{"digital", std::move(files), checks.take()};
}

}  // namespace lacquer::deliver
