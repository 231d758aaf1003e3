#include "lacquer/measure/levels/dynamic_range.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lacquer/base/units.h"

namespace lacquer::measure {

DynamicRangeMeter::DynamicRangeMeter(double sample_rate_hz)
    : block_frames_{3 * static_cast<int>(std::lround(sample_rate_hz) +
                                         (std::lround(sample_rate_hz) == 44100 ? 60 : 0))} {}

void DynamicRangeMeter::add(const double* samples, int frame_count) {
  for (int at = 0; at < frame_count;) {
    const int end = std::min(frame_count, at + block_frames_ - filled_);
    filled_ += end - at;
    double squares[2] = {}, peaks[2] = {};
    for (; at + 1 < end; at += 2) {
      squares[0] += samples[at] * samples[at];
      squares[1] += samples[at + 1] * samples[at + 1];
      peaks[0] = std::max(peaks[0], std::abs(samples[at]));
      peaks[1] = std::max(peaks[1], std::abs(samples[at + 1]));
    }
    for (; at < end; ++at) {
      squares[0] += samples[at] * samples[at];
      peaks[0] = std::max(peaks[0], std::abs(samples[at]));
    }
    squares_ += squares[0] + squares[1];
    peak_ = std::max({peak_, peaks[0], peaks[1]});
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
