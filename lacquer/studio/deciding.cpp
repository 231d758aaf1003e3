#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lacquer/advise/targets/population_file.h"
#include "lacquer/deliver/text.h"
#include "lacquer/media/files.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace {

advise::Wishes wishes_for(const session::Session& session, std::size_t track) {
  const auto& request = session.request();
  const auto& own = request.programme.tracks[track].population;
  return {own.empty() ? request.population : own, request.loudness_lufs, request.ceiling_dbtp,
          request.strength, request.programme.tracks[track].edit};
}

Json to_json(const advise::Wishes& wishes) {
  Json json = {
      {"population", wishes.population},
      {"loudness_lufs", wishes.loudness_lufs ? Json(*wishes.loudness_lufs) : Json(nullptr)},
      {"ceiling_dbtp", wishes.ceiling_dbtp ? Json(*wishes.ceiling_dbtp) : Json(nullptr)},
      {"strength", wishes.strength}};
  if (!wishes.edit.changes_nothing()) json["edit"] = studio::to_json(wishes.edit);
  return json;
}

Result<void> validate_edit(const chain::Values& settings) {
  for (const auto& setting : settings) {
    const auto& [name, value] = setting;
    const auto length =
        std::find_if(edit_lengths.begin(), edit_lengths.end(),
                     [&](const EditLength& one) { return one.key == setting.first; });
    if (length == edit_lengths.end()) {
      std::string known;
      for (const EditLength& one : edit_lengths)
        known += (known.empty() ? "" : ", ") + std::string{one.key};
      return Error{ErrorKind::usage, "An edit has no length '" + name + "'.", "",
                   "There are: " + known + "."};
    }
    if (!(value >= 0.0 && value <= length->most_s))
      return Error{
          ErrorKind::usage,
          name + " must lie between 0 and " + std::to_string(std::lround(length->most_s)) + " s.",
          "", "0 leaves that end as it is."};
  }
  return {};
}

// What chain::validate does for processors, for the suggestions that are none: a level to land on,
// and beginning and end.
Result<void> validate(const std::string& processor, const chain::Values& settings) {
  if (processor == "edit") return validate_edit(settings);
  if (processor != "loudness") return chain::validate({processor, settings});
  for (const auto& [name, value] : settings) {
    if (name != "integrated_lufs")
      return Error{ErrorKind::usage, "A loudness suggestion has no setting '" + name + "'.", "",
                   "Its one setting is integrated_lufs."};
    if (!(value >= -60.0 && value <= 0.0))
      return Error{ErrorKind::usage, "integrated_lufs must lie between -60 and 0 LUFS.", "",
                   "Streaming services play at about -14."};
  }
  return {};
}

std::string verb_text(Verb verb) {
  switch (verb) {
    case Verb::accept:
      return "accept";
    case Verb::edit:
      return "edit";
    case Verb::reject:
      break;
  }
  return "reject";
}

}  // namespace

Result<void> suggest_all(session::Session& session, const Room& room, bool again) {
  TRY(const auto targets, targets_in(room));
  TRY(const auto mixes, measured_mixes(session, room));
  const auto before = state_of(session);
  for (std::size_t i = 0; i < mixes.size(); ++i) {
    const auto wishes = wishes_for(session, i);
    Json asked = to_json(wishes);
    if (const auto& references = session.request().references; !references.empty())
      asked["references"] = references;
    const auto made_from = media::sha256(mixes[i].sha256 + asked.dump() + room.version);
    if (!again && before.tracks[i].suggested_from == made_from) continue;
    const int track = static_cast<int>(i) + 1;
    const auto& mix = mixes[i].measurement;
    TRY(auto standing, advise::standing_for(mix, wishes.population, targets));
    TRY_DO(refer(session, mixes[i], mix_path(session, i), room, standing));
    TRY(const auto advice, advise::advise(mix, track, wishes, std::move(standing), targets));
    Json body = {{"track", track},
                 {"made_from", made_from},
                 {"mix", mixes[i].sha256},
                 {"suggestions", Json::array()}};
    for (const auto& suggestion : advice.suggestions)
      body["suggestions"].push_back(studio::to_json(suggestion));
    body["mentions"] = advice.mentions;
    body["left_alone"] = advice.left_alone;
    // Whole, so that the report can be made again when a target learned since is another or gone.
    body["standing"] = advice.standing.why;
    body["population"] = Json::parse(advise::population_text(advice.standing.population));
    TRY_DO(session.append(machine, "suggested", body.dump()));
  }
  return {};
}

Result<void> require_text(const std::string& words) {
  if (deliver::is_utf8(words)) return {};
  return Error{ErrorKind::usage, "A name or reason holds bytes that are no UTF-8 text.", "",
               "Write it in a UTF-8 terminal."};
}

Result<void> append_decision(session::Session& session, const DecisionOrder& order) {
  const auto state = state_of(session);
  const auto* suggestion = state.find(order.suggestion_id);
  if (!suggestion) {
    std::string known;
    for (const auto& track : state.tracks)
      for (const auto& other : track.suggestions) known += (known.empty() ? "" : ", ") + other.id;
    return Error{ErrorKind::usage, "There is no suggestion '" + order.suggestion_id + "'.",
                 session.folder().string(),
                 known.empty() ? "Run 'lacquer suggest' first." : "There are: " + known + "."};
  }
  if (order.verb == Verb::edit && order.settings.empty())
    return Error{ErrorKind::usage, "An edit needs at least one --set key=value.",
                 order.suggestion_id, ""};
  TRY_DO(require_text(order.why + order.as));
  chain::Values settings = suggestion->settings;
  for (const auto& [name, value] : order.settings) settings[name] = value;
  if (const auto valid = validate(suggestion->processor, settings); !valid.ok()) {
    auto error = valid.error();
    if (error.place.empty()) error.place = order.suggestion_id;
    return error;
  }
  Json body = {{"track", suggestion->track},
               {"id", order.suggestion_id},
               {"verb", verb_text(order.verb)},
               {"settings", order.verb == Verb::edit ? Json(order.settings) : Json::object()},
               {"why", order.why}};
  return session.append(order.as.empty() ? machine : order.as, "decided", body.dump());
}

Result<void> accept_undecided(session::Session& session, const std::string& by) {
  const auto state = state_of(session);
  for (const auto& track : state.tracks)
    for (const auto& suggestion : track.suggestions)
      if (suggestion.state == advise::State::proposed)
        TRY_DO(append_decision(session, {suggestion.id, Verb::accept, {}, "", by}));
  return {};
}

}  // namespace lacquer::studio
