#include "lacquer/advise/suggestion.h"

#include <array>
#include <utility>

namespace lacquer::advise {
namespace {
constexpr std::array<std::pair<State, const char*>, 4> words{{{State::proposed, "proposed"},
                                                              {State::accepted, "accepted"},
                                                              {State::edited, "edited"},
                                                              {State::rejected, "rejected"}}};
}  // namespace

std::string to_text(State state) {
  for (const auto& [value, word] : words)
    if (value == state) return word;
  assert(false);
  return {};
}

std::optional<State> state_from(const std::string& text) {
  for (const auto& [value, word] : words)
    if (text == word) return value;
  return std::nullopt;
}

}  // namespace lacquer::advise
