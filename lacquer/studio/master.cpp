#include <algorithm>
#include <nlohmann/json.hpp>

#include "lacquer/base/parallel.h"
#include "lacquer/chain/edit.h"
#include "lacquer/media/files.h"
#include "lacquer/media/tags.h"
#include "lacquer/studio/differing.h"
#include "lacquer/studio/studio.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace fs = std::filesystem;
namespace {

// No medium has a track this long, and a mistake of this kind should not cost a day of computing.
constexpr double longest_track_s = 6.0 * 3600.0;

struct Input {
  session::Request request;  ///< track files as absolute paths
  std::vector<std::string> sha256;
};

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(path, ignored);
}

Error no_album(const fs::path& folder) {
  return {ErrorKind::unusable_input, "This is a folder without an album.toml.", folder.string(),
          "Name the audio files in order, or put an album.toml there."};
}

// One file or several: the titles come from their tags, else from their names.
Result<session::Request> request_from_files(const std::vector<fs::path>& files) {
  session::Request request;
  for (const auto& file : files) {
    if (is_folder(file)) return no_album(file);
    Track track;
    track.file = real_path(file).string();
    track.title = file.stem().string();
    if (const auto tags = media::read_tags(file); tags.ok()) {
      if (!tags->title.empty()) track.title = tags->title;
      track.artist = tags->artist;
      track.composer = tags->composer;
      track.isrc = tags->isrc;
    }
    request.programme.tracks.push_back(std::move(track));
  }
  auto& tracks = request.programme.tracks;
  request.programme.title = tracks.front().title;
  const bool one_artist = std::all_of(tracks.begin(), tracks.end(), [&](const Track& track) {
    return track.artist == tracks.front().artist;
  });
  if (one_artist) {
    request.programme.artist = tracks.front().artist;
    for (auto& track : tracks) track.artist.clear();
  }
  return request;
}

// The same references with their files as absolute paths.
Result<std::vector<std::string>> references_at(const fs::path& folder,
                                               std::vector<std::string> references) {
  for (auto& text : references) {
    TRY(auto reference, advise::parse_reference(text));
    reference.file = real_path(folder / reference.file).string();
    text = advise::to_text(reference);
  }
  return references;
}

Result<session::Request> request_from_album(const fs::path& album) {
  TRY(auto request, session::read_album(album));
  for (auto& track : request.programme.tracks)
    track.file = real_path(album.parent_path() / track.file).string();
  TRY(request.references, references_at(album.parent_path(), request.references));
  return request;
}

Error edits_one_mix(std::size_t tracks) {
  return {ErrorKind::usage,
          "Trims, fades and silences are options for one mix, and there are " +
              std::to_string(tracks) + ".",
          "", "Write them to the tracks of an album.toml, or of the session.toml."};
}

Result<void> edit_fits(const Track& track, const media::FileInfo& info) {
  const auto editing = chain::Editing::of(track.edit, info.format, info.frame_count);
  if (editing.ok()) return {};
  Error error = editing.error();
  error.place = track.file;
  return error;
}

Result<Input> read_inputs(const Order& order, const Room& room) {
  if (order.inputs.empty())
    return Error{ErrorKind::usage, "There is nothing to master.", "",
                 "Name one mix, several in album order, or an album.toml."};
  fs::path first = order.inputs.front();
  if (order.inputs.size() == 1 && is_folder(first)) {
    if (!is_there(first / "album.toml")) return no_album(first);
    first /= "album.toml";
  }
  const bool album = order.inputs.size() == 1 && first.extension() == ".toml";
  TRY(auto request, album ? request_from_album(first) : request_from_files(order.inputs));
  if (order.media) request.media = *order.media;
  if (order.population) request.population = *order.population;
  if (order.references) {
    TRY(request.references, references_at("", *order.references));
  }
  if (order.loudness_lufs) request.loudness_lufs = order.loudness_lufs;
  if (order.ceiling_dbtp) request.ceiling_dbtp = order.ceiling_dbtp;
  if (order.strength) request.strength = *order.strength;
  if (order.brief) request.programme.brief = *order.brief;
  if (order.loudness) request.loudness = *order.loudness;
  if (order.anchor) {
    const auto wrong = session::wrong_anchor(*order.anchor, request.programme.tracks.size());
    if (!wrong.empty()) return Error{ErrorKind::usage, wrong, "--anchor", "1 is the first track."};
    request.anchor = *order.anchor;
  }

  TRY(const auto targets, targets_in(room));
  // Before a session is made of it: what cannot be suggested from must not be written down.
  TRY_DO(advise::require_population(request.population, targets));
  for (const auto& track : request.programme.tracks)
    if (!track.population.empty()) TRY_DO(advise::require_population(track.population, targets));
  for (const auto& text : request.references) {
    TRY(const auto reference, advise::parse_reference(text));
    TRY_DO(heard(reference.file, room));
  }

  Input input{std::move(request), {}};
  auto& tracks = input.request.programme.tracks;
  if (!order.edit.says_nothing()) {
    if (tracks.size() != 1) return edits_one_mix(tracks.size());
    tracks.front().edit = order.edit.over(tracks.front().edit);
  }
  input.sha256.resize(tracks.size());
  TRY_DO(for_each_index(
      tracks.size(), room.threads, room.progress, "Reading the mix",
      [&](std::size_t i, const Progress&) -> Result<void> {
        TRY(const auto opened, media::open_audio(tracks[i].file));
        if (opened.info.duration_s() > longest_track_s)
          return Error{ErrorKind::unusable_input,
                       "The mix is longer than 6 hours, which no track on any medium can be.",
                       tracks[i].file, "Split it into its tracks."};
        // Refused here, a wrong number makes no session that insists on it.
        if (auto fits = edit_fits(tracks[i], opened.info); !fits.ok()) return fits;
        TRY(input.sha256[i], media::sha256_of_file(tracks[i].file));
        return {};
      }));
  return input;
}

bool is_album(const Order& order) {
  return is_folder(order.inputs.front()) || order.inputs.front().extension() == ".toml";
}

fs::path session_folder(const Order& order, const session::Request& request) {
  if (order.session) return *order.session;
  const bool one_song = !is_album(order) && order.inputs.size() == 1;
  return (one_song ? order.inputs.front().stem().string() : slug(request.programme.title)) +
         ".lacquer";
}

std::string differing_input(const Order& order, const Input& input,
                            const session::Session& session) {
  const auto& now = input.request.programme;
  const auto& then = session.request().programme;
  if (now.tracks.size() != then.tracks.size())
    return "the session has " + std::to_string(then.tracks.size()) + " tracks, not " +
           std::to_string(now.tracks.size());
  for (std::size_t i = 0; i < now.tracks.size(); ++i)
    if (input.sha256[i] != session.mix_sha256()[i])
      return "track " + std::to_string(i + 1) + " is another mix (" + then.tracks[i].file +
             " in the session)";
  return is_album(order) ? differing_album(input.request, session.request()) : "";
}

Error made_from_something_else(const fs::path& folder, const std::string& what) {
  return {ErrorKind::usage, "This session was made from something else: " + what + ".",
          folder.string(),
          "Give another folder with -o, or change session.toml and use 'lacquer master SESSION'."};
}

Result<session::Session> open_existing(const fs::path& folder, const Order& order,
                                       const Room& room) {
  TRY(auto session, session::Session::open(folder, room.clock));
  const auto tracks = session.request().programme.tracks.size();
  if (!order.edit.says_nothing() && tracks != 1) return edits_one_mix(tracks);
  if (const auto what = differing_option(order, session.request()); !what.empty())
    return made_from_something_else(folder, what);
  if (order.references) {
    TRY(const bool same, same_references(folder, *order.references, session.request().references));
    if (!same) return made_from_something_else(folder, "--reference differs");
  }
  return session;
}

Result<session::Session> create_or_continue(const Order& order, const Input& input,
                                            const Room& room) {
  const fs::path folder = session_folder(order, input.request);
  if (!is_there(folder)) {
    auto request = input.request;
    const auto base = real_path(folder);
    for (auto& track : request.programme.tracks)
      track.file = fs::path{track.file}.lexically_relative(base).string();
    for (auto& text : request.references) text = *relative_to(base, text);
    auto created = session::Session::create(folder, request, input.sha256, room.clock);
    // Another command may have made it in this very moment.
    if (created.ok() || created.error().kind != ErrorKind::refused) return created;
  }
  TRY(auto session, open_existing(folder, order, room));
  if (const auto what = differing_input(order, input, session); !what.empty())
    return made_from_something_else(folder, what);
  if (is_album(order)) {
    const auto& then = session.request().references;
    TRY(const bool same, same_references(folder, input.request.references, then));
    if (!same) return made_from_something_else(folder, "references differ");
  }
  return session;
}

// The order names a session, or what one is made from.
Result<session::Session> session_for(const Order& order, const Room& room) {
  if (order.inputs.size() == 1 && is_there(order.inputs.front() / "session.toml")) {
    if (order.session)
      return Error{ErrorKind::usage, "-o has no meaning for a session that exists.",
                   order.inputs.front().string(), "Leave it out."};
    return open_existing(order.inputs.front(), order, room);
  }
  TRY(const auto input, read_inputs(order, room));
  return create_or_continue(order, input, room);
}

}  // namespace

Result<Overview> suggest(const Order& order, const Room& room) {
  TRY(auto session, session_for(order, room));
  TRY_DO(suggest_all(session, room, true));
  return finish(session, room);
}

Result<Overview> master(const Order& order, const Room& room) {
  TRY(auto session, session_for(order, room));
  TRY_DO(suggest_all(session, room, false));
  TRY_DO(accept_undecided(session, order.as));
  TRY_DO(render_all(session, room));
  return deliver_and_finish(session, session.request().media, room);
}

}  // namespace lacquer::studio
