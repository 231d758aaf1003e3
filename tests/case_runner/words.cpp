#include "tests/case_runner/words.h"

#include <charconv>
#include <utility>

namespace lacquer::cases {

std::optional<double> number(const std::string& word) {
  double value = 0.0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) text += (i > first ? " " : "") + words[i];
  return text;
}

std::string in_marks(std::string text) {
  if (text.empty()) return "nothing";
  if (text.size() > 1500) text = text.substr(0, 1500) + "...";
  return "\"" + text + "\"";
}

Error failure(std::string sentence) { return {ErrorKind::usage, std::move(sentence), "", ""}; }

Error wrong_words() { return failure("these words make no instruction"); }

}  // namespace lacquer::cases
