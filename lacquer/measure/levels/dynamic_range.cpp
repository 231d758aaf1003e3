#include "lacquer/measure/levels/dynamic_range.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lacquer/base/units.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

DynamicRangeMeter::DynamicRangeMeter(double sample_rate_hz)
    : block_frames_{3 * static_cast<int>(std::lround(sample_rate_hz) +
                                         (std::lround(sample_rate_hz) == 44100 ? 60 : 0))} {}

void DynamicRangeMeter::add(const double* samples, int frame_count,
                            const LevelMeter::OfStep& of_all) {
  for (int at = 0; at < frame_count;) {
    const int count = std::min(frame_count - at, block_frames_ - filled_);
    const bool all = count == frame_count;
    filled_ += count;
    squares_ += all ? of_all.squares : sum_of_squares(samples + at, count);
    peak_ = std::max(peak_, all ? of_all.peak : range(samples + at, count).size());
    at += count;
    if (filled_ == block_frames_) end_block();
  }
}

double DynamicRangeMeter::finish() {
  if (filled_ > 0) end_block();
  if (powers_.empty()) return 0.0;
  std::sort(powers_.begin(), powers_.end(), std::greater<>{});
  std::sort(peaks_.begin(), peaks_.end(), std::greater<>{});
  const auto loudest = std::max<std::size_t>(1, powers_.size() / 5);
  double power = 0.0;
  for (std::size_t b = 0; b < loudest; ++b) power += powers_[b] / static_cast<double>(loudest);
  const double peak = peaks_[std::min<std::size_t>(1, peaks_.size() - 1)];
  return power > 1e-20 && peak > 1e-10 ? db_from_power(peak * peak / power) : 0.0;
}

void DynamicRangeMeter::end_block() {
  powers_.push_back(2.0 * squares_ / filled_);
  peaks_.push_back(peak_);
  filled_ = 0;
  squares_ = peak_ = 0.0;
}

}  // namespace lacquer::measure
