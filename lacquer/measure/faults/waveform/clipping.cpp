#include "lacquer/measure/faults/waveform/clipping.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/measure/halve.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// Section 13 of the project's notes on methods: three samples within 0.001 above -1 dBFS.
constexpr double tolerance_share = 0.001;
constexpr double dither = 4.0 / 32768.0;  // of 16 bits, from its lowest to its highest value
constexpr int least_frames = 3;
constexpr double passage_gap_s = 1.0;
const double surely_high = gain_from_db(-1.0);
const double least_size = gain_from_db(-20.0);  // a clip with a fader behind it
constexpr int least_runs_below = 3;             // of a level that is not the loudest
constexpr std::int64_t section_s = 2;
// Remembered for so long at most, and so many of the last ones whatever comes.
constexpr std::size_t most_seconds = 1024;
constexpr std::int64_t last_seconds = 2 * section_s;
constexpr std::size_t most_passages = 2000;  // of one sign
constexpr int many_runs = 20;  // speak for themselves, whatever comes before and after

double tolerance(double level) { return std::max(tolerance_share * level, dither); }

/// How much the slope of a smooth top may change from one sample to the next. A parabola that
/// stays within `spread` for n samples bends by 8 x spread / (n - 1)^2 each; music is not a
/// parabola, so four times that; and two steps of 16 bit.
double largest_bend(double spread, int frames) {
  return 4.0 * 8.0 * spread / ((frames - 1.0) * (frames - 1.0)) + 2.0 / 32768.0;
}

}  // namespace

ClippingMeter::ClippingMeter(double sample_rate_hz)
    : sample_rate_hz_{sample_rate_hz}, second_end_{std::llround(sample_rate_hz)} {}

void ClippingMeter::add(const double* samples, int frame_count, const Range& all) {
  for (int at = 0; at < frame_count;) {
    const int count =
        static_cast<int>(std::min<std::int64_t>(frame_count - at, second_end_ - position_));
    const Range here = count == frame_count ? all : range(samples + at, count);
    add_side(sides_[0], 1.0, here.highest, samples + at, count);
    add_side(sides_[1], -1.0, -here.lowest, samples + at, count);
    position_ += count;
    at += count;
    if (position_ == second_end_) end_second();
  }
}

void ClippingMeter::end_second() {
  for (Side& side : sides_) {
    side.of_seconds.push_back(side.now);
    side.before = std::exchange(side.now, 0.0);
  }
  ++second_count_;
  second_end_ = std::llround(static_cast<double>(second_count_ + 1) * sample_rate_hz_);
  if (sides_[0].of_seconds.size() >= most_seconds) forget();
}

/// Seconds that nothing but the passages noted so far will ask for.
void ClippingMeter::forget() {
  std::int64_t keep_from = second_count_ - last_seconds;
  for (const Side& side : sides_)
    if (side.in_run) keep_from = std::min(keep_from, second_of(side.run.first_frame) - section_s);
  // A run that lasts for minutes has nothing above it but where it began.
  keep_from = std::max(keep_from, second_count_ - static_cast<std::int64_t>(most_seconds) / 2);
  for (Side& side : sides_) {
    for (ClippedPassage& passage : side.passages) note_seconds(side, passage);
    std::erase_if(side.passages, [&](const ClippedPassage& passage) {
      return second_of(passage.last_frame) + section_s < keep_from && !may_be_told(passage);
    });
    if (side.passages.size() > most_passages)
      halve(side.passages, [](const ClippedPassage& first, const ClippedPassage& second) {
        ClippedPassage both = first;
        both.last_frame = second.last_frame;
        both.run_count += second.run_count;
        both.longest_frames = std::max(first.longest_frames, second.longest_frames);
        both.level = std::max(first.level, second.level);
        both.largest_within = std::max(first.largest_within, second.largest_within);
        both.largest_around = std::max(first.largest_around, second.largest_around);
        return both;
      });
    side.of_seconds.erase(
        side.of_seconds.begin(),
        side.of_seconds.begin() + static_cast<std::ptrdiff_t>(keep_from - first_second_));
  }
  first_second_ = keep_from;
}

std::vector<ClippedPassage> ClippingMeter::finish() {
  std::vector<ClippedPassage> all;
  for (Side& side : sides_) {
    if (side.in_run) end_run(side, side.run.last);  // as if it went on: no corner at the end
    side.of_seconds.push_back(side.now);
  }
  const double loudest = std::max(sides_[0].largest, sides_[1].largest);
  for (const Side& side : sides_)
    for (ClippedPassage passage : side.passages) {
      note_seconds(side, passage);
      if (!may_be_told(passage)) continue;
      passage.is_loudest =
          passage.level >= surely_high && passage.level >= loudest - tolerance(loudest);
      all.push_back(passage);
    }
  // The two polarities of one passage are one.
  std::stable_sort(all.begin(), all.end(),
                   [](const auto& a, const auto& b) { return a.first_frame < b.first_frame; });
  std::vector<ClippedPassage> merged;
  const auto gap = static_cast<std::int64_t>(passage_gap_s * sample_rate_hz_);
  for (const ClippedPassage& passage : all) {
    if (merged.empty() || passage.first_frame - merged.back().last_frame > gap ||
        std::abs(merged.back().level - passage.level) > tolerance(passage.level)) {
      merged.push_back(passage);
      continue;
    }
    ClippedPassage& last = merged.back();
    last.last_frame = std::max(last.last_frame, passage.last_frame);
    last.run_count += passage.run_count;
    last.longest_frames = std::max(last.longest_frames, passage.longest_frames);
    last.level = std::max(last.level, passage.level);
    last.is_loudest = last.is_loudest || passage.is_loudest;
  }
  return merged;
}

std::int64_t ClippingMeter::second_of(std::int64_t frame) const {
  return static_cast<std::int64_t>(static_cast<double>(frame) / sample_rate_hz_);
}

void ClippingMeter::note_seconds(const Side& side, ClippedPassage& passage) const {
  const std::int64_t first = second_of(passage.first_frame), last = second_of(passage.last_frame);
  const std::int64_t end = first_second_ + static_cast<std::int64_t>(side.of_seconds.size());
  const std::int64_t to = std::min(end, last + section_s + 1);
  for (std::int64_t s = std::max(first_second_, first - section_s); s < to; ++s) {
    const double largest = side.of_seconds[static_cast<std::size_t>(s - first_second_)];
    passage.largest_around = std::max(passage.largest_around, largest);
    if (s >= first && s <= last) passage.largest_within = std::max(passage.largest_within, largest);
  }
}

bool ClippingMeter::is_limit(const ClippedPassage& passage) const {
  const double largest =
      passage.run_count >= many_runs ? passage.largest_within : passage.largest_around;
  return largest <= passage.level + tolerance(passage.level);
}

/// As far as is known by now: what is not loudest today will not be tomorrow.
bool ClippingMeter::may_be_told(const ClippedPassage& passage) const {
  const double loudest = std::max(sides_[0].largest, sides_[1].largest);
  return (passage.level >= surely_high && passage.level >= loudest - tolerance(loudest)) ||
         (passage.run_count >= least_runs_below && is_limit(passage));
}

void ClippingMeter::add_side(Side& side, double sign, double largest, const double* samples,
                             int frame_count) {
  const double limit = std::max({side.now, side.before, largest});
  side.now = std::max(side.now, largest);
  side.largest = std::max(side.largest, largest);
  if (side.in_run || (largest >= least_size && largest >= limit - tolerance(limit))) {
    const double of_now = std::max(side.now, side.before);
    const double high = std::max(least_size, of_now - tolerance(of_now));
    for (int f = 0; f < frame_count; ++f) {
      const double sample = sign * samples[f];
      if (side.in_run || sample >= high)
        add_sample(side, sample, position_ + f);
      else
        side.previous = sample;
    }
  } else if (frame_count > 0) {
    side.previous = sign * samples[frame_count - 1];
  }
}

void ClippingMeter::add_sample(Side& side, double sample, std::int64_t place) {
  // The largest value is that of the whole block, which depends on how the samples arrive only
  // where it rises; a run below it is dropped at the end in any case.
  const double limit = std::max(side.now, side.before);
  const bool high = sample >= least_size && sample >= limit - tolerance(limit);
  Run& run = side.run;
  const bool goes_on = side.in_run && high &&
                       std::max(run.highest, sample) - std::min(run.lowest, sample) <=
                           tolerance(std::max(run.highest, sample));
  if (goes_on) {
    if (run.frames == 1) run.second = sample;
    ++run.frames;
    run.lowest = std::min(run.lowest, sample);
    run.highest = std::max(run.highest, sample);
    run.last_but_one = run.last;
    run.last = sample;
  } else {
    if (side.in_run) end_run(side, sample);
    side.in_run = high;
    if (high) {
      run = {.first_frame = place,
             .frames = 1,
             .lowest = sample,
             .highest = sample,
             .before = place == 0 ? sample : side.previous,
             .first = sample,
             .second = sample,
             .last_but_one = sample,
             .last = sample,
             .square = place != 0 && side.previous < -0.9 * sample};
    }
  }
  side.previous = sample;
}

void ClippingMeter::end_run(Side& side, double after) {
  side.in_run = false;
  const Run& run = side.run;
  if (run.frames < least_frames) return;
  const double begins = (run.first - run.before) - (run.second - run.first);
  const double ends = (run.last - after) - (run.last_but_one - run.last);
  if (begins + ends <= 2.0 * largest_bend(run.highest - run.lowest, run.frames)) return;
  if (run.square && run.highest < surely_high) return;

  const auto last_frame = run.first_frame + run.frames - 1;
  const auto gap = static_cast<std::int64_t>(passage_gap_s * sample_rate_hz_);
  auto& passages = side.passages;
  if (!passages.empty() && run.first_frame - passages.back().last_frame <= gap) {
    ClippedPassage& passage = passages.back();
    if (std::abs(passage.level - run.highest) <= tolerance(run.highest)) {
      passage.last_frame = last_frame;
      ++passage.run_count;
      passage.longest_frames = std::max(passage.longest_frames, run.frames);
      passage.level = std::max(passage.level, run.highest);
      return;
    }
    if (passage.level < run.highest) passages.pop_back();  // it was not the limit
  }
  passages.push_back({.first_frame = run.first_frame,
                      .last_frame = last_frame,
                      .run_count = 1,
                      .longest_frames = run.frames,
                      .level = run.highest});
}

}  // namespace lacquer::measure
