#include "lacquer/measure/levels/dynamic_range.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/halve.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

DynamicRangeMeter::DynamicRangeMeter(double sample_rate_hz)
    : block_frames_{3 * static_cast<int>(std::lround(sample_rate_hz) +
                                         (std::lround(sample_rate_hz) == 44100 ? 60 : 0))} {
  entries_.reserve(most_entries);  // takes no memory before it is filled
}

void DynamicRangeMeter::add(const double* samples, int frame_count, const StepStatistics& of_all) {
  for (int at = 0; at < frame_count;) {
    const int count = std::min(frame_count - at, block_frames_ - filled_);
    const bool all = count == frame_count;
    filled_ += count;
    squares_ += all ? of_all.squares : sum_of_squares(samples + at, count);
    peak_ = std::max(peak_, all ? of_all.range.size() : range(samples + at, count).size());
    at += count;
    if (filled_ == block_frames_) end_block();
  }
}

double DynamicRangeMeter::finish() {
  if (filled_ > 0) end_block();
  if (block_count_ == 0) return 0.0;
  sort();
  const auto loudest = std::max<std::int64_t>(1, block_count_ / 5);
  double power = 0.0;
  std::int64_t left = loudest;
  for (std::size_t n = 0; left > 0; ++n) {
    const std::int64_t blocks = std::min(left, entries_[n].blocks);
    power += entries_[n].power * static_cast<double>(blocks) / static_cast<double>(loudest);
    left -= blocks;
  }
  const double peak = block_count_ > 1 ? second_highest_ : highest_;
  return power > 1e-20 && peak > 1e-10 ? db_from_power(peak * peak / power) : 0.0;
}

void DynamicRangeMeter::end_block() {
  entries_.push_back({2.0 * squares_ / filled_, 1});
  second_highest_ = std::max(second_highest_, std::min(peak_, highest_));
  highest_ = std::max(highest_, peak_);
  ++block_count_;
  filled_ = 0;
  squares_ = peak_ = 0.0;
  if (entries_.size() < most_entries) return;
  sort();
  halve(entries_, [](const Entry& a, const Entry& b) {
    const auto of_a = static_cast<double>(a.blocks), of_b = static_cast<double>(b.blocks);
    return Entry{(of_a * a.power + of_b * b.power) / (of_a + of_b), a.blocks + b.blocks};
  });
}

void DynamicRangeMeter::sort() {
  std::stable_sort(entries_.begin(), entries_.end(),
                   [](const Entry& a, const Entry& b) { return a.power > b.power; });
}

}  // namespace lacquer::measure
