#include <nlohmann/json.hpp>

#include "lacquer/media/files.h"
#include "lacquer/studio/studio.h"
#include "lacquer/studio/workshop.h"

namespace lacquer::studio {
namespace {

// The signer answers for every decision: those the machine took become the signer's by name.
Result<void> adopt_unreviewed(session::Session& session, const std::string& as) {
  const auto state = state_of(session);
  for (const auto& track : state.tracks)
    for (const auto& line : track.decisions) {
      if (line.by != machine) continue;
      const auto* suggestion = state.find(line.suggestion_id);
      const Verb verb = line.verb == "accept" ? Verb::accept
                        : line.verb == "edit" ? Verb::edit
                                              : Verb::reject;
      TRY_DO(append_decision(
          session, {line.suggestion_id, verb,
                    verb == Verb::edit ? suggestion->settings : chain::Values{}, line.why, as}));
    }
  return {};
}

Result<void> refuse_failed_checks(const State& state, const Signature& signature) {
  for (const auto& [medium, delivered] : state.deliveries)
    for (const auto& check : delivered.delivery.checks) {
      if (check.verdict != deliver::Verdict::fail || signature.despite.contains(check.check))
        continue;
      return Error{ErrorKind::refused,
                   "The check '" + check.check + "' fails on " + medium + ": " + check.value +
                       ", limit " + check.limit + ".",
                   check.file,
                   (check.remedy.empty() ? "" : check.remedy + " ") +
                       "To sign all the same: --despite \"" + check.check + "=WHY\"."};
    }
  return {};
}

}  // namespace

Result<Overview> sign(const std::filesystem::path& folder, const Signature& signature,
                      const Room& room) {
  if (signature.as.empty() || signature.as == machine)
    return Error{ErrorKind::usage, "A signature needs the name of a person.", "",
                 "Give --as NAME."};
  TRY_DO(require_text(signature.as));
  for (const auto& [check, why] : signature.despite) TRY_DO(require_text(check + why));
  TRY(auto session, session::Session::open(folder, room.clock));
  if (state_of(session).deliveries.empty())
    return Error{ErrorKind::refused, "There is nothing to sign.", folder.string(),
                 "Run 'lacquer deliver' first."};
  // First, so that what an edit of session.toml proposes anew is not signed undecided.
  TRY_DO(suggest_all(session, room, false));
  for (const auto& track : state_of(session).tracks)
    for (const auto& suggestion : track.suggestions)
      if (suggestion.state == advise::State::proposed)
        return Error{ErrorKind::refused, "The suggestion " + suggestion.id + " is not decided.",
                     folder.string(), "Accept, edit or reject it with 'lacquer decide'."};
  TRY_DO(refuse_failed_checks(state_of(session), signature));

  TRY_DO(adopt_unreviewed(session, signature.as));
  TRY_DO(render_all(session, room));
  std::vector<std::string> media;
  for (const auto& [medium, delivered] : state_of(session).deliveries) media.push_back(medium);
  TRY_DO(deliver_all(session, media, room));
  const auto state = state_of(session);
  TRY_DO(refuse_failed_checks(state, signature));

  Json body = {{"files", Json::object()}, {"despite", signature.despite}};
  for (const auto& [medium, delivered] : state.deliveries)
    for (const auto& file : delivered.delivery.files)
      body["files"]["deliveries/" + medium + "/" + file.path] = file.sha256;
  TRY_DO(session.append(signature.as, "signed", body.dump()));
  return finish(session, room);
}

}  // namespace lacquer::studio
