#include <algorithm>
#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"
#include "lacquer/media/tags.h"
#include "lacquer/studio/parallel.h"
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

Error no_album(const fs::path& folder) {
  return {ErrorKind::unusable_input, "This is a folder without an album.toml.", folder.string(),
          "Name the audio files in order, or put an album.toml there."};
}

// One file or several: the titles come from their tags, else from their names.
Result<session::Request> request_from_files(const std::vector<fs::path>& files) {
  session::Request request;
  for (const auto& file : files) {
    if (fs::is_directory(file)) return no_album(file);
    Track track;
    track.file = fs::absolute(file).lexically_normal().string();
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

Result<session::Request> request_from_album(const fs::path& album) {
  TRY(auto request, session::read_album(album));
  for (auto& track : request.programme.tracks)
    track.file = (fs::absolute(album).parent_path() / track.file).lexically_normal().string();
  return request;
}

Result<Input> read_inputs(const Order& order, const Room& room) {
  if (order.inputs.empty())
    return Error{ErrorKind::usage, "There is nothing to master.", "",
                 "Name one mix, several in album order, or an album.toml."};
  fs::path first = order.inputs.front();
  if (order.inputs.size() == 1 && fs::is_directory(first)) {
    if (!fs::exists(first / "album.toml")) return no_album(first);
    first /= "album.toml";
  }
  const bool album = order.inputs.size() == 1 && first.extension() == ".toml";
  TRY(auto request, album ? request_from_album(first) : request_from_files(order.inputs));
  if (order.media) request.media = *order.media;
  if (order.population) request.population = *order.population;
  if (order.loudness_lufs) request.loudness_lufs = order.loudness_lufs;
  if (order.ceiling_dbtp) request.ceiling_dbtp = order.ceiling_dbtp;
  if (order.strength) request.strength = *order.strength;
  if (order.brief) request.programme.brief = *order.brief;

  Input input{std::move(request), {}};
  const auto& tracks = input.request.programme.tracks;
  input.sha256.resize(tracks.size());
  TRY_DO(for_each_index(
      tracks.size(), room.threads, room.progress, "Reading the mix",
      [&](std::size_t i, const Progress&) -> Result<void> {
        TRY(const auto opened, media::open_audio(tracks[i].file));
        if (opened.info.duration_s() > longest_track_s)
          return Error{ErrorKind::unusable_input,
                       "The mix is longer than 6 hours, which no track on any medium can be.",
                       tracks[i].file, "Split it into its tracks."};
        TRY(input.sha256[i], media::sha256_of_file(tracks[i].file));
        return {};
      }));
  return input;
}

fs::path session_folder(const Order& order, const session::Request& request) {
  if (order.session) return *order.session;
  const bool album =
      fs::is_directory(order.inputs.front()) || order.inputs.front().extension() == ".toml";
  const std::string name = album || order.inputs.size() > 1 ? slug(request.programme.title)
                                                            : order.inputs.front().stem().string();
  return name + ".lacquer";
}

std::string text(const std::optional<double>& value) {
  return value ? Json(*value).dump() : "none";
}

// The first thing in which the order is not what the session was made from; empty if it is.
// Options the order does not name are the session's.
std::string difference(const Order& order, const Input& input, const session::Session& session) {
  const auto& now = input.request;
  const auto& then = session.request();
  const auto differs = [](const std::string& what, const std::string& a, const std::string& b) {
    return what + " is \"" + b + "\" in the session and \"" + a + "\" now";
  };
  if (input.sha256.size() != session.mix_sha256().size())
    return "the session has " + std::to_string(session.mix_sha256().size()) + " tracks, not " +
           std::to_string(input.sha256.size());
  for (std::size_t i = 0; i < input.sha256.size(); ++i)
    if (input.sha256[i] != session.mix_sha256()[i])
      return "track " + std::to_string(i + 1) + " is another mix (" +
             then.programme.tracks[i].file + " in the session)";
  if (order.media && now.media != then.media) return "--for differs";
  if (order.population && now.population != then.population)
    return differs("--genre", now.population, then.population);
  if (order.loudness_lufs && now.loudness_lufs != then.loudness_lufs)
    return differs("--loudness", text(now.loudness_lufs), text(then.loudness_lufs));
  if (order.ceiling_dbtp && now.ceiling_dbtp != then.ceiling_dbtp)
    return differs("--ceiling", text(now.ceiling_dbtp), text(then.ceiling_dbtp));
  if (order.strength && now.strength != then.strength)
    return differs("--strength", text(now.strength), text(then.strength));
  if (order.brief && now.programme.brief != then.programme.brief) return "--brief differs";
  const bool album =
      fs::is_directory(order.inputs.front()) || order.inputs.front().extension() == ".toml";
  if (!album) return "";
  const auto& a = now.programme;
  const auto& b = then.programme;
  if (a.title != b.title) return differs("title", a.title, b.title);
  if (a.artist != b.artist) return differs("artist", a.artist, b.artist);
  if (a.upc != b.upc) return differs("upc", a.upc, b.upc);
  if (a.date != b.date) return differs("date", a.date, b.date);
  for (std::size_t i = 0; i < a.tracks.size(); ++i) {
    const auto& here = a.tracks[i];
    const auto& there = b.tracks[i];
    const std::string track = "track " + std::to_string(i + 1) + " ";
    if (here.title != there.title) return differs(track + "title", here.title, there.title);
    if (here.isrc != there.isrc) return differs(track + "isrc", here.isrc, there.isrc);
    if (here.gap_s != there.gap_s)
      return differs(track + "gap_s", text(here.gap_s), text(there.gap_s));
  }
  return "";
}

Result<session::Session> create_or_continue(const Order& order, const Input& input,
                                            const Room& room) {
  const fs::path folder = session_folder(order, input.request);
  if (fs::exists(folder)) {
    TRY(auto session, session::Session::open(folder, room.clock));
    if (const auto what = difference(order, input, session); !what.empty())
      return Error{
          ErrorKind::usage, "This session was made from something else: " + what + ".",
          folder.string(),
          "Give another folder with -o, or change session.toml and use 'lacquer deliver'."};
    return session;
  }
  const auto base = fs::absolute(folder).lexically_normal();
  for (auto& track : input.request.programme.tracks)
    track.file = fs::path{track.file}.lexically_relative(base).string();
  return session::Session::create(folder, input.request, input.sha256, room.clock);
}

}  // namespace

Result<Overview> master(const Order& order, const Room& room) {
  TRY(const auto input, read_inputs(order, room));
  TRY(auto session, create_or_continue(order, input, room));
  TRY_DO(suggest_all(session, room, false));
  TRY_DO(accept_undecided(session, order.as));
  TRY_DO(render_all(session, room));
  TRY_DO(deliver_all(session, session.request().media, room));
  return finish(session, room);
}

}  // namespace lacquer::studio
