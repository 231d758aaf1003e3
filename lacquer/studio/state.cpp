#include "lacquer/studio/state.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "lacquer/advise/lined_up.h"
#include "lacquer/advise/targets/population_file.h"
#include "lacquer/chain/edit.h"
#include "lacquer/studio/json.h"
#include "lacquer/studio/json_value.h"

namespace lacquer::studio {
namespace {

advise::Suggestion* find_in(std::vector<advise::Suggestion>& suggestions, const std::string& id) {
  const auto found = std::find_if(suggestions.begin(), suggestions.end(),
                                  [&](const auto& suggestion) { return suggestion.id == id; });
  return found == suggestions.end() ? nullptr : &*found;
}

// A new proposal with the same settings keeps what was decided of the old one; a changed one, or
// one for another mix (the order was changed by hand), has to be decided again.
void suggested(TrackState& track, const Json& body) {
  TrackState fresh;
  fresh.suggested_from = body.value("made_from", std::string{});
  fresh.mix_sha256 = body.value("mix", std::string{});
  fresh.standing = body.value("standing", std::string{});
  if (const auto found = body.find("population"); found != body.end())
    if (auto population = advise::population_from(found->dump(), "ledger.jsonl"); population.ok())
      fresh.population = std::move(population).value();
  const bool same_mix = fresh.mix_sha256 == track.mix_sha256;
  for (const auto& line : body.value("mentions", Json::array()))
    fresh.mentions.push_back(line.get<std::string>());
  for (const auto& line : body.value("left_alone", Json::array()))
    fresh.left_alone.push_back(line.get<std::string>());
  for (const auto& json : body.value("suggestions", Json::array())) {
    const auto proposal = suggestion_from(json);
    fresh.proposals.push_back(proposal);
    auto now = proposal;
    const auto* before = find_in(track.proposals, proposal.id);
    const auto* decided = find_in(track.suggestions, proposal.id);
    if (same_mix && before && decided && before->settings == proposal.settings) {
      now = *decided;
      for (const auto& line : track.decisions)
        if (line.suggestion_id == proposal.id) fresh.decisions.push_back(line);
    }
    fresh.suggestions.push_back(now);
  }
  fresh.rendered = track.rendered;
  fresh.edit = track.edit;
  track = std::move(fresh);
}

/// What a decision makes of a proposal; `now` is what stood before it.
void decide(advise::Suggestion& now, const advise::Suggestion& proposal, const Json& body) {
  const auto verb = body.value("verb", std::string{});
  if (verb != "edit") {
    now = proposal;
    now.state = verb == "accept" ? advise::State::accepted : advise::State::rejected;
    return;
  }
  const auto strength = maybe(body, "strength");
  if (strength && advise::has_strength(proposal))
    now = advise::at_strength(proposal, std::clamp(*strength, 0.0, 1.0));
  const auto foretold = now.settings;
  const Json settings = body.value("settings", Json::object());
  for (const auto& [name, value] : settings.items()) now.settings[name] = value.get<double>();
  const std::string own = advise::strength_setting(proposal);
  if (!own.empty() && settings.contains(own)) now.strength = 1.0;  // set by hand
  now.foretold = now.foretold && now.settings == foretold;
  now.state = advise::State::edited;
}

void decided(TrackState& track, const session::Entry& entry, const Json& body) {
  const auto id = body.value("id", std::string{});
  auto* suggestion = find_in(track.suggestions, id);
  if (!suggestion) return;
  decide(*suggestion, *find_in(track.proposals, id), body);
  std::erase_if(track.decisions, [&](const auto& line) { return line.suggestion_id == id; });
  track.decisions.push_back({id, body.value("verb", std::string{}), entry.by,
                             body.value("why", std::string{}), entry.time});
}

void rendered(TrackState& track, const Json& body) {
  track.rendered = Rendered{body.value("made_from", std::string{}),
                            body.value("path", std::string{}),
                            body.value("sha256", std::string{}),
                            body.value("plan", std::string{}),
                            landing_from(body.value("landing", Json::object())),
                            limiting_from(body.value("limiting", Json(nullptr))),
                            {}};
  const Json effects = body.value("effects", Json::object());
  for (const auto& [id, values] : effects.items())
    for (const auto& [name, value] : values.items())
      if (value.is_number()) track.rendered->effects[id][name] = value.get<double>();
}

}  // namespace

const advise::Suggestion* State::find(const std::string& id) const {
  for (const auto& track : tracks)
    for (const auto& suggestion : track.suggestions)
      if (suggestion.id == id) return &suggestion;
  return nullptr;
}

bool State::unreviewed() const {
  for (const auto& track : tracks)
    for (const auto& line : track.decisions)
      if (line.by == machine) return true;
  return false;
}

State replay(const std::vector<session::Entry>& entries, const std::vector<Track>& tracks) {
  State state;
  for (const Track& track : tracks) state.tracks.emplace_back().edit = track.edit;
  for (const auto& entry : entries) {
    const Json body = Json::parse(entry.body, nullptr, false);
    if (!body.is_object()) continue;
    const auto number = body.value("track", std::size_t{0});
    if (number >= 1 && number <= tracks.size()) {
      auto& track = state.tracks[number - 1];
      if (entry.kind == "suggested") suggested(track, body);
      if (entry.kind == "decided") decided(track, entry, body);
      if (entry.kind == "rendered") rendered(track, body);
    }
    if (entry.kind == "delivered") {
      const auto delivery = delivery_from(body.value("delivery", Json::object()));
      state.deliveries[delivery.medium] = {body.value("made_from", std::string{}), delivery};
      state.signature.reset();
    }
    if (entry.kind == "signed") {
      state.signature = Signed{entry.by, entry.time, {}};
      const Json files = body.value("files", Json::object());
      for (const auto& [path, hash] : files.items())
        state.signature->sha256_of[path] = hash.get<std::string>();
    }
  }
  for (auto& track : state.tracks) {
    advise::line_up(track.suggestions);
    if (!track.rendered || track.rendered->plan != plan_text(plan_of(track))) continue;
    for (auto& suggestion : track.suggestions)
      if (const auto found = track.rendered->effects.find(suggestion.id);
          found != track.rendered->effects.end())
        suggestion.measured = found->second;
  }
  return state;
}

std::string plan_text(const chain::Plan& plan) {
  Json json = {{"steps", to_json(chain::Recipe{plan.steps})},
               {"target_lufs", plan.target_lufs ? Json(*plan.target_lufs) : Json(nullptr)},
               {"ceiling_dbtp", plan.ceiling_dbtp ? Json(*plan.ceiling_dbtp) : Json(nullptr)}};
  if (!plan.limiter.empty()) json["limiter"] = plan.limiter;
  if (!plan.edit.changes_nothing()) json["edit"] = to_json(plan.edit);
  return json.dump();
}

chain::Plan plan_of(const TrackState& track) {
  chain::Plan plan;
  plan.edit = track.edit;
  const auto order = chain::processor_names();
  for (const auto& suggestion : track.suggestions) {
    if (!advise::is_taken(suggestion)) continue;
    if (suggestion.processor == "loudness")
      plan.target_lufs = suggestion.settings.at("integrated_lufs");
    else if (suggestion.processor == "edit")
      plan.edit = plan.edit.or_else(chain::edit_with(suggestion.settings));
    else if (suggestion.processor == "limiter") {
      plan.limiter = suggestion.settings;
      plan.ceiling_dbtp = plan.limiter.extract("ceiling_dbtp").mapped();
    } else
      plan.steps.push_back({suggestion.processor, suggestion.settings});
  }
  const auto place = [&](const chain::Step& step) {
    return std::find(order.begin(), order.end(), step.processor) - order.begin();
  };
  std::stable_sort(plan.steps.begin(), plan.steps.end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
  return plan;
}

}  // namespace lacquer::studio
