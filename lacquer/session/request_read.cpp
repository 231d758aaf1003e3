// toml++ 3.3 asserts on some malformed text ("[`]" for one, found by the fuzzer) where it should
// report an error. Bad input must not end the program, so its assertion becomes something to catch.
namespace {
struct ParserAssertion {};
constexpr void toml_insists(bool holds) {
  if (!holds) throw ParserAssertion{};
}
}  // namespace
#define TOML_ASSERT(expression) toml_insists(static_cast<bool>(expression))
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <sstream>

#include "lacquer/media/files.h"
#include "lacquer/session/request_toml.h"
#include "lacquer/session/toml_guard.h"
#include "lacquer/session/utf8.h"

namespace lacquer::session {
namespace {

constexpr std::array<std::string_view, 3> known_media = {"digital", "cd", "vinyl"};

/// As shown in an error: short, whole UTF-8 characters, nothing a terminal would obey.
std::string in_quotes(std::string_view text) {
  std::string shown{text.substr(0, 64)};
  shown.resize(valid_utf8_bytes(shown));
  for (char& c : shown)
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) c = '?';
  return "\"" + shown + (text.size() > 64 ? "...\"" : "\"");
}

/// Levenshtein distance: insertions, deletions and replacements between two short words.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& known) {
  const std::string_view start = word.substr(0, 64);  // nobody misspells by more
  return *std::min_element(known.begin(), known.end(),
                           [&](auto a, auto b) { return distance(start, a) < distance(start, b); });
}

std::string name_of(toml::node_type type) {
  switch (type) {
    case toml::node_type::table:
      return "a table";
    case toml::node_type::array:
      return "a list";
    case toml::node_type::string:
      return "a text";
    case toml::node_type::integer:
      return "a whole number";
    case toml::node_type::floating_point:
      return "a number";
    case toml::node_type::boolean:
      return "true or false";
    default:
      return "a date or time";
  }
}

/// Takes the keys it is asked for out of one TOML table and keeps the first mistake it meets.
/// A key nobody asked for is a mistake too: a misspelt "isrc" must not be lost in silence.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string place)
      : table_{table}, place_{std::move(place)} {}

  /// A date written without quotes is taken as its text.
  void text(std::string_view key, std::string& value) {
    const toml::node* node = find(key);
    if (!node) return;
    if (const auto* text = node->as_string()) {
      value = text->get();
    } else if (const auto* date = node->as_date()) {
      std::ostringstream out;
      out << date->get();
      value = out.str();
    } else {
      wrong_type(key, *node, "a text", "Put it in double quotes.");
    }
  }

  void number(std::string_view key, double minimum, double maximum, double& value) {
    const toml::node* node = find(key);
    if (!node) return;
    const auto number = node->is_number() ? node->value<double>() : std::nullopt;
    if (!number) return wrong_type(key, *node, "a number", "Write it without quotes and unit.");
    if (!(*number >= minimum && *number <= maximum))  // also refuses nan
      return mistake(node, in_quotes(key) + " is out of range.",
                     "It runs from " + plain(minimum) + " to " + plain(maximum) + ".");
    value = *number;
  }
  void number(std::string_view key, double minimum, double maximum, std::optional<double>& value) {
    if (!table_.contains(key)) {
      known_.push_back(key);
      return;
    }
    number(key, minimum, maximum, value.emplace());
  }

  /// The texts of a list, each with its node; empty when the key is absent.
  std::vector<std::pair<std::string, const toml::node*>> texts(std::string_view key) {
    std::vector<std::pair<std::string, const toml::node*>> all;
    const toml::node* node = find(key);
    if (!node) return all;
    const auto* list = node->as_array();
    if (!list) {
      wrong_type(key, *node, "a list of texts", "Write " + std::string{key} + " = [\"...\"].");
      return all;
    }
    for (const toml::node& item : *list) {
      if (const auto* text = item.as_string())
        all.emplace_back(text->get(), &item);
      else
        wrong_type(key, item, "a list of texts", "Put each in double quotes.");
    }
    return all;
  }

  const toml::table* table(std::string_view key) {
    const toml::node* node = find(key);
    if (!node) return nullptr;
    if (!node->is_table())
      wrong_type(key, *node, "a table", "Write [" + std::string{key} + "] on a line of its own.");
    return node->as_table();
  }

  /// The tables written as [[key]]; empty when there are none.
  std::vector<const toml::table*> tables(std::string_view key) {
    std::vector<const toml::table*> all;
    const toml::node* node = find(key);
    if (!node) return all;
    const auto* list = node->as_array();
    const std::string remedy = "Write [[" + std::string{key} + "]] above each.";
    if (!list) wrong_type(key, *node, "a list of tables", remedy);
    for (std::size_t i = 0; list && i < list->size(); ++i) {
      if (const auto* table = list->get(i)->as_table())
        all.push_back(table);
      else
        wrong_type(key, *list->get(i), "a list of tables", remedy);
    }
    return all;
  }

  void mistake(const toml::node* at, std::string sentence, std::string remedy) {
    if (!first_) first_ = error(at->source(), std::move(sentence), std::move(remedy));
  }
  /// A mistake about what is not there, at the table's own line.
  void missing(std::string sentence, std::string remedy) {
    mistake(&table_, std::move(sentence), std::move(remedy));
  }

  /// The first mistake, else an unknown key, else ok.
  Result<void> finish() const {
    if (first_) return *first_;
    for (auto&& [key, node] : table_) {
      if (std::find(known_.begin(), known_.end(), key.str()) != known_.end()) continue;
      return error(key.source(), "There is no key " + in_quotes(key.str()) + " here.",
                   "Did you mean " + in_quotes(nearest(key.str(), known_)) + "?");
    }
    return {};
  }

 private:
  const toml::node* find(std::string_view key) {
    known_.push_back(key);
    return table_.get(key);
  }
  void wrong_type(std::string_view key, const toml::node& node, std::string_view wanted,
                  std::string remedy) {
    mistake(&node,
            in_quotes(key) + " is " + name_of(node.type()) + ", not " + std::string{wanted} + ".",
            std::move(remedy));
  }
  Error error(const toml::source_region& at, std::string sentence, std::string remedy) const {
    const auto line = std::max<toml::source_index>(1, at.begin.line);  // the root has none
    return {ErrorKind::unusable_input, std::move(sentence), place_ + ":" + std::to_string(line),
            std::move(remedy)};
  }
  static std::string plain(double value) {
    std::ostringstream out;
    out << value;
    return out.str();
  }

  const toml::table& table_;
  std::string place_;  // of the file
  std::vector<std::string_view> known_;
  std::optional<Error> first_;
};

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
void read_head(TableReader& reader, Request& request) {
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
  reader.text("population", request.population);
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
  reader.text("brief", track.brief);
  if (track.file.empty())
    reader.missing("The track has no file.", "Add file = \"...\" with the path of its mix.");
  TRY_DO(reader.finish());
  return track;
}

bool is_sha256(const std::string& text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

/// Empty where the parser asserts.
std::optional<toml::parse_result> try_to_parse(std::string_view text) {
  try {
    return toml::parse(text);
  } catch (const ParserAssertion&) {
    return std::nullopt;
  }
}

/// The line the parser asserts at: it does so for every text that goes at least that far.
std::size_t asserting_line(std::string_view text) {
  std::vector<std::size_t> ends;  // of each line
  for (std::size_t at = text.find('\n'); at != text.npos; at = text.find('\n', at + 1))
    ends.push_back(at + 1);
  const auto line = std::partition_point(ends.begin(), ends.end(), [&](std::size_t end) {
    return try_to_parse(text.substr(0, end)).has_value();
  });
  return static_cast<std::size_t>(line - ends.begin()) + 1;
}

Result<toml::table> parse(std::string_view text, const std::string& place) {
  TRY_DO(guard_toml(text, place));
  auto parsed = try_to_parse(text);
  if (parsed && *parsed) return std::move(*parsed).table();
  const auto line =
      parsed ? std::max<std::size_t>(1, parsed->error().source().begin.line) : asserting_line(text);
  const std::string why = parsed ? ": " + std::string{parsed->error().description()} : "";
  return Error{ErrorKind::unusable_input, "This is not TOML" + why + ".",
               place + ":" + std::to_string(line),
               "Texts stand in \"double quotes\", one key = value a line."};
}

/// `with_sha256`: session.toml, whose head stands under [session].
Result<SessionFile> read(const toml::table& root, const std::string& place, bool with_sha256) {
  SessionFile file;
  TableReader reader{root, place};
  if (with_sha256) {
    if (const toml::table* head = reader.table("session")) {
      TableReader head_reader{*head, place};
      read_head(head_reader, file.request);
      TRY_DO(head_reader.finish());
    } else {
      reader.missing("There is no [session] here.", "Is this an album.toml? Give it to master.");
      TRY_DO(reader.finish());
    }
  } else {
    read_head(reader, file.request);
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
  TRY_DO(reader.finish());
  return file;
}

}  // namespace

Result<Request> parse_album(std::string_view text, const std::string& place) {
  TRY(const toml::table root, parse(text, place));
  TRY(SessionFile file, read(root, place, false));
  return std::move(file.request);
}

Result<SessionFile> parse_session(std::string_view text, const std::string& place) {
  TRY(const toml::table root, parse(text, place));
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
