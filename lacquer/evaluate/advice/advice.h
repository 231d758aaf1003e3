#pragma once

#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "lacquer/evaluate/advice/tally.h"
#include "lacquer/evaluate/evaluate.h"

/// How good the assistant's suggestions are: what it leaves alone on finished masters, and what it
/// brings back of departures that were made on purpose.
namespace lacquer::evaluate {

struct AdviceOrder {
  std::filesystem::path folder;         ///< of finished masters, searched recursively
  std::string population = "auto";      ///< what the suggestions stand in
  std::vector<std::string> kinds = {};  ///< rows of the table; empty: all
  int trials = 6;                       ///< of each departure, in as many programmes at most
  double excerpt_s = 60.0;              ///< of each programme, its loudest; 0: all
};

/// What the assistant says of a master as it is.
struct Restraint {
  std::string file;
  std::string standing;  ///< the population, by name
  bool in_middle_half;   ///< every band that takes part lies between p25 and p75
  bool tonal_suggestion;
  std::vector<std::string> suggested;  ///< processors
  double analysis_s = 0.0;             ///< wall time of measuring and advising
  double duration_s = 0.0;             ///< of what was measured
};

/// A programme that ends further from its original than it began.
struct Worse {
  std::string file, departure;
  Axis axis = Axis::tone;
  double by_db = 0.0;
};

struct DepartureRow {
  std::string kind;
  Tally tally;
  std::map<std::string, Tally> by_name;  ///< each departure of the kind
};

/// With what the assistant was told: the genre only, or the original as a reference as well.
struct Recovery {
  std::string manner;  ///< "blind", "reference"
  std::vector<DepartureRow> rows;
  Tally all;
  double bar_undone = 0.0;
  int renders = 0;
  std::vector<Worse> worse;
  std::map<std::string, Typical> prediction_errors;  ///< by measure
  Typical landing_error_lu;  ///< rendered against asked for, where nothing bound
  int bound = 0;             ///< landings that the ceiling (or another limit) kept from the target
};

struct AdviceReport {
  std::vector<std::string> programmes;
  std::vector<Error> unusable;
  double excerpt_s = 0.0;
  std::string population;
  std::vector<Restraint> clean;
  std::array<Recovery, 2> recovery;  ///< blind, then with the original as reference
  Typical analysis_of_four_minutes_s;
  std::vector<Bar> bars;
  bool passes() const;
};

/// The rows of the table, by name.
std::vector<std::string> departure_kinds();

/// Everything but the time hangs on the order alone, never on threads or the clock.
/// Errors: usage (no such population or kind), unusable_input (nothing usable in the folder),
/// cancelled.
Result<AdviceReport> evaluate_advice(const AdviceOrder&, const studio::Room&);

/// What the report is held to (issue: the assistant).
std::vector<Bar> bars_of(const AdviceReport&);

}  // namespace lacquer::evaluate
