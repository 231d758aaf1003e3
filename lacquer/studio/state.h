#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/advise/suggestion.h"
#include "lacquer/advise/targets/targets.h"
#include "lacquer/chain/landing.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/report/report.h"
#include "lacquer/session/session.h"

namespace lacquer::studio {

/// The last render of one track.
struct Rendered {
  std::string made_from;  ///< hash of mix, plan and version
  std::string path;       ///< relative to the session
  std::string sha256;
  std::string plan;  ///< plan_text() of what it was rendered from
  chain::Landing landing;
  std::optional<report::Limiting> limiting;
  std::map<std::string, std::map<std::string, double>> effects;  ///< by suggestion, as measured
};

struct TrackState {
  std::vector<advise::Suggestion> proposals;    ///< as suggested
  std::vector<advise::Suggestion> suggestions;  ///< with what was decided since
  std::vector<std::string> mentions;            ///< what stands out and is not touched
  std::vector<std::string> left_alone;
  std::string standing;  ///< what the proposals stand in, and why
  std::optional<advise::Targets::Population> population;
  std::vector<report::DecisionLine> decisions;  ///< the one in force per suggestion
  std::string suggested_from;                   ///< hash of mix and wishes
  std::string mix_sha256;                       ///< whose proposals and decisions these are
  std::optional<Rendered> rendered;
  Edit edit;  ///< asked for by the session
};

struct Delivered {
  std::string made_from;
  deliver::Delivery delivery;
};

struct Signed {
  std::string by, at;
  std::map<std::string, std::string> sha256_of;  ///< path relative to the session -> hash
};

/// What the ledger adds up to.
struct State {
  std::vector<TrackState> tracks;
  std::map<std::string, Delivered> deliveries;  ///< by medium
  std::optional<Signed> signature;              ///< gone as soon as anything is delivered anew

  const advise::Suggestion* find(const std::string& id) const;
  /// A decision in force was taken by the machine.
  bool unreviewed() const;
};

inline const std::string machine = "lacquer";  ///< whose name unreviewed decisions carry

State replay(const std::vector<session::Entry>&, const std::vector<Track>&);

/// What the decisions of a track, and its edit, ask of the chain.
chain::Plan plan_of(const TrackState&);
/// The same plan, the same text.
std::string plan_text(const chain::Plan&);

}  // namespace lacquer::studio
