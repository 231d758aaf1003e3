#include <algorithm>
#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"
#include "lacquer/report/report.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

using Deliver = Result<deliver::Delivery> (*)(const deliver::Job&);

Deliver deliverer(const std::string& medium) {
  if (medium == "digital") return deliver::deliver_digital;
  if (medium == "cd") return deliver::deliver_cd;
  return medium == "vinyl" ? deliver::deliver_vinyl : nullptr;
}

Json texts(const Programme& programme) {
  Json tracks = Json::array();
  for (const auto& track : programme.tracks)
    tracks.push_back(
        {track.title, programme.artist_of(track), track.composer, track.isrc, track.gap_s});
  return {programme.title, programme.artist, programme.upc,      programme.date,
          programme.genre, programme.label,  programme.language, tracks};
}

std::string comment_for(const State& state, const std::string& version) {
  const std::string tool = "Mastered with Lacquer " + version;
  if (state.unreviewed()) return tool + ", unsigned draft: nobody has reviewed these decisions.";
  std::vector<std::string> names;
  for (const auto& track : state.tracks)
    for (const auto& line : track.decisions)
      if (std::find(names.begin(), names.end(), line.by) == names.end()) names.push_back(line.by);
  std::string all;
  for (const auto& name : names) all += (all.empty() ? "" : ", ") + name;
  return all.empty() ? tool + "." : tool + ", decisions by " + all + ".";
}

bool all_there(const fs::path& folder, const deliver::Delivery& delivery) {
  return std::all_of(delivery.files.begin(), delivery.files.end(), [&](const auto& file) {
    const auto hash = media::sha256_of_file(folder / file.path);
    return hash.ok() && *hash == file.sha256;
  });
}

// What comes out depends on all of this and on nothing else.
std::string hash_of_ingredients(const deliver::Job& job, const State& state,
                                const std::string& medium, const std::string& version) {
  Json json = {version, medium, texts(job.programme), job.comment};
  for (std::size_t i = 0; i < state.tracks.size(); ++i) {
    const auto& rendered = *state.tracks[i].rendered;
    const auto& input = job.tracks[i];
    json.push_back(rendered.sha256);
    json.push_back(input.target_lufs ? Json(*input.target_lufs) : Json(nullptr));
    json.push_back(input.ceiling_dbtp ? Json(*input.ceiling_dbtp) : Json(nullptr));
    if (medium == "vinyl") json.push_back(to_json(rendered.landing));
  }
  return media::sha256(json.dump());
}

bool is_current(const session::Session& session, const State& state, const std::string& medium,
                const std::string& made_from) {
  const auto before = state.deliveries.find(medium);
  return before != state.deliveries.end() && before->second.made_from == made_from &&
         all_there(session.folder() / "deliveries" / medium, before->second.delivery);
}

Result<deliver::Job> job_for(const session::Session& session, const State& state,
                             const Room& room) {
  deliver::Job job;
  job.programme = session.request().programme;
  job.data = room.data;
  job.comment = comment_for(state, room.version);
  job.thread_count = room.threads;
  job.progress = room.progress;
  for (std::size_t i = 0; i < state.tracks.size(); ++i) {
    const auto& rendered = *state.tracks[i].rendered;
    const auto plan = plan_of(state.tracks[i]);
    const auto mix = media::opener(mix_path(session, i));
    deliver::TrackInput input;
    input.master = media::opener(session.folder() / rendered.path);
    input.for_vinyl = [mix, recipe = rendered.landing.before_limiter]() -> Result<SourcePointer> {
      TRY(auto source, mix());
      return chain::process(recipe, std::move(source));
    };
    input.vinyl_gain_db = rendered.landing.gain_db;
    input.target_lufs = plan.target_lufs;
    input.ceiling_dbtp = plan.ceiling_dbtp;
    TRY(const auto master, measured(session, rendered.path, rendered.sha256, {}, room.version));
    input.measured = master.measurement;
    job.tracks.push_back(std::move(input));
  }
  return job;
}

// A track is rendered as decided when its last render was made from the decisions in force.
bool all_rendered(const session::Session& session, const State& state) {
  return std::all_of(state.tracks.begin(), state.tracks.end(), [&](const TrackState& track) {
    if (!track.rendered || track.rendered->plan != plan_text(plan_of(track))) return false;
    const auto hash = media::sha256_of_file(session.folder() / track.rendered->path);
    return hash.ok() && *hash == track.rendered->sha256;
  });
}

// Sorts what was delivered into what stands and what was made from something else.
Result<void> show_deliveries(const session::Session& session, const State& state, const Room& room,
                             Overview& overview) {
  std::optional<deliver::Job> job;
  if (all_rendered(session, state)) {
    TRY(job, job_for(session, state, room));
  }
  for (const std::string medium : {"digital", "cd", "vinyl"}) {
    const auto found = state.deliveries.find(medium);
    if (found == state.deliveries.end()) continue;
    if (job &&
        is_current(session, state, medium, hash_of_ingredients(*job, state, medium, room.version)))
      overview.page.deliveries.push_back(found->second.delivery);
    else
      overview.outdated.push_back(medium);
  }
  for (const auto& medium : overview.outdated)
    overview.page.limits.push_back("The " + medium +
                                   " files in the session's folder were made from earlier decisions"
                                   " or have been changed; run 'lacquer deliver' to renew them.");
  if (state.signature && overview.outdated.empty()) {
    overview.page.signed_by = state.signature->by;
    overview.page.signed_at = state.signature->at;
  }
  return {};
}

}  // namespace

Result<void> deliver_all(session::Session& session, const std::vector<std::string>& media,
                         const Room& room) {
  const auto state = state_of(session);
  TRY(auto job, job_for(session, state, room));
  std::optional<Error> first;
  for (const auto& medium : media) {
    const auto deliver = deliverer(medium);
    if (!deliver)
      return Error{ErrorKind::usage, "There is no medium '" + medium + "'.", "",
                   "There are: digital, cd, vinyl."};
    job.folder = session.folder() / "deliveries" / medium;
    const auto made_from = hash_of_ingredients(job, state, medium, room.version);
    if (is_current(session, state, medium, made_from)) continue;
    TRY_DO(media::make_folder(job.folder));
    const auto delivery = deliver(job);
    if (!delivery.ok()) {
      if (delivery.error().kind == ErrorKind::cancelled) return delivery.error();
      if (!first) first = delivery.error();
      continue;
    }
    const Json body = {{"made_from", made_from}, {"delivery", to_json(*delivery)}};
    TRY_DO(session.append(machine, "delivered", body.dump()));
  }
  if (first) return *first;
  return {};
}

Result<Overview> deliver_and_finish(session::Session& session,
                                    const std::vector<std::string>& media, const Room& room) {
  const auto delivered = deliver_all(session, media, room);
  if (!delivered.ok() && delivered.error().kind == ErrorKind::cancelled) return delivered.error();
  auto overview = finish(session, room);
  if (!delivered.ok()) return delivered.error();
  return overview;
}

Result<Overview> finish(const session::Session& session, const Room& room) {
  const auto state = state_of(session);
  const auto& request = session.request();
  Overview overview;
  overview.session = session.folder();
  overview.page.programme = request.programme;
  overview.page.program_version = room.version;
  for (std::size_t i = 0; i < state.tracks.size(); ++i) {
    const auto& track = state.tracks[i];
    const auto& words = request.programme.tracks[i];
    TRY(auto mix,
        measured(session, words.file, session.mix_sha256()[i], room.progress, room.version));
    std::optional<MeasuredFile> master;
    if (track.rendered) {  // a master that is gone can be rendered again
      auto file = measured(session, track.rendered->path, track.rendered->sha256, room.progress,
                           room.version);
      if (file.ok()) master = std::move(file).value();
    }
    report::TrackPage page;
    page.track = words;
    page.mix = mix.measurement;
    if (master) page.master = master->measurement;
    page.suggestions = track.suggestions;
    page.mentions = track.mentions;
    page.left_alone = track.left_alone;
    page.decisions = track.decisions;
    page.standing = track.standing;
    if (track.population) page.population = band_of(*track.population);
    if (track.rendered) {
      page.binding = track.rendered->landing.binding;
      page.limiting = track.rendered->limiting;
    }
    overview.page.tracks.push_back(std::move(page));
    overview.mixes.push_back(std::move(mix));
    overview.masters.push_back(std::move(master));
  }
  TRY_DO(show_deliveries(session, state, room, overview));
  TRY_DO(media::write_file(session.folder() / "report.html", report::html(overview.page)));
  return overview;
}

}  // namespace lacquer::studio
