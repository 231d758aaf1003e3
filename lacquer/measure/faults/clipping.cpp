#include "lacquer/measure/faults/clipping.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double tolerance = 0.001;
constexpr int least_frames = 3;
constexpr double passage_gap_s = 1.0;
const double least_size = gain_from_db(-1.0);

/// How much the slope of a smooth top may change from one sample to the next. A parabola that
/// stays within `spread` for n samples bends by 8 x spread / (n - 1)^2 each; music is not a
/// parabola, so four times that; and two steps of 16 bit.
double largest_bend(double spread, int frames) {
  return 4.0 * 8.0 * spread / ((frames - 1.0) * (frames - 1.0)) + 2.0 / 32768.0;
}

}  // namespace

ClippingMeter::ClippingMeter(double sample_rate_hz) : sample_rate_hz_{sample_rate_hz} {}

void ClippingMeter::add(const double* samples, int frame_count) {
  double largest = 0.0;
  for (int f = 0; f < frame_count; ++f) largest = std::max(largest, std::abs(samples[f]));
  if (!in_run_ && largest < std::max(least_size, largest_ - tolerance)) {
    position_ += frame_count;
    if (frame_count > 0) previous_ = samples[frame_count - 1];
    return;
  }
  for (int f = 0; f < frame_count; ++f) add_sample(samples[f]);
}

std::vector<ClippedPassage> ClippingMeter::finish() {
  if (in_run_) end_run(run_.sign * run_.last);  // as if it went on: no corner at the end
  std::erase_if(passages_,
                [&](const auto& passage) { return passage.level < largest_ - tolerance; });
  return std::move(passages_);
}

void ClippingMeter::add_sample(double sample) {
  const double size = std::abs(sample);
  largest_ = std::max(largest_, size);
  const bool high = size >= least_size && size >= largest_ - tolerance;
  const bool goes_on = in_run_ && high && sample * run_.sign > 0.0 &&
                       std::max(run_.highest, size) - std::min(run_.lowest, size) <= tolerance;
  if (goes_on) {
    if (run_.frames == 1) run_.second = size;
    ++run_.frames;
    run_.lowest = std::min(run_.lowest, size);
    run_.highest = std::max(run_.highest, size);
    run_.last_but_one = run_.last;
    run_.last = size;
  } else {
    if (in_run_) end_run(sample);
    in_run_ = high;
    if (high) {
      const double sign = sample > 0.0 ? 1.0 : -1.0;
      run_ = {.first_frame = position_,
              .frames = 1,
              .sign = sign,
              .lowest = size,
              .highest = size,
              .before = position_ == 0 ? size : previous_ * sign,
              .first = size,
              .second = size,
              .last_but_one = size,
              .last = size};
    }
  }
  previous_ = sample;
  ++position_;
}

void ClippingMeter::end_run(double after) {
  in_run_ = false;
  const Run& run = run_;
  if (run.frames < least_frames) return;
  const double begins = (run.first - run.before) - (run.second - run.first);
  const double ends = (run.last - after * run.sign) - (run.last_but_one - run.last);
  if (begins + ends <= 2.0 * largest_bend(run.highest - run.lowest, run.frames)) return;

  const auto last_frame = run.first_frame + run.frames - 1;
  const auto gap = static_cast<std::int64_t>(passage_gap_s * sample_rate_hz_);
  if (!passages_.empty() && run.first_frame - passages_.back().last_frame <= gap &&
      std::abs(passages_.back().level - run.highest) <= tolerance) {
    ClippedPassage& passage = passages_.back();
    passage.last_frame = last_frame;
    ++passage.run_count;
    passage.longest_frames = std::max(passage.longest_frames, run.frames);
    passage.level = std::max(passage.level, run.highest);
    return;
  }
  std::erase_if(passages_,
                [&](const auto& passage) { return passage.level < largest_ - tolerance; });
  passages_.push_back({.first_frame = run.first_frame,
                       .last_frame = last_frame,
                       .run_count = 1,
                       .longest_frames = run.frames,
                       .level = run.highest});
}

}  // namespace lacquer::measure
