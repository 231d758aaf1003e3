#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lacquer/advise/words.h"
#include "lacquer/measure/meter.h"
#include "lacquer/media/file_hash.h"
#include "lacquer/media/files.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

// Two masters of one genre differ by 1.4 of its standard deviations; by more than three is no
// accident.
constexpr double contradicting_sd = 3.0;

/// Long enough for a mean that means something, short enough to see a song vary.
constexpr double passage_s = 15.0;
/// A programme of hours is known from so many.
constexpr std::size_t most_passages = 12;

struct Stretch {
  std::int64_t start, end;
};

// The loud sections (all of it, where none is told apart) in pieces of at most passage_s.
std::vector<Stretch> loud_stretches(const measure::Measurement& whole) {
  const double rate_hz = whole.format.sample_rate_hz;
  std::vector<Stretch> stretches;
  const auto add = [&](double start_s, double end_s) {
    const double pieces = std::max(1.0, std::ceil((end_s - start_s) / passage_s));
    for (double i = 0.0; i < pieces; i += 1.0)
      stretches.push_back({std::llround(std::lerp(start_s, end_s, i / pieces) * rate_hz),
                           std::llround(std::lerp(start_s, end_s, (i + 1.0) / pieces) * rate_hz)});
  };
  for (const auto& section : whole.sections)
    if (section.kind == measure::Section::Kind::loud) add(section.start_s, section.end_s);
  if (stretches.empty()) add(0.0, static_cast<double>(whole.frame_count) / rate_hz);
  std::erase_if(stretches, [&](const Stretch& one) {
    return static_cast<double>(one.end - one.start) < rate_hz;
  });
  // Evenly thinned out.
  std::vector<Stretch> kept;
  const std::size_t count = std::min(stretches.size(), most_passages);
  for (std::size_t i = 0; i < count; ++i) kept.push_back(stretches[i * stretches.size() / count]);
  return kept;
}

Result<std::vector<measure::Spectrum>> loud_passages(const fs::path& path,
                                                     const measure::Measurement& whole) {
  auto parts = measure::Parts::none();
  parts.spectrum = true;
  TRY(auto opened, media::open_audio(path));
  AudioBuffer buffer{opened.info.format.channel_count, block_frames};
  std::vector<measure::Spectrum> passages;
  std::int64_t at = 0;
  for (const auto& [start, end] : loud_stretches(whole)) {
    measure::Meter meter{opened.info.format, parts};
    while (at < end) {
      const std::int64_t until = at < start ? start : end;
      const auto wanted = static_cast<int>(std::min<std::int64_t>(block_frames, until - at));
      TRY(const int got, opened.source->read(buffer.block().frames(0, wanted)));
      if (got == 0) break;
      if (at >= start) meter.add(buffer.block().frames(0, got));
      at += got;
    }
    const auto all = meter.finish().spectrum;
    // Only the nine bands are compared; the rest would fill the ledger.
    measure::Spectrum& passage = passages.emplace_back();
    passage.bands_hz = all.bands_hz;
    passage.share_db = all.share_db;
    passage.side_minus_mid_db = all.side_minus_mid_db;
    passage.band_sd_400ms_db = all.band_sd_400ms_db;
  }
  return passages;
}

Json to_json(const advise::Heard& heard) {
  Json json = {{"whole", studio::to_json(heard.whole)}, {"loud", Json::array()}};
  json["whole"]["format"] = {{"sample_rate_hz", heard.whole.format.sample_rate_hz},
                             {"channels", heard.whole.format.channel_count},
                             {"frames", heard.whole.frame_count}};
  for (const auto& passage : heard.loud) {
    measure::Measurement one;
    one.spectrum = passage;
    auto parts = measure::Parts::none();
    parts.spectrum = true;
    json["loud"].push_back(studio::to_json(one, parts));
  }
  return json;
}

advise::Heard heard_from(const Json& json) {
  advise::Heard heard{measurement_from(json.value("whole", Json::object())), {}};
  for (const auto& one : json.value("loud", Json::array()))
    heard.loud.push_back(measurement_from(one).spectrum);
  return heard;
}

struct Known {
  std::string sha256;
  advise::Heard heard;
};

// What the ledger already knows of the file: then the file is not needed any more.
std::optional<Known> known(const session::Session& session, const std::string& file) {
  for (auto entry = session.entries().rbegin(); entry != session.entries().rend(); ++entry) {
    if (entry->kind != "referenced") continue;
    const Json body = Json::parse(entry->body, nullptr, false);
    if (body.is_object() && body.value("file", "") == file)
      return Known{body.value("sha256", ""), heard_from(body.value("heard", Json::object()))};
  }
  return std::nullopt;
}

Result<Known> learned(session::Session& session, const std::string& file, const Room& room) {
  if (auto found = known(session, file)) return *std::move(found);
  const fs::path path = (session.folder() / file).lexically_normal();
  TRY(auto reference, heard(path, room));
  TRY(auto sha256, media::sha256_of_file(path));
  const Json body = {{"file", file}, {"sha256", sha256}, {"heard", to_json(reference)}};
  TRY_DO(session.append(machine, "referenced", body.dump()));
  // Once through JSON, as the next command will read it.
  return Known{std::move(sha256), heard_from(body["heard"])};
}

/// Two that are asked for their tone and stand so far apart that between them is neither.
std::string contradiction(const std::vector<advise::WeighedReference>& references,
                          const advise::Targets::Population& genre) {
  for (std::size_t i = 0; i < references.size(); ++i)
    for (std::size_t j = i + 1; j < references.size(); ++j) {
      if (references[i].roles.tone == 0.0 || references[j].roles.tone == 0.0) continue;
      const auto& one = references[i].population;
      const auto& other = references[j].population;
      std::size_t worst = 0;
      double apart_sd = 0.0;
      for (std::size_t band = 0; band < genre.share_covariance_db2.size(); ++band) {
        const double sd_db = std::sqrt(genre.share_covariance_db2[band][band]);
        const double apart = std::abs(one.share_mean_db[band] - other.share_mean_db[band]) / sd_db;
        if (apart > apart_sd) apart_sd = apart, worst = band;
      }
      if (apart_sd <= contradicting_sd) continue;
      const double apart_db = std::abs(one.share_mean_db[worst] - other.share_mean_db[worst]);
      return " " + one.name + " and " + other.name + " contradict each other: at " +
             advise::band_range(one.bands_hz, worst) + " they stand " + advise::fixed(apart_db, 0) +
             " dB apart, and between them is neither. Name one, or give each a role of its own.";
    }
  return "";
}

}  // namespace

Result<advise::Heard> heard(const fs::path& path, const Room& room) {
  TRY(auto opened, media::open_audio(path));
  TRY(auto whole,
      measure::measure(*opened.source, {}, room.progress,
                       "Listening to " + path.filename().string(), opened.info.bit_depth));
  whole.series = {};
  TRY(auto loud, loud_passages(path, whole));
  advise::Heard result{std::move(whole), std::move(loud)};
  TRY_DO(advise::require_usable(result, path.string()));
  return result;
}

Result<void> refer(session::Session& session, const MeasuredFile& mix, const fs::path& mix_path,
                   const Room& room, advise::Standing& standing) {
  const auto& texts = session.request().references;
  if (texts.empty()) return {};
  TRY(auto loud, loud_passages(mix_path, mix.measurement));
  const advise::Heard own{mix.measurement, std::move(loud)};
  std::vector<advise::WeighedReference> references;
  std::string said;
  for (const auto& text : texts) {
    TRY(auto roles, advise::parse_reference(text));
    TRY(const auto learned_of, learned(session, roles.file, room));
    const std::string name = fs::path{roles.file}.filename().string();
    if (learned_of.sha256 == mix.sha256) {
      said += " " + name + " is the mix itself: there is nothing to learn from it.";
      continue;
    }
    for (const auto& sentence : advise::reservations(learned_of.heard, name))
      said += " " + sentence;
    if (learned_of.heard.whole.format.channel_count < 2) roles.width = 0.0;
    const auto percent = [](double share) { return std::to_string(std::lround(100.0 * share)); };
    said += " Reference " + name + ": tone " + percent(roles.tone) + " %, dynamics " +
            percent(roles.dynamics) + " %, width " + percent(roles.width) +
            " %, loud sections against loud sections.";
    references.push_back(
        {roles, advise::population_like(name, learned_of.heard, own, standing.population)});
  }
  said += contradiction(references, standing.population);
  if (!references.empty())
    standing.population = advise::with_references(standing.population, references);
  standing.why += said;
  return {};
}

}  // namespace lacquer::studio
