#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/wording.h"
#include "lacquer/media/files.h"
#include "lacquer/session/request_toml.h"
#include "lacquer/session/table_reader.h"
#include "lacquer/session/toml.h"

namespace lacquer::session {
namespace {

constexpr std::array<std::string_view, 3> known_media = {"digital", "cd", "vinyl"};

void erase_spaces_and_hyphens(std::string& code) {
  std::erase_if(code, [](char c) { return c == ' ' || c == '-'; });
}

/// A 12-digit UPC-A is the EAN-13 with a leading 0 (GS1 General Specifications, 1.4).
void normalise_upc(std::string& upc) {
  erase_spaces_and_hyphens(upc);
  const bool digits =
      std::all_of(upc.begin(), upc.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (digits && upc.size() == 12) upc.insert(0, 1, '0');
}

/// The keys of the programme and of the request, the same in both files.
void read_head(TableReader& reader, Request& request, std::optional<double>& anchor) {
  Programme& programme = request.programme;
  reader.text("title", programme.title);
  reader.text("artist", programme.artist);
  reader.text("upc", programme.upc);
  normalise_upc(programme.upc);
  reader.text("date", programme.date);
  reader.text("genre", programme.genre);
  reader.text("language", programme.language);
  reader.text("label", programme.label);
  reader.text("brief", programme.brief);
  reader.number("loudness_lufs", -60.0, 0.0, request.loudness_lufs);
  reader.number("ceiling_dbtp", -24.0, 0.0, request.ceiling_dbtp);
  reader.number("strength", 0.0, 1.0, request.strength);
  reader.text("loudness", request.loudness);
  if (request.loudness != "album" && request.loudness != "track")
    reader.missing(in_quotes(request.loudness) + " is no way to set the loudness.",
                   "It is \"album\" (tracks keep their distances) or \"track\" (each by itself); "
                   "a number is loudness_lufs.");
  reader.number("anchor", 1.0, 1000.0, anchor);
  reader.text("population", request.population);
  for (auto& [reference, node] : reader.texts("references"))
    request.references.push_back(std::move(reference));
}

Result<void> read_media(const toml::table* table, const std::string& place, Request& request) {
  if (!table) return {};
  TableReader reader{*table, place};
  std::vector<std::string> media;
  for (const auto& [medium, node] : reader.texts("for")) {
    if (std::find(known_media.begin(), known_media.end(), medium) == known_media.end())
      reader.mistake(node, in_quotes(medium) + " is no medium.",
                     "Did you mean " +
                         in_quotes(nearest(medium, {known_media.begin(), known_media.end()})) +
                         "? The media are \"digital\", \"cd\" and \"vinyl\".");
    if (std::find(media.begin(), media.end(), medium) == media.end()) media.push_back(medium);
  }
  if (table->contains("for") && media.empty())
    reader.missing("[media] names no medium.", "Name one, or leave [media] out for all three.");
  TRY_DO(reader.finish());
  if (!media.empty()) request.media = std::move(media);
  return {};
}

void read_curve(TableReader& reader, std::string_view key, FadeCurve& curve) {
  std::string name{fade_curve_names[static_cast<std::size_t>(curve)]};
  reader.text(key, name);
  const auto found = std::find(fade_curve_names.begin(), fade_curve_names.end(), name);
  if (found == fade_curve_names.end())
    return reader.missing(
        in_quotes(name) + " is no curve of a fade.",
        "Did you mean " +
            in_quotes(nearest(name, {fade_curve_names.begin(), fade_curve_names.end()})) +
            "? The curves are \"linear\", \"equal_power\", \"s_curve\" and \"exponential\".");
  curve = static_cast<FadeCurve>(found - fade_curve_names.begin());
}

void read_edit(TableReader& reader, Edit& edit) {
  for (const EditLength& length : edit_lengths)
    reader.number(length.key, 0.0, length.most_s, edit.*length.seconds);
  for (const EditCurve& one : edit_curves) read_curve(reader, one.key, edit.*one.curve);
}

Result<Track> read_track(TableReader& reader) {
  Track track;
  reader.text("file", track.file);
  reader.text("title", track.title);
  reader.text("artist", track.artist);
  reader.text("composer", track.composer);
  reader.text("isrc", track.isrc);
  erase_spaces_and_hyphens(track.isrc);
  reader.text("population", track.population);
  reader.number("gap_s", 0.0, 3600.0, track.gap_s);
  read_edit(reader, track.edit);
  reader.text("brief", track.brief);
  if (track.file.empty())
    reader.missing("The track has no file.", "Add file = \"...\" with the path of its mix.");
  TRY_DO(reader.finish());
  return track;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// `with_sha256`: session.toml, whose head stands under [session].
Result<SessionFile> read(const toml::table& root, const std::string& place, bool with_sha256) {
  SessionFile file;
  std::optional<double> anchor;
  TableReader reader{root, place};
  if (with_sha256) {
    if (const toml::table* head = reader.table("session")) {
      TableReader head_reader{*head, place};
      read_head(head_reader, file.request, anchor);
      TRY_DO(head_reader.finish());
    } else {
      reader.missing("There is no [session] here.", "Is this an album.toml? Give it to master.");
      TRY_DO(reader.finish());
    }
  } else {
    read_head(reader, file.request, anchor);
  }
  TRY_DO(read_media(reader.table("media"), place, file.request));
  const auto tracks = reader.tables("track");
  if (tracks.empty())
    reader.missing("There is no [[track]] here.", "Add one for each mix, with its file = \"...\".");
  for (const toml::table* table : tracks) {
    TableReader track_reader{*table, place};
    if (with_sha256) {
      track_reader.text("sha256", file.mix_sha256.emplace_back());
      if (!is_sha256(file.mix_sha256.back()))
        track_reader.missing("The track has no sha256 of its mix (64 hexadecimal digits).",
                             "Put back what stood there; a new track wants a new session.");
    }
    TRY(Track track, read_track(track_reader));
    file.request.programme.tracks.push_back(std::move(track));
  }
  if (anchor) {
    if (const auto wrong = wrong_anchor(*anchor, tracks.size()); !wrong.empty())
      reader.missing(wrong, "anchor is the number of a track, 1 for the first.");
    file.request.anchor = static_cast<int>(*anchor);
  }
  TRY_DO(reader.finish());
  return file;
}

}  // namespace

std::string wrong_anchor(double anchor, std::size_t tracks) {
  if (anchor == std::floor(anchor) && anchor >= 1.0 && anchor <= static_cast<double>(tracks))
    return "";
  return "There is no track that \"anchor\" names: there are " + std::to_string(tracks) + ".";
}

Result<Request> parse_album(std::string_view text, const std::string& place) {
  TRY(const toml::table root, parse_toml(text, place));
  TRY(SessionFile file, read(root, place, false));
  return std::move(file.request);
}

Result<SessionFile> parse_session(std::string_view text, const std::string& place) {
  TRY(const toml::table root, parse_toml(text, place));
  return read(root, place, true);
}

Result<Request> read_album(const std::filesystem::path& path) {
  TRY(const std::string text, media::read_file(path));
  return parse_album(text, path.string());
}

Result<Request> read_request(const std::filesystem::path& session_toml) {
  TRY(const std::string text, media::read_file(session_toml));
  TRY(SessionFile file, parse_session(text, session_toml.string()));
  return std::move(file.request);
}

}  // namespace lacquer::session
