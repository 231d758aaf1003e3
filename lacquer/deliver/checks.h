#pragma once

#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/programme.h"
#include "lacquer/deliver/delivery.h"
#include "lacquer/deliver/limits.h"

/// What every medium's checks have in common.
namespace lacquer::deliver {

/// Verdicts being collected; `about` is the file the next ones are on.
class Checks {
 public:
  void about(std::string file) { file_ = std::move(file); }
  void verdict(bool pass, const std::string& name, const std::string& value,
               const std::string& limit, const std::string& clause, const std::string& remedy);
  void info(const std::string& name, const std::string& value, const std::string& clause = "");

  /// Pass when at most `limit_dbtp` at two decimals; silence passes.
  void true_peak(const measure::Measurement&, double limit_dbtp, const std::string& clause,
                 const std::string& remedy);
  /// Within `tolerance_lu` of the target; information where there is none. `binding`: fail when
  /// outside; otherwise the distance is only told.
  void loudness(const measure::Measurement&, std::optional<double> target_lufs, double tolerance_lu,
                bool binding, const std::string& clause);
  /// Head and tail, as information; a programme without any sound fails.
  void silence(const measure::Measurement&);

  std::vector<Check> take() { return std::move(checks_); }
  void append(std::vector<Check> more);

 private:
  std::string file_;
  std::vector<Check> checks_;
};

/// "track 2 "Tide""
std::string track_name(const Track&, std::size_t index);

/// Error (usage): a silence between tracks that is negative or longer than ten minutes.
Result<void> require_gaps(const Programme&);

/// ISRC forms, duplicates and the barcode's check digit, of what people wrote.
void check_identifiers(Checks&, const Programme&, const std::string& isrc_clause,
                       const std::string& upc_clause);

}  // namespace lacquer::deliver
