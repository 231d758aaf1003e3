#include "lacquer/session/toml_guard.h"

#include <algorithm>

#include "lacquer/base/utf8.h"

namespace lacquer::session {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 20;
constexpr int most_brackets = 16;  // open at once; our files need two
constexpr int most_dots = 8;       // in one key; our files need one

std::string place_of(std::string_view text, std::size_t at, const std::string& place) {
  const auto line =
      1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
  return place + ":" + std::to_string(line);
}

/// The end of the string whose opening quote stands at `at`, or of the text.
std::size_t end_of_string(std::string_view text, std::size_t at) {
  const char quote = text[at];
  const std::string_view one = text.substr(at, 1);
  const bool triple = text.substr(at, 3) == std::string(3, quote);
  for (std::size_t i = at + (triple ? 3 : 1); i < text.size(); ++i) {
    if (text[i] == '\\' && quote == '"') {
      ++i;
    } else if (triple && text.substr(i, 3) == std::string(3, quote)) {
      return i + 3;
    } else if (!triple && (text.substr(i, 1) == one || text[i] == '\n')) {
      return i + 1;
    }
  }
  return text.size();
}

/// Where a key or value is nested deeper than any of ours, or npos.
std::size_t too_deep(std::string_view text) {
  int brackets = 0;
  int dots = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '#':
        i = std::min(text.find('\n', i), text.size() - 1);
        dots = 0;
        break;
      case '"':
      case '\'':
        i = end_of_string(text, i) - 1;
        break;
      case '[':
      case '{':
        ++brackets;
        break;
      case ']':
      case '}':
        brackets = std::max(0, brackets - 1);
        break;
      case '.':
        ++dots;
        break;
      case '\n':
      case '=':
      case ',':
        dots = 0;
        break;
      default:
        break;
    }
    if (dots > most_dots || brackets > most_brackets) return i;
  }
  return std::string_view::npos;
}

}  // namespace

Result<void> guard_toml(std::string_view text, const std::string& place) {
  if (text.size() > most_bytes)
    return Error{ErrorKind::unusable_input,
                 "The file has " + std::to_string(text.size()) + " bytes; at most 1 MiB is read.",
                 place + ":1", "Keep what is not the programme's own text elsewhere."};
  if (const std::size_t good = valid_utf8_bytes(text); good < text.size())
    return Error{ErrorKind::unusable_input, "The text is not UTF-8.", place_of(text, good, place),
                 "Save the file again with the encoding UTF-8."};
  if (const std::size_t at = too_deep(text); at != std::string_view::npos)
    return Error{ErrorKind::unusable_input, "A key or value is nested too deeply.",
                 place_of(text, at, place), "Write the keys as docs/formats/album-toml.md shows."};
  return {};
}

}  // namespace lacquer::session
