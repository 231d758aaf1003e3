#include "cli/progress_bar.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>

namespace lacquer::cli {
namespace {

std::atomic<bool> interrupted_by_user{false};

extern "C" void on_interrupt(int) { interrupted_by_user = true; }

constexpr int bar_cells = 28;

}  // namespace

ProgressBar::ProgressBar(bool quiet) : quiet_{quiet}, terminal_{isatty(STDERR_FILENO) != 0} {
  std::signal(SIGINT, on_interrupt);
  std::signal(SIGTERM, on_interrupt);
}

ProgressBar::~ProgressBar() { erase(); }

Progress ProgressBar::progress() {
  return Progress{[this](const std::string& stage, double fraction) { at(stage, fraction); },
                  &interrupted_by_user};
}

void ProgressBar::at(const std::string& stage, double fraction) {
  if (quiet_) return;
  const auto now = std::chrono::steady_clock::now();
  const bool fresh = stage != stage_;
  if (fresh) {
    stage_ = stage;
    stage_begun_ = now;
  }
  if (!terminal_) {
    if (fresh) std::fprintf(stderr, "%s\n", stage.c_str());
    return;
  }
  using std::chrono::milliseconds;
  if (!fresh && drawn_ && now - last_drawn_ < milliseconds{80}) return;
  last_drawn_ = now;
  fraction = std::clamp(fraction, 0.0, 1.0);
  const int full = static_cast<int>(std::lround(fraction * bar_cells));
  std::string bar;
  for (int i = 0; i < bar_cells; ++i) bar += i < full ? "█" : "░";
  const std::chrono::duration<double> spent = now - stage_begun_;
  char left[32] = "";
  if (fraction > 0.05 && spent.count() > 2.0)
    std::snprintf(left, sizeof left, "  %.0f s left", spent.count() * (1.0 - fraction) / fraction);
  std::fprintf(stderr, "\r\033[K%s %3.0f %%  %s%s", bar.c_str(), 100.0 * fraction, stage.c_str(),
               left);
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressBar::erase() {
  if (drawn_) std::fprintf(stderr, "\r\033[K");
  std::fflush(stderr);
  drawn_ = false;
}

}  // namespace lacquer::cli
