#pragma once

#include <optional>
#include <string>

#include "lacquer/base/progress.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::chain {

/// What the decisions of one track ask for, before the level is solved.
struct Plan {
  std::vector<Step> steps;             ///< tone and stereo, in signal order; no gain, no limiter
  std::optional<double> target_lufs;   ///< empty: the level is left alone
  std::optional<double> ceiling_dbtp;  ///< what the limiter's table takes; empty: no limiter
  Edit edit = {};                      ///< of what comes out
  Values limiter = {};                 ///< its other settings; the ceiling is the one above
  friend bool operator==(const Plan&, const Plan&) = default;
};

/// The plan with its gain solved.
struct Landing {
  /// Steps, then gain and limiter where they act; under the lowest ceiling a limiter takes, the
  /// margin is a last gain.
  Recipe recipe;
  Recipe before_limiter;  ///< the same without gain and limiter: what vinyl is cut from
  double gain_db = 0.0;
  std::optional<double> integrated_lufs;  ///< of the rendered output, within 0.03 LU
  /// Empty when the target is met within 0.1 LU; otherwise the limit that binds, for people:
  /// "The true-peak ceiling of -1.0 dBTP binds: ..."
  std::optional<std::string> binding;
};

/// Two passes: one measures the steps and forecasts the gain, one renders several gains about it
/// side by side and measures them; the plan lands between them, within 0.03 LU of the target (or no
/// nearer can be reached). A programme that surprises takes up to four more passes. On up to
/// `threads` threads (0: as many as the machine has), which change nothing. Deterministic.
/// Errors: the source's; usage for settings out of range; cancelled.
Result<Landing> land(const Plan&, const OpenSource& mix, const Progress& = {},
                     const std::string& stage = "Landing the loudness", int threads = 1);

}  // namespace lacquer::chain
