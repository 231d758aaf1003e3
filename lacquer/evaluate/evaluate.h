#pragma once

#include <filesystem>
#include <map>

#include "lacquer/evaluate/scoring.h"
#include "lacquer/studio/studio.h"

/// How good the assistant's ears are: faults are planted into clean programmes, and the detectors
/// are asked what they hear.
namespace lacquer::evaluate {

struct FaultOrder {
  std::filesystem::path folder;    ///< of clean programmes, searched recursively
  std::vector<std::string> kinds;  ///< rows of the table; empty: all
  int trials = 6;                  ///< of each strength
};

/// Finding on a clean programme.
struct CleanFinding {
  std::string file;
  measure::Finding finding;
  /// Why it is no false alarm: known-faults.json says so, the file's own codec, or plain
  /// arithmetic (a peak above full scale). Empty: it is one.
  std::string known;
};

/// Alarms on clean programmes, by severity.
struct Alarms {
  int fail = 0, warn = 0, info = 0;
};

struct StrengthScore {
  std::string name;
  bool counts = true;
  Score score;
};

struct FaultScore {
  std::string kind;
  Score score;  ///< over the strengths that count
  std::vector<StrengthScore> strengths;
  std::optional<double> place_error_s, worst_place_error_s;  ///< median and largest
  std::map<std::string, double> value_errors;                ///< unit: median of |error|
  std::map<std::string, int> cross_talk;                     ///< kind: trials it was raised in
  Alarms clean;                                              ///< of this kind
  std::optional<double> least_recall;
};

struct Bar {
  std::string name;
  std::optional<double> value;  ///< empty: it could not be tried on these programmes
  double limit = 0.0;
  bool at_least = true;  ///< else at most
  bool reached() const { return !value || (at_least ? *value >= limit : *value <= limit); }
};

struct FaultReport {
  std::vector<std::string> programmes;  ///< relative to the folder
  std::vector<Error> unusable;
  double clean_hours = 0.0;
  int excerpts = 0;
  double excerpt_s = 0.0;
  std::vector<FaultScore> faults;
  std::vector<CleanFinding> clean;
  std::vector<Bar> bars;

  double an_hour(int alarms) const { return alarms / clean_hours; }
  bool passes() const;
};

/// For a kind of fault there is none of: names those there are.
Error no_such_kind(const std::string& kind, const std::vector<std::string>& known);

/// The rows of the table, by name.
std::vector<std::string> fault_kinds();

/// Which trial is planted where hangs on the order alone, never on threads or the clock.
/// Errors: usage (no such kind), unusable_input (nothing usable in the folder, a program missing),
/// cancelled.
Result<FaultReport> evaluate_faults(const FaultOrder&, const studio::Room&);

}  // namespace lacquer::evaluate
