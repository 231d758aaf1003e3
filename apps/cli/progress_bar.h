#pragma once

#include <atomic>
#include <chrono>
#include <string>

#include "lacquer/base/progress.h"

namespace lacquer::cli {

/// Progress on standard error: a bar that redraws itself on a terminal, one plain line a stage
/// elsewhere, nothing when quiet. Ctrl-C asks the work to stop.
class ProgressBar {
 public:
  explicit ProgressBar(bool quiet);
  ~ProgressBar();  ///< takes the bar off the terminal

  Progress progress();
  void erase();  ///< before anything else is written there

 private:
  void at(const std::string& stage, double fraction);

  bool quiet_;
  bool terminal_;
  bool drawn_ = false;
  std::string stage_;
  std::chrono::steady_clock::time_point stage_begun_, last_drawn_;
};

}  // namespace lacquer::cli
