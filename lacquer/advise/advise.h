#pragma once

#include <filesystem>

#include "lacquer/advise/suggestion.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// What the person asked for, besides the mix.
struct Wishes {
  std::string population = "all";       ///< "auto" and "all" stand in the whole population
  std::optional<double> loudness_lufs;  ///< asked for outright
  std::optional<double> ceiling_dbtp;   ///< asked for outright
  double strength = 1.0;                ///< 0..1, scales every tonal and stereo suggestion
};

/// Genre statistics, read from data/targets/*.json.
class Targets {
 public:
  /// Errors (unusable_input): folder or file missing or not in the format; names the place.
  static Result<Targets> load(const std::filesystem::path& folder);
  std::vector<std::string> names() const;
  struct Population;
  /// Null when there is no such population.
  const Population* find(const std::string& name) const;
  ~Targets();
  Targets(Targets&&) noexcept;
  Targets& operator=(Targets&&) noexcept;

 private:
  Targets();
  std::vector<Population> populations_;
};

/// The suggestions for one track, most useful first, all in state proposed.
/// Error (usage): unknown population; the sentence lists the known ones.
Result<std::vector<Suggestion>> suggest(const measure::Measurement& mix, int track, const Wishes&,
                                        const Targets&);

}  // namespace lacquer::advise
