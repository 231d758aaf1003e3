#include <atomic>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <string_view>

#include "lacquer/advise/tone/tone.h"
#include "lacquer/base/parallel.h"
#include "lacquer/deliver/text.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/file_hash.h"
#include "lacquer/media/files.h"
#include "lacquer/media/read_ahead.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

constexpr int most_measured_channels = 6;

media::FileInfo info_from(const Json& json) {
  media::FileInfo info;
  info.format = {json.value("sample_rate_hz", 48000.0), json.value("channels", 2)};
  info.frame_count = json.value("frames", std::int64_t{0});
  info.container = json.value("container", std::string{});
  info.codec = json.value("codec", std::string{});
  const auto depth = json.find("bit_depth");
  info.bit_depth = depth != json.end() && depth->is_number() ? depth->get<int>() : 0;
  return info;
}

MeasuredFile from_document(const Json& json, const std::string& file) {
  return {file, json.value("sha256", std::string{}),
          info_from(json.value("format", Json::object())), measurement_from(json)};
}

ToneStanding standing(const measure::Measurement& mix,
                      const advise::Targets::Population& population) {
  ToneStanding standing{.population = population.name, .n = population.n, .scores = {}};
  const auto view = advise::tonal_view(mix.spectrum, population);
  for (std::size_t i = 0; i < standing.scores.size() && view.has_components(); ++i)
    standing.scores[i] = view.component_sd[i];
  return standing;
}

Error changed(const fs::path& path) {
  return {ErrorKind::unusable_input, "The file has changed since the session knew it.",
          path.string(),
          "Put the old file back; for a new mix make a new session, for a master run 'lacquer "
          "render'."};
}

}  // namespace

Json document(const MeasuredFile& file, bool with_series) {
  Json json = {{"file", file.file}, {"sha256", file.sha256}, {"format", to_json(file.info)}};
  json.update(to_json(file.measurement));
  if (with_series) json["series"] = series_json(file.measurement.series);
  return json;
}

Result<MeasuredFile> measure_file(const fs::path& path, const measure::Parts& parts,
                                  const std::string& population, const Room& room) {
  std::optional<advise::Targets> targets;
  if (parts.spectrum || population != "auto") {
    TRY(targets, targets_in(room));
    TRY_DO(advise::require_population(population, *targets));
  }
  // Alone, the bytes are hashed as the decoder reads them; else a thread reads them once more.
  const bool alone = thread_count(room.threads) == 1;
  media::FileHash hash{path};
  TRY(auto opened, media::open_audio(path, {.non_finite = media::NonFinite::keep,
                                            .most_channels = most_measured_channels,
                                            .hash = alone ? &hash : nullptr}));
  const std::string stage = "Measuring " + path.filename().string();
  if (!alone) opened.source = media::read_ahead(std::move(opened.source));
  std::atomic<bool> given_up{false};
  auto hashing = std::async(alone ? std::launch::deferred : std::launch::async,
                            [&] { return hash.finish(&given_up); });
  auto measurement =
      measure::measure(*opened.source, parts, room.progress, stage, opened.info.bit_depth);
  if (!measurement.ok()) {
    given_up = true;
    return measurement.error();
  }
  TRY(auto sha256, hashing.get());
  MeasuredFile file{path.string(), std::move(sha256), opened.info, *std::move(measurement)};
  if (parts.spectrum) {
    TRY(const auto place, advise::standing_for(file.measurement, population, *targets));
    file.standing = standing(file.measurement, place.population);
  }
  return file;
}

Result<advise::Targets> targets_in(const Room& room) {
  return advise::Targets::load(room.data / "targets", room.own_targets);
}

report::PopulationBand band_of(const advise::Targets::Population& population) {
  report::PopulationBand band;
  band.name = population.name;
  band.n = population.n;
  for (const auto& share : population.share_db) {
    band.p10_db.push_back(advise::quantile(share, 10));
    band.p25_db.push_back(advise::quantile(share, 25));
    band.p50_db.push_back(advise::quantile(share, 50));
    band.p75_db.push_back(advise::quantile(share, 75));
    band.p90_db.push_back(advise::quantile(share, 90));
  }
  return band;
}

fs::path mix_path(const session::Session& session, std::size_t track) {
  return (session.folder() / session.request().programme.tracks[track].file).lexically_normal();
}

Result<MeasuredFile> measured(const session::Session& session, const std::string& file,
                              const std::string& sha256, const Progress& progress,
                              const std::string& version) {
  const fs::path path = (session.folder() / file).lexically_normal();
  const fs::path cache = session.folder() / "measurements" / (sha256 + ".json");
  if (const auto text = media::read_file(cache); text.ok()) {
    const Json json = Json::parse(*text, nullptr, false);
    if (json.is_object() && json.value("sha256", "") == sha256 &&
        json.value("version", "") == version)
      return from_document(json, file);
  }
  TRY(const auto hash, media::sha256_of_file(path));
  if (hash != sha256) return changed(path);
  TRY(auto opened, media::open_audio(path));
  TRY(auto measurement,
      measure::measure(*opened.source, {}, progress, "Measuring", opened.info.bit_depth));
  Json json = document({file, sha256, opened.info, std::move(measurement)}, true);
  json["version"] = version;
  // Two tracks may be the same audio, and a temporary name belongs to one writer.
  static std::mutex one_writer;
  const std::lock_guard lock{one_writer};
  TRY_DO(media::make_folder(cache.parent_path()));
  TRY_DO(media::write_file(cache, json.dump(1)));
  return from_document(json, file);
}

Result<std::vector<MeasuredFile>> measured_mixes(const session::Session& session,
                                                 const Room& room) {
  const auto& tracks = session.request().programme.tracks;
  std::vector<MeasuredFile> mixes(tracks.size());
  TRY_DO(for_each_index(tracks.size(), room.threads, room.progress, "Measuring the mix",
                        [&](std::size_t i, const Progress& progress) -> Result<void> {
                          TRY(const auto hash, media::sha256_of_file(mix_path(session, i)));
                          if (hash != session.mix_sha256()[i]) return changed(mix_path(session, i));
                          TRY(mixes[i],
                              measured(session, tracks[i].file, hash, progress, room.version));
                          return {};
                        }));
  return mixes;
}

State state_of(const session::Session& session) {
  return replay(session.entries(), session.request().programme.tracks);
}

std::string slug(const std::string& title) {
  // U+00C0 to U+00FF by their base letters; * and what lies outside are left out.
  constexpr std::string_view latin =
      "aaaaaaaceeeeiiiidnooooo*ouuuuytsaaaaaaaceeeeiiiidnooooo*ouuuuyty";
  std::string name;
  for (const char32_t point : deliver::code_points(title)) {
    if (point < 128 && std::isalnum(static_cast<int>(point)))
      name += static_cast<char>(std::tolower(static_cast<int>(point)));
    else if (point >= 0xC0 && point <= 0xFF && latin[point - 0xC0] != '*')
      name += latin[point - 0xC0];
    else if (!name.empty() && name.back() != '-' && point < 128)
      name += '-';
  }
  name.resize(std::min(name.size(), std::size_t{60}));
  while (!name.empty() && name.back() == '-') name.pop_back();
  return name.empty() ? "untitled" : name;
}

}  // namespace lacquer::studio
