#include "lacquer/measure/faults/waveform/plateaus.h"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

const double least_size = gain_from_db(-20.0);
constexpr double least_other = 0.5;  // of it: what counts as lying lower
constexpr int least_frames = 3;
constexpr int least_runs = 3;
constexpr double same = 0x1p-22;  // two steps of 24 bits, for a gain that came before the rounding
// Both corners together: the top of a slow wave in 16 bits is left by a step or two on each side.
constexpr double least_corners = 16.0 / 32768.0;
// Pulses are flat by nature; their edges are as high as they are.
constexpr double edge_of_a_pulse = 0.5;
constexpr double section_gap_s = 3.0;
constexpr std::size_t most_groups = 2000;  // a coarse file has no end of them

bool at_one_level(const Plateaus& a, const Plateaus& b) {
  return std::abs(a.level - b.level) <= same;
}

}  // namespace

PlateauMeter::PlateauMeter(double sample_rate_hz)
    : gap_frames_{static_cast<std::int64_t>(section_gap_s * sample_rate_hz)} {
  closed_.reserve(most_groups);  // takes no memory before it is filled
}

void PlateauMeter::add(const double* samples, int frame_count, const Range& here,
                       bool stands_still) {
  if (frame_count == 0) return;
  sides_[0].largest = std::max(sides_[0].largest, here.highest);
  sides_[1].largest = std::max(sides_[1].largest, -here.lowest);
  const auto exceeded = [](const Side& side, double largest) {
    return side.open && largest > side.group.level + same;
  };
  const bool goes_on =
      std::abs(value_) >= least_size && (equal_ >= least_frames || samples[0] == value_);
  if (frame_count < 4 || goes_on || exceeded(sides_[0], here.highest) ||
      exceeded(sides_[1], -here.lowest) || (here.size() >= least_size && stands_still)) {
    walk(samples, frame_count);
  } else {
    // Nothing stands still here, so the last three samples tell how the next ones begin.
    position_ += frame_count - 2;
    before_ = samples[frame_count - 4];
    value_ = samples[frame_count - 3];
    equal_ = 1;
    walk(samples + frame_count - 2, 2);
  }
}

void PlateauMeter::walk(const double* samples, int frame_count) {
  for (int f = 0; f < frame_count; ++f, ++position_) {
    const double here = samples[f];
    if (equal_ > 0 && here == value_) {
      ++equal_;
      continue;
    }
    if (equal_ >= least_frames) end_run(here);
    if (sides_[0].open && here > sides_[0].group.level + same) close(sides_[0]);
    if (sides_[1].open && -here > sides_[1].group.level + same) close(sides_[1]);
    before_ = equal_ > 0 ? value_ : here;
    value_ = here;
    equal_ = 1;
  }
}

void PlateauMeter::end_run(double after) {
  const double level = std::abs(value_), sign = value_ > 0.0 ? 1.0 : -1.0;
  const double enters = level - sign * before_, leaves = level - sign * after;
  if (level < least_other * least_size || enters <= 0.0 || leaves <= 0.0 ||
      enters + leaves < least_corners || std::max(enters, leaves) > edge_of_a_pulse * level)
    return;
  Side& side = sides_[value_ > 0.0 ? 0 : 1];
  Plateaus& group = side.group;
  const std::int64_t first_frame = position_ - equal_;
  if (side.open && first_frame - group.last_frame <= gap_frames_) {
    if (std::abs(group.level - level) <= same) {
      group.last_frame = position_ - 1;
      ++group.run_count;
      group.longest_frames = std::max(group.longest_frames, equal_);
      return;
    }
    if (group.run_count > 1) ++group.others;  // a single one may be chance
    if (group.run_count > 1 || level < least_size) return;
  }
  if (level < least_size) return;
  if (side.open) close(side);
  side.open = true;
  group = {.first_frame = first_frame,
           .last_frame = position_ - 1,
           .run_count = 1,
           .longest_frames = equal_,
           .others = 0,
           .level = level,
           .negative = value_ < 0.0,
           .is_largest = false};
}

void PlateauMeter::close(Side& side) {
  side.open = false;
  if (closed_.size() < most_groups) closed_.push_back(side.group);
}

std::vector<Plateaus> PlateauMeter::finish() {
  for (Side& side : sides_)
    if (side.open) close(side);
  for (Plateaus& group : closed_)
    group.is_largest = group.level >= sides_[group.negative ? 1 : 0].largest - same;
  return std::move(closed_);
}

std::vector<std::vector<Plateaus>> limits(const std::vector<std::vector<Plateaus>>& of_channels,
                                          double sample_rate_hz) {
  const auto gap = static_cast<std::int64_t>(section_gap_s * sample_rate_hz);
  std::vector<Plateaus> all;
  for (const auto& groups : of_channels) all.insert(all.end(), groups.begin(), groups.end());
  const auto near = [&](const Plateaus& a, const Plateaus& b) {
    return a.first_frame - b.last_frame <= gap && b.first_frame - a.last_frame <= gap;
  };
  const auto is_limit = [&](const Plateaus& group) {
    int runs = 0, others = 0;
    for (const Plateaus& other : all) {
      const bool is_near = near(group, other);
      if (at_one_level(group, other) && (is_near || (group.is_largest && other.is_largest))) {
        runs += other.run_count;
        others += other.others;
      } else if (is_near && (other.run_count == 1 || other.level < group.level))
        ++others;
    }
    return runs >= least_runs && runs > others;
  };
  std::vector<std::vector<Plateaus>> found;
  for (const auto& groups : of_channels) {
    auto& of_channel = found.emplace_back();
    std::copy_if(groups.begin(), groups.end(), std::back_inserter(of_channel), is_limit);
    std::stable_sort(of_channel.begin(), of_channel.end(),
                     [](const auto& a, const auto& b) { return a.first_frame < b.first_frame; });
  }
  return found;
}

}  // namespace lacquer::measure
