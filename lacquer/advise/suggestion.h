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

/// A proposed setting of one processor, with its reason and its life.
struct Suggestion {
  std::string id;         ///< stable and readable: "1-tone", "2-bass-mono", "1-loudness"
  int track = 1;          ///< 1-based
  std::string processor;  ///< a chain processor, or "loudness" ({"integrated_lufs"})
  chain::Values settings;
  std::string reason;  ///< one or two plain sentences
  std::vector<Evidence> evidence;
  std::map<std::string, double> predicted;                ///< measure with unit -> value after
  std::optional<std::map<std::string, double>> measured;  ///< the same keys after the render
  std::string harm;                                       ///< what it may cost, one sentence
  double confidence = 0.5;                                ///< 0..1
  State state = State::proposed;
};

std::string to_text(State);  ///< "proposed", ...
std::optional<State> state_from(const std::string&);

}  // namespace lacquer::advise
