#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/base/edit.h"

namespace lacquer::chain {

/// Settings by parameter name, every value a double: {"frequency_hz": 120.0}.
using Values = std::map<std::string, double>;

/// One processor with its settings; a parameter not named has its default.
struct Step {
  std::string processor;  ///< a name from processor_names()
  Values settings;
  bool bypassed = false;  ///< kept with its settings, and not there
  friend bool operator==(const Step&, const Step&) = default;
};

/// The processors in the order the signal passes them, and behind them what is done to beginning
/// and end: processors hear the whole mix, and no dynamics lift what fades.
struct Recipe {
  std::vector<Step> steps;
  Edit edit = {};
  friend bool operator==(const Recipe&, const Recipe&) = default;
};

/// One row of a processor's parameter table, type-erased.
struct ParameterInfo {
  std::string name, label, unit, help;
  double minimum = 0.0, maximum = 0.0, default_value = 0.0;
};

/// In signal order: declip, declick, dc_blocker, dehum, resonance_suppressor, equaliser,
/// linear_equaliser, dynamic_equaliser, de_esser, compressor, multiband, linear_multiband,
/// transient_shaper, saturation, stereo, bass_mono, gain, limiter.
std::vector<std::string> processor_names();

/// What it is for, one sentence. Error usage: no such processor.
Result<std::string> purpose_of(const std::string& processor);

/// Error usage: no such processor.
Result<std::vector<ParameterInfo>> parameters_of(const std::string& processor);

/// Errors (usage): unknown processor or parameter, value not finite or outside its range; the
/// sentence names the range.
Result<void> validate(const Step&);

/// The source with the recipe applied: latency compensated, pulled in constant memory, as long as
/// the edit makes it. Errors: validate()'s and edit()'s. An empty recipe hands the samples through
/// untouched, bit for bit.
Result<SourcePointer> process(const Recipe&, SourcePointer);

}  // namespace lacquer::chain
