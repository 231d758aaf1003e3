#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "lacquer/advise/album.h"
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

/// One track on its way to its suggestions.
struct Look {
  advise::Wishes wishes;
  std::string made_from;
  advise::Standing standing;
  advise::Advice advice;
};

/// Lets the tracks of an album have their say about each other.
Result<void> relate(std::vector<Look>& looks, const std::vector<MeasuredFile>& mixes,
                    const session::Request& request, const advise::Targets& targets) {
  std::vector<advise::AlbumTrack> tracks;
  for (std::size_t i = 0; i < looks.size(); ++i)
    tracks.push_back({mixes[i].measurement, looks[i].advice});
  const auto anchor =
      request.anchor > 0 ? std::optional{static_cast<std::size_t>(request.anchor)} : std::nullopt;
  const auto views = advise::view_album(tracks, looks.front().wishes, anchor, targets.ceiling());
  for (std::size_t i = 0; i < looks.size(); ++i) {
    Look& look = looks[i];
    look.wishes.album = views[i].level;
    TRY(look.advice, advise::advise(mixes[i].measurement, static_cast<int>(i) + 1, look.wishes,
                                    look.standing, targets));
    look.advice.mentions.insert(look.advice.mentions.end(), views[i].mentions.begin(),
                                views[i].mentions.end());
  }
  return {};
}

/// Whole, so that the report can be made again when a target learned since is another or gone.
std::string suggested_body(const Look& look, std::size_t index, const std::string& mix_sha256) {
  Json body = {{"track", index + 1},
               {"made_from", look.made_from},
               {"mix", mix_sha256},
               {"suggestions", Json::array()}};
  for (const auto& suggestion : look.advice.suggestions)
    body["suggestions"].push_back(studio::to_json(suggestion));
  body["mentions"] = look.advice.mentions;
  body["left_alone"] = look.advice.left_alone;
  body["standing"] = look.standing.why;
  body["population"] = Json::parse(advise::population_text(look.standing.population));
  return body.dump();
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

/// `set`: what else is set in the same breath.
Result<void> require_strength(const advise::Suggestion& suggestion, double strength,
                              const chain::Values& set) {
  const std::string own = advise::strength_setting(suggestion);
  if (own.empty())
    return Error{ErrorKind::usage, "This suggestion has no strength: it is there, or it is not.",
                 suggestion.id, "Accept it, reject it, or edit its own settings."};
  if (!(strength >= 0.0 && strength <= 1.0))
    return Error{ErrorKind::usage, "strength must lie between 0 and 1.", suggestion.id,
                 "0 is nothing of what is proposed, 1 all of it."};
  if (set.contains(own))
    return Error{ErrorKind::usage, "strength and " + own + " would set the same thing twice.",
                 suggestion.id, "Set one of them."};
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
  const auto& request = session.request();
  const bool as_one = mixes.size() > 1 && request.loudness == "album";
  std::vector<Look> looks;
  for (std::size_t i = 0; i < mixes.size(); ++i) {
    Look& look = looks.emplace_back();
    look.wishes = wishes_for(session, i);
    Json asked = to_json(look.wishes);
    if (!request.references.empty()) asked["references"] = request.references;
    look.made_from = media::sha256(mixes[i].sha256 + asked.dump() + room.version);
  }
  if (as_one) {  // every track says something about the others
    std::string all = std::to_string(request.anchor);
    for (const Look& look : looks) all += look.made_from;
    for (Look& look : looks) look.made_from = media::sha256(look.made_from + all);
  }
  const auto is_stale = [&](std::size_t i) {
    return again || before.tracks[i].suggested_from != looks[i].made_from;
  };
  bool any_stale = false;
  for (std::size_t i = 0; i < looks.size(); ++i) any_stale |= is_stale(i);
  for (std::size_t i = 0; i < looks.size(); ++i) {
    Look& look = looks[i];
    if (!(as_one ? any_stale : is_stale(i))) continue;
    TRY(look.standing, advise::standing_for(mixes[i].measurement, look.wishes.population, targets));
    TRY_DO(refer(session, mixes[i], mix_path(session, i), room, look.standing));
    TRY(look.advice, advise::advise(mixes[i].measurement, static_cast<int>(i) + 1, look.wishes,
                                    look.standing, targets));
  }
  if (as_one && any_stale) TRY_DO(relate(looks, mixes, request, targets));
  for (std::size_t i = 0; i < looks.size(); ++i)
    if (is_stale(i))
      TRY_DO(session.append(machine, "suggested", suggested_body(looks[i], i, mixes[i].sha256)));
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
  chain::Values set = order.settings;
  const auto strength = set.extract("strength");
  if (strength) TRY_DO(require_strength(*suggestion, strength.mapped(), set));
  chain::Values settings = suggestion->settings;
  for (const auto& [name, value] : set) settings[name] = value;
  if (const auto valid = validate(suggestion->processor, settings); !valid.ok()) {
    auto error = valid.error();
    if (error.place.empty()) error.place = order.suggestion_id;
    return error;
  }
  Json body = {{"track", suggestion->track},
               {"id", order.suggestion_id},
               {"verb", verb_text(order.verb)},
               {"settings", order.verb == Verb::edit ? Json(set) : Json::object()},
               {"why", order.why}};
  if (strength) body["strength"] = strength.mapped();
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
