#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/chain/recipe.h"

namespace lacquer::advise {

/// Why a suggestion was made: a number, and where it stands in which population.
struct Evidence {
  std::string measure;  ///< "share_db 148-392 Hz"
  double value = 0.0;
  std::string unit;
  std::optional<double> percentile;  ///< 0..100 within the population
  std::string population;            ///< "pop"; empty when no population is meant
  int n = 0;                         ///< its size
  std::optional<double> start_s, end_s;
};

enum class State { proposed, accepted, edited, rejected };

/// What a suggestion is worth to the one who has to listen to it. Judgement, not measurement:
/// docs/advise.md says where each kind stands.
struct Worth {
  double benefit = 0.0;     ///< 0..1: how far what is heard comes back
  double acceptance = 0.5;  ///< 0..1: how often engineers take one of its kind
  double risk = 0.0;        ///< 0..1: how much it costs where it is wrong

  double rank() const { return benefit * acceptance * (1.0 - risk); }
};

/// A proposed setting of one processor, with its reason and its life. At strength 1 it is as
/// proposed, at 0 it changes nothing.
struct Suggestion {
  std::string id;         ///< stable and readable: "1-tone", "2-bass-mono", "1-loudness"
  int track = 1;          ///< 1-based
  std::string processor;  ///< a chain processor, "loudness" ({"integrated_lufs"}), or "edit"
  chain::Values settings;
  std::string reason;  ///< one or two plain sentences
  std::vector<Evidence> evidence;
  std::map<std::string, double> before;     ///< the measures of `predicted`, as the mix has them
  std::map<std::string, double> predicted;  ///< measure with unit -> value after
  std::optional<std::map<std::string, double>> measured;  ///< the same keys after the render
  std::string harm;                                       ///< what it may cost, one sentence
  double confidence = 0.5;                                ///< 0..1
  double confidence_sd = 0.0;                             ///< how well that is known
  double strength = 1.0;                                  ///< 0..1 of what was proposed
  /// Whether `predicted` speaks of these settings: no longer, once a person has set others.
  bool foretold = true;
  Worth worth;
  int rank = 0;  ///< 1 is worth most of those made with it; 0 not ranked
  State state = State::proposed;
};

/// Whether the master is made with it.
bool is_taken(const Suggestion&);
/// Whether its strength can be chosen: a ceiling, a trim or a repair of samples is there or not.
bool has_strength(const Suggestion&);
/// The setting its strength turns; empty where it has none.
std::string strength_setting(const Suggestion&);
/// The proposal with so much of itself: settings between null and proposed, predictions between
/// before and predicted. Needs has_strength(), and a strength of 0..1.
Suggestion at_strength(const Suggestion& proposal, double strength);

/// Measures whose value after the render lies further from the prediction than `most`; empty as
/// long as nothing is rendered, and where nothing was foretold.
std::vector<std::string> missed_predictions(const Suggestion&, double most = 0.5);

std::string to_text(State);  ///< "proposed", ...
std::optional<State> state_from(const std::string&);

}  // namespace lacquer::advise
