#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::advise {

/// A distribution known at a few points: values[i] is reached by percents[i] % of the population.
/// Both ascend; at least two points.
struct Quantiles {
  std::vector<double> percents;
  std::vector<double> values;
};

/// How many percent of the population lie below `value`: straight lines between the stored points,
/// held at the outermost ones ("5" then means "5 or less"). Never falls as `value` rises.
double percentile(const Quantiles&, double value);

/// The value `percent` of the population stay below; the inverse of percentile(), held likewise.
double quantile(const Quantiles&, double percent);

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
  static Result<Targets> load(const std::filesystem::path& folder);

  /// Of the populations, in alphabetical order.
  std::vector<std::string> names() const;
  /// Null when there is no such population. "auto" is "all".
  const Population* find(const std::string& name) const;
  const Ceiling& ceiling() const { return ceiling_; }

 private:
  Targets() = default;
  std::vector<Population> populations_;
  Ceiling ceiling_;
};

}  // namespace lacquer::advise
