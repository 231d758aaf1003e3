#include <cassert>
#include <charconv>

#include "lacquer/session/session.h"

namespace lacquer::session {
namespace {

/// A TOML basic string; over several lines where the text has several, so that people can edit it.
std::string text(std::string_view value) {
  const bool lines = value.find('\n') != std::string_view::npos;
  const std::string quotes = lines ? "\"\"\"" : "\"";
  std::string out = quotes + (lines ? "\n" : "");  // TOML drops a newline right after the opening
  for (std::size_t i = 0; i < value.size(); ++i) {
    const char c = value[i];
    // Over several lines a quote may stand as it is, unless it could be taken for the closing.
    const bool quote = c == '"' && (!lines || out.back() == '"' || i + 1 == value.size());
    if (quote || c == '\\') {
      out += '\\', out += c;
    } else if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7F) {
      constexpr std::string_view digits = "0123456789ABCDEF";
      out += "\\u00", out += digits[static_cast<std::size_t>(c) >> 4];
      out += digits[static_cast<std::size_t>(c) & 15];
    } else {
      out += c;
    }
  }
  return out + quotes;
}

/// Shortest decimal that reads back as the same double, with the point that makes it a TOML float.
std::string number(double value) {
  char buffer[32];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, value);
  assert(error == std::errc{});
  std::string out(buffer, end);
  if (out.find_first_of(".en") == std::string::npos) out += ".0";
  return out;
}

/// `key = "value"`; nothing for an empty text, which means "not given".
std::string line(std::string_view key, const std::string& value) {
  return value.empty() ? "" : std::string{key} + " = " + text(value) + "\n";
}

/// A number asked for; else the key as a comment that shows how to ask.
std::string line(std::string_view key, const std::optional<double>& value, double example) {
  const std::string name{key};
  return value ? name + " = " + number(*value) + "\n"
               : "# " + name + " = " + number(example) + "\n";
}

std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (const std::string& item : items) out += (out.empty() ? "" : ", ") + text(item);
  return "[" + out + "]";
}

/// What is done to the ends of a track; nothing where nothing is.
std::string lines(const Edit& edit) {
  std::string out;
  for (const EditLength& length : edit_lengths)
    if (edit.*length.seconds != 0.0)
      out += length.key + (" = " + number(edit.*length.seconds)) + "\n";
  for (const EditCurve& one : edit_curves)
    if (edit.*one.curve != Edit{}.*one.curve)
      out += one.key + (" = " + text(fade_curve_names[static_cast<std::size_t>(edit.*one.curve)])) +
             "\n";
  return out;
}

}  // namespace

std::string write_request(const Request& request, const std::vector<std::string>& mix_sha256) {
  const Programme& programme = request.programme;
  assert(mix_sha256.size() == programme.tracks.size());
  std::string out =
      "# What is asked of this session. Edit it: the next command follows what stands here.\n"
      "# The keys are those of album.toml, see docs/formats/session-folder.md.\n"
      "\n[session]\n";
  out += line("title", programme.title) + line("artist", programme.artist);
  out += line("upc", programme.upc) + line("date", programme.date);
  out += line("genre", programme.genre) + line("language", programme.language);
  out += line("label", programme.label) + line("brief", programme.brief);
  out += "# Loudness and true-peak ceiling asked for outright; without them each is suggested.\n";
  out += line("loudness_lufs", request.loudness_lufs, -14.0);
  out += line("ceiling_dbtp", request.ceiling_dbtp, -1.0);
  out += "# How much of every suggestion is taken: 0.0 none, 1.0 all of it.\n";
  out += "strength = " + number(request.strength) + "\n";
  if (programme.tracks.size() > 1 || request.loudness != Request{}.loudness) {
    out +=
        "# \"album\": tracks keep their distances, the loudest (or anchor = N) at the target; "
        "\"track\": each by itself.\n";
    out += "loudness = " + text(request.loudness) + "\n";
  }
  if (request.anchor > 0) out += "anchor = " + std::to_string(request.anchor) + "\n";
  out += "# Whose statistics suggestions stand in; a track may name its own.\n";
  out += "population = " + text(request.population) + "\n";
  if (!request.references.empty()) out += "references = " + list(request.references) + "\n";
  out += "\n[media]\nfor = " + list(request.media) +
         "\n\n# A mix is never changed, and its sha256 is how a changed one is noticed.\n";
  for (std::size_t i = 0; i < programme.tracks.size(); ++i) {
    const Track& track = programme.tracks[i];
    out += (i ? "\n" : "") + std::string{"[[track]]\n"};
    out += line("file", track.file) + line("sha256", mix_sha256[i]);
    out += line("title", track.title) + line("artist", track.artist);
    out += line("composer", track.composer) + line("isrc", track.isrc);
    out += line("population", track.population) + line("brief", track.brief);
    out += "gap_s = " + number(track.gap_s) + "\n" + lines(track.edit);
  }
  return out;
}

}  // namespace lacquer::session
