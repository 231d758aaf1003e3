#include "lacquer/deliver/cd/cue_reader.h"

#include <algorithm>
#include <optional>

#include "lacquer/deliver/cd/disc.h"
#include "lacquer/deliver/identifiers.h"
#include "lacquer/deliver/text.h"

namespace lacquer::deliver {

namespace {
/// Words of one line; a quoted one may hold spaces. `open_quote` tells of a missing closing quote.
std::vector<std::string> words_of(std::string_view line, bool& open_quote) {
  std::vector<std::string> words;
  open_quote = false;
  for (std::size_t at = 0; at < line.size();) {
    if (line[at] == ' ' || line[at] == '\t') {
      ++at;
      continue;
    }
    const bool quoted = line[at] == '"';
    const std::size_t start = quoted ? at + 1 : at;
    const std::size_t end = quoted ? line.find('"', start) : line.find_first_of(" \t", start);
    open_quote = open_quote || (quoted && end == std::string_view::npos);
    words.emplace_back(line.substr(start, end == std::string_view::npos ? end : end - start));
    if (end == std::string_view::npos) break;
    at = end + (quoted ? 1 : 0);
  }
  return words;
}

std::optional<int> small_number(const std::string& word) {
  if (word.empty() || word.size() > 2) return std::nullopt;
  int number = 0;
  for (const char c : word) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

class Reader {
 public:
  CueSheet read(std::string_view bytes) {
    constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
    if (bytes.substr(0, 3) == byte_order_mark) bytes.remove_prefix(3);
    const std::string text = is_utf8(bytes) ? std::string{bytes} : from_latin1(bytes);
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t end = std::min(text.find_first_of("\r\n", at), text.size());
      ++line_;
      read_line(std::string_view{text}.substr(at, end - at));
      const bool both = end + 1 < text.size() && text[end] == '\r' && text[end + 1] == '\n';
      at = end + (both ? 2 : 1);
    }
    for (const CueTrack& track : sheet_.tracks)
      if (std::none_of(track.indexes.begin(), track.indexes.end(),
                       [](const CueIndex& index) { return index.number == 1; }))
        problem_at(track.line, "Track " + std::to_string(track.number) + " has no INDEX 01.");
    return std::move(sheet_);
  }

 private:
  void problem(const std::string& sentence) { problem_at(line_, sentence); }
  void problem_at(int line, const std::string& sentence) {
    sheet_.problems.push_back({line, sentence});
  }

  void read_line(std::string_view line) {
    bool open_quote = false;
    const std::vector<std::string> words = words_of(line, open_quote);
    if (words.empty()) return;
    if (open_quote) problem("A quote is opened and never closed.");
    const std::string command = upper_case(words[0]);
    if (command == "REM" || command == "CDTEXTFILE") return;
    if (words.size() < 2) return problem(command + " says nothing.");
    if (command == "CATALOG") return read_catalog(words[1]);
    if (command == "FILE") return read_file(words);
    if (command == "TRACK") return read_track(words);
    if (command == "TITLE") return read_text(words, &CueSheet::title, &CueTrack::title);
    if (command == "PERFORMER") return read_text(words, &CueSheet::performer, &CueTrack::performer);
    if (command == "SONGWRITER")
      return read_text(words, &CueSheet::songwriter, &CueTrack::songwriter);
    if (command != "ISRC" && command != "FLAGS" && command != "INDEX" && command != "PREGAP" &&
        command != "POSTGAP")
      return problem("\"" + words[0] + "\" is not a command of cue sheets.");
    if (sheet_.tracks.empty()) return problem(command + " stands before the first TRACK.");
    CueTrack& track = sheet_.tracks.back();
    if (command == "ISRC") return read_isrc(track, words[1]);
    if (command == "FLAGS") return read_flags(track, words);
    if (command == "INDEX") return read_index(track, words);
    const auto sectors = sectors_from_msf(words[1]);
    if (!sectors) return problem("\"" + words[1] + "\" is not a time (mm:ss:ff).");
    if (command == "PREGAP") track.pregap_sectors = *sectors;
  }

  void read_catalog(const std::string& number) {
    if (!sheet_.catalog.empty()) problem("CATALOG is given twice.");
    if (!is_13_digits(number)) problem("CATALOG \"" + number + "\" is not 13 digits.");
    sheet_.catalog = number;
  }

  void read_file(const std::vector<std::string>& words) {
    if (words.size() < 3) problem("FILE does not say of which type it is.");
    sheet_.files.push_back({words[1], words.size() < 3 ? "" : upper_case(words[2]), line_});
  }

  void read_track(const std::vector<std::string>& words) {
    const auto number = small_number(words[1]);
    if (!number || *number < 1) return problem("\"" + words[1] + "\" is not a track number.");
    if (sheet_.files.empty()) problem("TRACK stands before the first FILE.");
    if (!sheet_.tracks.empty() && *number != sheet_.tracks.back().number + 1)
      problem("Track " + words[1] + " does not follow track " +
              std::to_string(sheet_.tracks.back().number) + ".");
    CueTrack track;
    track.number = *number;
    track.mode = words.size() < 3 ? "" : upper_case(words[2]);
    track.line = line_;
    if (track.mode != "AUDIO") problem("Track " + words[1] + " is not AUDIO.");
    sheet_.tracks.push_back(std::move(track));
  }

  void read_text(const std::vector<std::string>& words, std::string CueSheet::*of_disc,
                 std::string CueTrack::*of_track) {
    std::string text = words[1];
    for (std::size_t i = 2; i < words.size(); ++i) text += " " + words[i];
    (sheet_.tracks.empty() ? sheet_.*of_disc : sheet_.tracks.back().*of_track) = text;
  }

  void read_isrc(CueTrack& track, std::string isrc) {
    isrc.erase(std::remove(isrc.begin(), isrc.end(), '-'), isrc.end());
    if (!track.isrc.empty()) problem("ISRC is given twice.");
    if (!track.indexes.empty()) problem("ISRC must stand before INDEX.");
    track.isrc = isrc;  // its form is the business of the ISRC check
  }

  void read_flags(CueTrack& track, const std::vector<std::string>& words) {
    if (!track.flags.empty()) problem("FLAGS is given twice.");
    if (!track.indexes.empty()) problem("FLAGS must stand before INDEX.");
    for (std::size_t i = 1; i < words.size(); ++i) {
      const std::string flag = upper_case(words[i]);
      if (flag != "DCP" && flag != "4CH" && flag != "PRE" && flag != "SCMS")
        problem("\"" + words[i] + "\" is not a flag.");
      track.flags.push_back(flag);
    }
  }

  void read_index(CueTrack& track, const std::vector<std::string>& words) {
    const auto number = small_number(words[1]);
    const auto sectors = words.size() < 3 ? std::nullopt : sectors_from_msf(words[2]);
    if (!number) return problem("\"" + words[1] + "\" is not an index number.");
    if (!sectors) return problem("INDEX " + words[1] + " has no time (mm:ss:ff).");
    if (sheet_.files.empty()) return;  // already a problem
    const std::size_t file = sheet_.files.size() - 1;
    if (track.indexes.empty() && *number > 1) problem("The first INDEX must be 00 or 01.");
    if (!track.indexes.empty() && *number != track.indexes.back().number + 1)
      problem("INDEX " + words[1] + " is out of order.");
    if (last_file_ == file && last_sectors_ && *sectors < *last_sectors_)
      problem("INDEX " + words[1] + " lies before the one above it.");
    last_file_ = file;
    last_sectors_ = *sectors;
    track.indexes.push_back({*number, *sectors, file, line_});
  }

  CueSheet sheet_;
  int line_ = 0;
  std::size_t last_file_ = 0;
  std::optional<std::int64_t> last_sectors_;
};
}  // namespace

CueSheet read_cue_sheet(std::string_view text) { return Reader{}.read(text); }

}  // namespace lacquer::deliver
