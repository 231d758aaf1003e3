#include <cstdio>
#include <mutex>
#include <nlohmann/json.hpp>

#include "lacquer/base/parallel.h"
#include "lacquer/media/files.h"
#include "lacquer/media/read_ahead.h"
#include "lacquer/media/writers.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

// 32-bit float holds every 24-bit sample exactly; longer words need more.
media::FileFormat master_format(const media::FileInfo& mix) {
  const bool long_words = mix.bit_depth > 24 && !(mix.codec == "float" && mix.bit_depth == 32);
  return long_words ? media::FileFormat::wav_float64 : media::FileFormat::wav_float32;
}

std::string master_name(std::size_t track, const std::string& title) {
  char number[8];
  std::snprintf(number, sizeof number, "%02zu-", track + 1);
  return "masters/" + (number + slug(title)) + ".wav";
}

/// The recipe's result; with threads to spare the steps work beside what lands and writes.
Result<SourcePointer> rendered(const chain::Landing& landing, SourcePointer mix, int threads) {
  if (threads < 2) return chain::process(landing.recipe, std::move(mix));
  const auto& steps = landing.recipe.steps;
  const auto tail =
      steps.begin() + static_cast<std::ptrdiff_t>(landing.before_limiter.steps.size());
  TRY(auto before, chain::process({landing.before_limiter.steps, {}}, std::move(mix)));
  return chain::process({{tail, steps.end()}, landing.recipe.edit},
                        media::read_ahead(std::move(before)));
}

Result<void> write_master(const chain::Landing& landing, const fs::path& mix, const fs::path& path,
                          const media::FileInfo& info, const Progress& progress, int threads) {
  TRY(auto opened, media::open_audio(mix));
  TRY(auto source, rendered(landing, std::move(opened.source), threads));
  const auto frames = static_cast<std::uintmax_t>(source->frame_count());
  const auto channels = static_cast<std::uintmax_t>(source->format().channel_count);
  TRY_DO(media::require_space(path.parent_path(), frames * channels * sizeof(double)));
  TRY(auto sink, media::create_audio(path, master_format(info), source->format()));
  AudioBuffer buffer{source->format().channel_count, block_frames};
  for (std::uintmax_t done = 0;;) {
    if (progress.cancelled())
      return Error{ErrorKind::cancelled, "Stopped.", "", "The same command goes on from here."};
    TRY(const int count, source->read(buffer.block()));
    if (count == 0) break;
    TRY_DO(sink->write(buffer.block().frames(0, count)));
    done += static_cast<std::uintmax_t>(count);
    progress.at("", 0.7 + 0.2 * static_cast<double>(done) / static_cast<double>(frames));
  }
  return sink->finish();
}

bool still_there(const fs::path& folder, const Rendered& rendered) {
  const auto hash = media::sha256_of_file(folder / rendered.path);
  return hash.ok() && *hash == rendered.sha256;
}

/// Writes one line a render in the order of the tracks, however many threads there are.
class RenderLog {
 public:
  RenderLog(session::Session& session, std::size_t count) : session_{session}, bodies_(count) {}

  /// An empty body: this track has nothing new to tell.
  Result<void> add(std::size_t track, std::string body) {
    const std::lock_guard lock{mutex_};
    bodies_[track] = std::move(body);
    while (next_ < bodies_.size() && bodies_[next_]) TRY_DO(write(next_++));
    return {};
  }

  /// What stands behind a track that failed.
  Result<void> write_all() {
    const std::lock_guard lock{mutex_};
    for (; next_ < bodies_.size(); ++next_)
      if (bodies_[next_]) TRY_DO(write(next_));
    return {};
  }

 private:
  Result<void> write(std::size_t track) {
    if (bodies_[track]->empty()) return {};
    return session_.append(machine, "rendered", *bodies_[track]);
  }

  std::mutex mutex_;  // the session has one writer
  session::Session& session_;
  std::vector<std::optional<std::string>> bodies_;
  std::size_t next_ = 0;
};

}  // namespace

Result<void> render_all(session::Session& session, const Room& room) {
  const auto& tracks = session.request().programme.tracks;
  TRY(const auto mixes, measured_mixes(session, room));
  const auto state = state_of(session);
  TRY_DO(media::make_folder(session.folder() / "masters"));
  RenderLog log{session, tracks.size()};
  // Tracks go side by side; what is left of the threads works within each.
  const int threads = std::max(
      1, thread_count(room.threads) / static_cast<int>(std::max<std::size_t>(1, tracks.size())));
  const auto render = [&](std::size_t i, const Progress& progress) -> Result<void> {
    const auto plan = plan_of(state.tracks[i]);
    const std::string path = master_name(i, tracks[i].title);
    const auto made_from = media::sha256(mixes[i].sha256 + plan_text(plan) + path + room.version);
    const auto& last = state.tracks[i].rendered;
    if (last && last->made_from == made_from && still_there(session.folder(), *last))
      return log.add(i, {});

    const fs::path mix = mix_path(session, i);
    const Progress landing_progress{
        [&](const std::string&, double fraction) { progress.at("", 0.7 * fraction); },
        progress.cancel_flag()};
    TRY(auto landing, chain::land(plan, media::opener(mix), landing_progress, "", threads));
    TRY_DO(write_master(landing, mix, session.folder() / path, mixes[i].info, progress, threads));
    TRY(const auto limiting,
        limiting_of(landing, media::opener(mix), mixes[i].measurement, plan.target_lufs,
                    Progress{nullptr, progress.cancel_flag()}));
    TRY(const auto hash, media::sha256_of_file(session.folder() / path));
    TRY(const auto master, measured(session, path, hash, {}, room.version));
    Json effects = Json::object();
    const auto& suggestions = state.tracks[i].suggestions;
    for (std::size_t one = 0; one < suggestions.size(); ++one)
      if (advise::is_taken(suggestions[one]))
        effects[suggestions[one].id] = effect_of(suggestions, one, landing, master.measurement);
    const Json body = {{"track", i + 1},
                       {"made_from", made_from},
                       {"path", path},
                       {"sha256", hash},
                       {"plan", plan_text(plan)},
                       {"landing", studio::to_json(landing)},
                       {"effects", effects},
                       {"limiting", studio::to_json(limiting)}};
    return log.add(i, body.dump());
  };
  const auto rendered =
      for_each_index(tracks.size(), room.threads, room.progress, "Rendering", render);
  TRY_DO(log.write_all());
  TRY_DO(rendered);

  // Masters under names no track has any more (a title was edited) are not this session's.
  std::error_code ignored;
  for (const auto& file : fs::directory_iterator{session.folder() / "masters", ignored}) {
    bool known = false;
    for (std::size_t i = 0; i < tracks.size(); ++i)
      known |= file.path() == session.folder() / master_name(i, tracks[i].title);
    if (!known) fs::remove(file.path(), ignored);
  }
  return {};
}

}  // namespace lacquer::studio
