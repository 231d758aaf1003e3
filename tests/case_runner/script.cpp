#include "tests/case_runner/script.h"

#include <sstream>

namespace lacquer::cases {
namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

/// The character that stands after a backslash inside quotes.
char escaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c; }

/// Words are parted by spaces, except inside "..." and inside [...], so that
/// checks[check=true peak].verdict is one word. A word that begins with # begins a comment.
Result<std::vector<std::string>> split(const std::string& line) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (true) {
    while (at < line.size() && is_space(line[at])) ++at;
    if (at == line.size() || line[at] == '#') return words;
    std::string& word = words.emplace_back();
    bool quoted = false;
    int brackets = 0;
    for (; at < line.size() && (quoted || brackets > 0 || !is_space(line[at])); ++at) {
      const char c = line[at];
      if (c == '"') {
        quoted = !quoted;
      } else if (quoted && c == '\\' && at + 1 < line.size()) {
        word += escaped(line[++at]);
      } else {
        word += c;
        if (!quoted) brackets += c == '[' ? 1 : c == ']' ? -1 : 0;
      }
    }
    if (quoted || brackets != 0)
      return Error{ErrorKind::usage, quoted ? "A quote is left open." : "A bracket is left open.",
                   "", "Put text that holds quotes or brackets into \"...\"."};
  }
}

void put_in(std::string& word, const std::string& name, const std::string& value) {
  for (std::size_t at = 0; (at = word.find(name, at)) != std::string::npos; at += value.size())
    word.replace(at, name.size(), value);
}

}  // namespace

Result<std::vector<Instruction>> parse_script(const std::string& text, const std::string& file,
                                              const Variables& variables) {
  std::vector<Instruction> script;
  std::istringstream lines{text};
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    const int first = number;
    const auto at = [&](Error error) {
      error.place = file + ":" + std::to_string(first);
      return error;
    };
    auto words = split(line);
    if (!words.ok()) return at(words.error());
    if (words->empty()) continue;
    for (std::string& word : *words) {
      put_in(word, "$SOURCE", variables.source);
      put_in(word, "$FOLDER", variables.folder);
    }
    Instruction instruction{first, std::move(*words), ""};
    if (instruction.words.back().starts_with("<<")) {
      const std::string end = instruction.words.back().substr(2);
      instruction.words.pop_back();
      bool ended = false;
      while (!ended && std::getline(lines, line)) {
        ++number;
        ended = line == end;
        if (!ended) instruction.text += line + "\n";
      }
      if (!ended || end.empty())
        return at({ErrorKind::usage, "The text has no end.", "",
                   "Close it with " + end + " on a line of its own."});
    }
    script.push_back(std::move(instruction));
  }
  return script;
}

}  // namespace lacquer::cases
