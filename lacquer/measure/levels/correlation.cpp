#include "lacquer/measure/levels/correlation.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

using Sums = LevelMeter::Sums;

constexpr double below_programme_db = 20.0;  // softer than this says nothing about the mix
constexpr double softest_dbfs = -60.0;       // nor does what nobody hears
constexpr double nothing = 1e-30;            // a sum of squares

void operator+=(Sums& sums, const Sums& more) {
  sums.left_squares += more.left_squares;
  sums.right_squares += more.right_squares;
  sums.products += more.products;
}

double both(const Sums& sums) { return sums.left_squares + sums.right_squares; }

/// Empty where a channel is silent.
Maybe correlation(const Sums& sums) {
  if (sums.left_squares < nothing || sums.right_squares < nothing) return {};
  return std::clamp(sums.products / (std::sqrt(sums.left_squares) * std::sqrt(sums.right_squares)),
                    -1.0, 1.0);
}

Maybe width(const Sums& sums) {
  if (both(sums) < nothing) return {};
  return std::clamp(0.5 - sums.products / both(sums), 0.0, 1.0);
}

}  // namespace

CorrelationMeter::CorrelationMeter(bool want_series)
    : want_series_{want_series}, worst_by_level_(level_count) {}

void CorrelationMeter::add(const Sums& sums, int frame_count) {
  steps_[static_cast<std::size_t>(step_count_ % window_steps)] = {sums, frame_count};
  ++step_count_;
  frame_count_ += frame_count;
  programme_ += sums;
  second_ += sums;
  if (step_count_ >= window_steps) note_window();
  if (step_count_ % second_steps == 0) end_second();
}

void CorrelationMeter::note_window() {
  Sums window;
  std::int64_t frames = 0;
  for (const Step& one : steps_) {
    window += one.sums;
    frames += one.frame_count;
  }
  const Maybe here = correlation(window);
  if (!here) return;
  const double level_dbfs = db_from_power(both(window) / (2.0 * static_cast<double>(frames)));
  const int level = static_cast<int>(std::floor(level_dbfs)) - lowest_level_dbfs;
  if (level < 0) return;
  Worst& worst = worst_by_level_[static_cast<std::size_t>(std::min(level, level_count - 1))];
  if (*here < worst.correlation) worst = {*here, frame_count_ - frames};
}

void CorrelationMeter::end_second() {
  if (want_series_) {
    correlations_.push_back(correlation(second_));
    widths_.push_back(width(second_));
  }
  second_ = {};
}

void CorrelationMeter::finish(double sample_rate_hz, Stereo& stereo, Series& series) {
  if (step_count_ % second_steps != 0) end_second();
  series.correlation = std::move(correlations_);
  series.width = std::move(widths_);
  if (frame_count_ == 0 || both(programme_) < nothing) return;
  const double programme_dbfs =
      db_from_power(both(programme_) / (2.0 * static_cast<double>(frame_count_)));
  const int first =
      static_cast<int>(std::floor(std::max(programme_dbfs - below_programme_db, softest_dbfs))) -
      lowest_level_dbfs;
  Worst worst;
  for (int level = std::max(first, 0); level < level_count; ++level) {
    const Worst& here = worst_by_level_[static_cast<std::size_t>(level)];
    if (here.correlation < worst.correlation ||
        (here.correlation == worst.correlation && here.first_frame < worst.first_frame))
      worst = here;
  }
  if (worst.correlation > 1.0) return;
  stereo.worst_correlation = worst.correlation;
  stereo.worst_correlation_start_s = static_cast<double>(worst.first_frame) / sample_rate_hz;
}

}  // namespace lacquer::measure
