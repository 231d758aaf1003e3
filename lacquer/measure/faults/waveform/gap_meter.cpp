#include "lacquer/measure/faults/waveform/gap_meter.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

// Section 13 of the project's notes on methods: less than -50 dB for 10 to 3500 ms, and 40 ms of
// sound on both sides. Of 10 ms with fades of 1 ms at both ends 8 are below -50 dB, and they may
// cut one of the outer blocks of 1 ms in two, hence 7.
const double quiet = power_from_db(-50.0);
constexpr int shortest_dropout_ms = 7;
constexpr int longest_ms = 3500;
constexpr int far_ms = 40;
constexpr int near_ms = 2;

const double sound = power_from_db(-45.0);  // of the 40 ms on both sides
const double deep = power_from_db(-24.0);   // a dropout lies as far below the sound around it
// Sound that stops dead is as loud in its last 2 ms as before, but for the shape of its wave.
const double dead_stop = power_from_db(-16.0);
// Between the last 3 ms of sound and the loudest of what is left: a decay has no such edge.
const double edge_drop = power_from_db(-18.0);

constexpr int standstill = 3;  // equal samples
constexpr double sixteen_bit = 1.0 / 32768.0;
constexpr double natural_steps = 12.0;  // a wave that moves n steps a sample rests for 12 / n
constexpr int slope_frames = 32;
constexpr double held_ms = 1.0;
constexpr double jump = 4.0;  // times the mean step

}  // namespace

GapMeter::GapMeter(double sample_rate_hz)
    : near_frames_{static_cast<int>(sample_rate_hz * near_ms / 1000.0)},
      far_frames_{static_cast<int>(sample_rate_hz * far_ms / 1000.0)},
      shortest_held_frames_{static_cast<int>(sample_rate_hz * held_ms / 1000.0)},
      longest_frames_{static_cast<std::int64_t>(sample_rate_hz * longest_ms / 1000.0)},
      block_frames_{static_cast<int>(std::lround(sample_rate_hz / 1000.0))},
      few_frames_{std::max(1, block_frames_ / 3)} {}

void GapMeter::add(const double* samples, int frame_count, bool stands_still) {
  if (frame_count == 0) return;
  recent_.move_to(samples, frame_count);
  if (in_run_ || stands_still) follow_runs(samples, frame_count);
  last_but_one_ = frame_count > 1 ? samples[frame_count - 2] : last_;
  last_ = samples[frame_count - 1];
  while (!waiting_.empty() && waiting_.front().end_frame + far_frames_ <= recent_.end()) {
    judge(waiting_.front());
    waiting_.erase(waiting_.begin());
  }
  for (; (block_ + 1) * block_frames_ <= recent_.end(); ++block_) hear_block();
}

void GapMeter::follow_runs(const double* samples, int frame_count) {
  const std::int64_t first_frame = recent_.end() - frame_count;
  double before = last_, before_that = last_but_one_;
  for (int f = 0; f < frame_count; ++f) {
    const double here = samples[f];
    if (in_run_) {
      if (here != run_.value) end_run(first_frame + f);
    } else if (here == before && before == before_that) {
      in_run_ = true;
      run_ = {.first_frame = first_frame + f - 2, .end_frame = 0, .value = here, .before = {}};
      knows_before_ = false;
      // The standstill may have begun before what is still known of it; then it is not new.
      while (run_.first_frame > recent_.end() - 2 * far_frames_ + slope_frames &&
             *recent_.at(run_.first_frame - 1) == here)
        --run_.first_frame;
    }
    before_that = before;
    before = here;
  }
  // It may last longer than what was before is known; a step is much shorter than half of that.
  if (in_run_ && recent_.end() - run_.first_frame > far_frames_ / 2) look_before_run();
}

void GapMeter::look_before_run() {
  if (!knows_before_) run_.before = edge(run_.first_frame, -1);
  knows_before_ = true;
}

void GapMeter::end_run(std::int64_t end_frame) {
  in_run_ = false;
  run_.end_frame = end_frame;
  const std::int64_t frames = end_frame - run_.first_frame;
  if (frames <= standstill || frames > longest_frames_) return;  // most are as short as can be
  if (run_.value != 0.0 && frames < shortest_held_frames_) return;
  if (!knows_before_ && is_natural(frames, slope(run_.first_frame, -1))) return;
  look_before_run();
  if (run_.before.far_power < sound || is_natural(frames, run_.before.slope)) return;
  waiting_.push_back(run_);
}

/// A wave that is slow and coarse stands still for so long.
bool GapMeter::is_natural(std::int64_t frames, double slope) {
  return static_cast<double>(frames) <
         standstill + natural_steps * sixteen_bit / std::max(slope, sixteen_bit);
}

/// Of the samples before or after `place`, which must be known.
double GapMeter::slope(std::int64_t place, int direction) const {
  const double* samples = recent_.at(direction < 0 ? place - slope_frames : place);
  double sum = 0.0;
  for (int f = 1; f < slope_frames; ++f) sum += std::abs(samples[f] - samples[f - 1]);
  return sum / (slope_frames - 1);
}

GapMeter::Edge GapMeter::edge(std::int64_t place, int direction) const {
  const auto start = [&](int frames) { return direction < 0 ? place - frames : place; };
  const std::int64_t known = recent_.end() - 2 * far_frames_;
  const int far =
      direction < 0 ? std::min(far_frames_, static_cast<int>(place - known)) : far_frames_;
  if (far < slope_frames + 1) return {};
  const int near = std::min(near_frames_, far);
  Edge edge;
  edge.near_power = sum_of_squares(recent_.at(start(near)), near) / near;
  edge.far_power = sum_of_squares(recent_.at(start(far)), far) / far;
  edge.slope = slope(place, direction);
  edge.value = *recent_.at(direction < 0 ? place - 1 : place);
  return edge;
}

void GapMeter::judge(const Run& run) {
  const Edge after = edge(run.end_frame, 1);
  const Edge& before = run.before;
  if (after.far_power < sound) return;
  const double slope = std::min(before.slope, after.slope);
  if (is_natural(run.end_frame - run.first_frame, slope)) return;
  if (before.near_power < before.far_power * dead_stop ||
      after.near_power < after.far_power * dead_stop)
    return;
  const double enters = std::abs(run.value - before.value);
  const double leaves = std::abs(after.value - run.value);
  if (run.value != 0.0 &&
      (enters > jump * before.slope || leaves < jump * std::max(before.slope, after.slope)))
    return;
  if (run.value == 0.0 && std::max(enters, leaves) < slope) return;
  gaps_.add({.kind = run.value == 0.0 ? Gap::Kind::zeros : Gap::Kind::held,
             .first_frame = run.first_frame,
             .end_frame = run.end_frame,
             .around_dbfs = db_from_power(std::min(before.far_power, after.far_power))});
}

double GapMeter::power_of(std::int64_t block) const {
  return sum_of_squares(recent_.at(block * block_frames_), block_frames_) / block_frames_;
}

bool GapMeter::is_quiet(std::int64_t block) const {
  // Nearly always a few samples are enough to see that it is not.
  const double* samples = recent_.at(block * block_frames_);
  double squares = 0.0;
  for (int n = 0; n < block_frames_; n += few_frames_) squares += samples[n] * samples[n];
  return squares < quiet * block_frames_ && power_of(block) < quiet;
}

void GapMeter::hear_block() {
  if (quiet_until_ >= 0 && block_ + 1 - quiet_until_ >= far_ms) {
    double after = 0.0, nearest = 0.0;
    for (std::int64_t b = quiet_until_; b < quiet_until_ + far_ms; ++b) {
      after += power_of(b) / far_ms;
      if (b < quiet_until_ + near_ms + 1) nearest = std::max(nearest, power_of(b));
    }
    if (after > sound && nearest > after * dead_stop && residue_ < before_power_ * deep &&
        residue_ < std::min(last_power_, nearest) * edge_drop)
      gaps_.add({.kind = Gap::Kind::dropout,
                 .first_frame = quiet_since_ * block_frames_,
                 .end_frame = quiet_until_ * block_frames_,
                 .around_dbfs = db_from_power(std::min(before_power_, after))});
    quiet_since_ = quiet_until_ = -1;
  }
  if (is_quiet(block_)) {
    if (quiet_until_ >= 0 || block_ < far_ms) return;
    if (quiet_since_ >= 0) {
      // The first and the last block may hold some of the sound.
      residue_ = std::max(residue_, held_back_);
      held_back_ = power_of(block_);
      return;
    }
    double before = 0.0, nearest = 0.0;
    for (std::int64_t b = block_ - far_ms; b < block_; ++b) {
      before += power_of(b) / far_ms;
      if (b >= block_ - 1 - near_ms) nearest = std::max(nearest, power_of(b));
    }
    quiet_since_ = block_;
    before_power_ = before;
    last_power_ = nearest;
    residue_ = held_back_ = 0.0;
    fell_ = before > sound && nearest > before * dead_stop;
  } else if (quiet_since_ >= 0 && quiet_until_ < 0) {
    const std::int64_t length = block_ - quiet_since_;
    if (fell_ && length >= shortest_dropout_ms && length <= longest_ms)
      quiet_until_ = block_;
    else
      quiet_since_ = -1;
  }
}

}  // namespace lacquer::measure
