#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/advise/targets/quantiles.h"
#include "lacquer/base/result.h"

namespace lacquer::advise {

/// Genre statistics and peak advice, read from data/targets/*.json (docs/advise.md has the format).
class Targets {
 public:
  /// A genre as a distribution. Vectors over bands have bands_hz.size() - 1 entries and mean what
  /// measure::Spectrum means by the same name.
  struct Population {
    std::string name;
    int n = 0;  ///< tracks
    std::string source, date, grade;
    std::vector<double> bands_hz;  ///< edges
    std::vector<double> share_mean_db;
    std::vector<std::vector<double>> share_covariance_db2;  ///< symmetric
    std::vector<Quantiles> share_db;
    std::vector<Quantiles> side_minus_mid_db;
    std::vector<Quantiles> band_sd_400ms_db, band_sd_40ms_db;
    Quantiles integrated_lufs;
    Quantiles range_lu;
    Quantiles peak_minus_integrated_lu;
    /// 0..1: how surely the mix belongs here. 1 when a person said so; what is unknown is missing.
    /// Suggestions are made smaller by it (Case::strength).
    double certainty = 1.0;
    /// 0..1: how much of the tone's target is a reference a person chose (0 for genres): n is then
    /// a small number that says nothing about trust (trust_in).
    double referenced = 0.0;
    std::vector<std::string> files;  ///< what a target of one's own was learned from
    bool own = false;                ///< from the person's own folder, not shipped
  };

  /// The ceiling to propose when nobody asked for one.
  struct Ceiling {
    struct Source {
      std::string name, says, grade;
    };
    double true_peak_dbtp = 0.0;
    std::string date;
    std::vector<Source> sources;
  };

  /// Errors (unusable_input): folder or file missing or not in the format; names the place.
  /// `own_folder`, where there is one, adds the targets a person has learned.
  static Result<Targets> load(const std::filesystem::path& folder,
                              const std::filesystem::path& own_folder = {});

  /// Of the populations, in alphabetical order.
  std::vector<std::string> names() const;
  const std::vector<Population>& populations() const { return populations_; }
  /// Null when there is no such population.
  const Population* find(const std::string& name) const;
  const Ceiling& ceiling() const { return ceiling_; }

 private:
  Targets() = default;
  Result<void> add(const std::filesystem::path&, bool own);
  std::vector<Population> populations_;
  Ceiling ceiling_;
};

}  // namespace lacquer::advise
