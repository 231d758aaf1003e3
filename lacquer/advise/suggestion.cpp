#include "lacquer/advise/suggestion.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <utility>

namespace lacquer::advise {
namespace {
constexpr std::array<std::pair<State, const char*>, 4> words{{{State::proposed, "proposed"},
                                                              {State::accepted, "accepted"},
                                                              {State::edited, "edited"},
                                                              {State::rejected, "rejected"}}};
}  // namespace

bool is_taken(const Suggestion& suggestion) {
  const bool decided = suggestion.state == State::accepted || suggestion.state == State::edited;
  return decided && suggestion.strength > 0.0;
}

bool has_strength(const Suggestion& suggestion) { return !strength_setting(suggestion).empty(); }

std::string strength_setting(const Suggestion& suggestion) {
  if (suggestion.processor == "loudness")
    return suggestion.before.contains("integrated_lufs") ? "integrated_lufs" : "";
  const auto parameters = chain::parameters_of(suggestion.processor);
  if (!parameters.ok()) return "";
  const bool has_amount =
      std::any_of(parameters->begin(), parameters->end(),
                  [](const auto& parameter) { return parameter.name == "amount"; });
  return has_amount ? "amount" : "";
}

Suggestion at_strength(const Suggestion& proposal, double strength) {
  assert(has_strength(proposal) && strength >= 0.0 && strength <= 1.0);
  Suggestion result = proposal;
  result.strength = strength;
  if (proposal.processor == "loudness") {
    double& lufs = result.settings.at("integrated_lufs");
    lufs = std::lerp(proposal.before.at("integrated_lufs"), lufs, strength);
  } else {
    const auto amount = proposal.settings.find("amount");
    result.settings["amount"] =
        strength * (amount == proposal.settings.end() ? 1.0 : amount->second);
  }
  for (auto& [key, value] : result.predicted)
    if (const auto before = proposal.before.find(key); before != proposal.before.end())
      value = std::lerp(before->second, value, strength);
  return result;
}

std::vector<std::string> missed_predictions(const Suggestion& suggestion, double most) {
  std::vector<std::string> missed;
  if (!suggestion.measured || !suggestion.foretold) return missed;
  for (const auto& [key, value] : *suggestion.measured)
    if (const auto predicted = suggestion.predicted.find(key);
        predicted != suggestion.predicted.end() && std::abs(value - predicted->second) > most)
      missed.push_back(key);
  return missed;
}

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
