#include "lacquer/session/toml.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "lacquer/session/toml_guard.h"

namespace lacquer::session {
namespace {

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

}  // namespace

Result<toml::table> parse_toml(std::string_view text, const std::string& place) {
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

}  // namespace lacquer::session
