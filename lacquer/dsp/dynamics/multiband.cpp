#include "lacquer/dsp/dynamics/multiband.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double step_s = 1.0 / 3000.0;

}  // namespace

template <typename Visit>
void Multiband::for_every_ramp(Visit visit) noexcept {
  for (Ramp* ramp : {&knee_db_, &upward_range_db_, &amount_, &presence_}) visit(*ramp);
  for (Ramp& octave : octaves_) visit(octave);
  for (RunningBand& band : bands_)
    for (Ramp* ramp : {&band.threshold_db, &band.slope, &band.upward_threshold_db,
                       &band.upward_slope, &band.gain_db})
      visit(*ramp);
}

void Multiband::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = std::clamp(static_cast<int>(std::lround(format.sample_rate_hz * step_s)), 1,
                            Crossover::most_frames);
  const double steps_per_second = format.sample_rate_hz / step_frames_;
  for_every_ramp([&](Ramp& ramp) { ramp.prepare(steps_per_second, glide_s); });
  crossover_.prepare(format);
  reset();
}

void Multiband::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  for_every_ramp([](Ramp& ramp) { ramp.reset(); });
  for (RunningBand& band : bands_) {
    band.loudest = 0.0;
    band.hold = {};
    band.steps_held = 0;
    band.from = band.to = 1.0;
  }
  presence_from_ = presence_to_ = 0.0;
  gains_db_ = {};
  detectors_ = {};
  crossover_.reset();
}

void Multiband::glide_corners() noexcept {
  double wanted_hz[] = {settings_.corner_1_hz, settings_.corner_2_hz, settings_.corner_3_hz};
  Crossover::Corners corners_hz{};
  for (std::size_t i = 0; i < octaves_.size(); ++i) {
    if (i > 0) wanted_hz[i] = std::max(wanted_hz[i], wanted_hz[i - 1]);
    octaves_[i].aim(std::log2(wanted_hz[i]));
    corners_hz[i] = std::exp2(octaves_[i].next());
  }
  const double steps_per_second = format_.sample_rate_hz / step_frames_;
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const double hold_s = b == 0 ? bass_hold_s : 1.0 / corners_hz[b - 1];
    bands_[b].hold_steps = static_cast<int>(std::ceil(hold_s * steps_per_second));
  }
  crossover_.tune(static_cast<int>(count_), corners_hz);
}

/// Everything that glides, one step on.
void Multiband::glide() noexcept {
  knee_db_.aim(settings_.knee_db);
  upward_range_db_.aim(settings_.upward_range_db);
  amount_.aim(settings_.amount);
  for (Ramp* ramp : {&knee_db_, &upward_range_db_, &amount_}) ramp->next();
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    RunningBand& band = bands_[b];
    const Band& wanted = settings_.bands[b];
    band.threshold_db.aim(wanted.threshold_dbfs);
    band.slope.aim(1.0 - 1.0 / wanted.ratio);
    band.upward_threshold_db.aim(wanted.upward_threshold_dbfs);
    band.upward_slope.aim(1.0 - 1.0 / wanted.upward_ratio);
    band.gain_db.aim(wanted.gain_db);
    for (Ramp* ramp : {&band.threshold_db, &band.slope, &band.upward_threshold_db,
                       &band.upward_slope, &band.gain_db})
      ramp->next();
  }

  const auto wanted_count = static_cast<std::size_t>(std::lround(settings_.band_count));
  if (fresh_) count_ = wanted_count;
  presence_.aim(settings_.amount > 0.0 && wanted_count == count_ ? 1.0 : 0.0);
  presence_from_ = fresh_ ? presence_.value() : presence_to_;
  presence_to_ = presence_.next();
  if (absent() && !fresh_) {
    count_ = wanted_count;
    crossover_.reset();
    detectors_ = {};
  }
  glide_corners();
  gliding_ = presence_from_ != presence_to_ || wanted_count != count_ ||
             (absent() && settings_.amount > 0.0);
  for_every_ramp([this](const Ramp& ramp) { gliding_ = gliding_ || ramp.moving(); });
}

/// Of two bands: what is above the threshold less what is below the upward one, both in dB.
Pair Multiband::wanted_reduction_db(std::size_t first_band) noexcept {
  RunningBand* two[] = {&bands_[first_band], &bands_[first_band + 1]};
  Pair level = {};
  for (int lane = 0; lane < 2; ++lane) {
    RunningBand& band = *two[lane];
    const bool turn = ++band.steps_held >= band.hold_steps;
    if (turn) band.steps_held = 0;
    level[lane] = band.hold.step(band.loudest, turn);
    band.loudest = 0.0;
  }
  const Pair level_db = pair_db_from_gain(larger(level, pair_of(quietest)));
  const Pair above_silence_db = larger(level_db - silence_dbfs, pair_of(0.0));
  const Pair most_up_db = smaller(above_silence_db, pair_of(upward_range_db_.value()));
  Pair reduction_db = {};
  for (int lane = 0; lane < 2; ++lane) {
    const RunningBand& band = *two[lane];
    const GainComputer down{band.threshold_db.value(), band.slope.value(), knee_db_.value()};
    // Upside down, below is above.
    const GainComputer up{-band.upward_threshold_db.value(), band.upward_slope.value(),
                          knee_db_.value()};
    const double up_db = std::min(up.reduction_db(-level_db)[lane], most_up_db[lane]);
    reduction_db[lane] = down.reduction_db(level_db)[lane] - up_db;
  }
  return reduction_db;
}

void Multiband::begin_step(const Settings& settings) noexcept {
  const bool changed = fresh_ || !(settings == asked_);
  if (changed) {
    asked_ = settings;
    settings_ = within_range<Multiband>(settings);
    for (std::size_t i = 0; i < times_.size(); ++i)
      times_[i] = DetectorTimes::side_by_side(settings_.bands[2 * i], settings_.bands[2 * i + 1],
                                              format_.sample_rate_hz / step_frames_);
  }
  if (changed || gliding_) glide();
  if (absent()) {
    fresh_ = false;
    return;
  }
  crossover_.settle();
  for (std::size_t i = 0; i < detectors_.size(); ++i) {
    const Pair reduction_db = detectors_[i].step(times_[i], wanted_reduction_db(2 * i));
    detectors_[i].settle();
    const Pair static_db = {bands_[2 * i].gain_db.value(), bands_[2 * i + 1].gain_db.value()};
    const Pair gain_db = amount_.value() * (static_db - reduction_db);
    const Pair gain = pair_gain_from_db(gain_db);
    for (std::size_t lane = 0; lane < 2; ++lane) {
      RunningBand& band = bands_[2 * i + lane];
      band.from = fresh_ ? gain[lane] : band.to;
      band.to = gain[lane];
      gains_db_[2 * i + lane] = gain_db[lane];
    }
  }
  fresh_ = false;
}

void Multiband::process_pair(AudioBlock block, int first_channel) noexcept {
  const bool two = first_channel + 1 < block.channel_count();
  double* left = block.channel(first_channel);
  double* right = two ? block.channel(first_channel + 1) : left;
  const auto frames = static_cast<std::size_t>(block.frame_count());
  crossover_.split(block, first_channel, split_);

  const double per_frame = 1.0 / step_frames_;
  std::array<Pair, Crossover::most_frames> sum;
  for (std::size_t b = 0; b < count_; ++b) {
    RunningBand& band = bands_[b];
    const double slope = (band.to - band.from) * per_frame;
    Pair loudest = {};
    for (std::size_t f = 0; f < frames; ++f) {
      const Pair x = split_[b][f];
      loudest = larger(loudest, size_of(x));
      const double gain = band.from + slope * (frames_into_step_ + static_cast<int>(f) + 1);
      sum[f] = b == 0 ? gain * x : sum[f] + gain * x;
    }
    band.loudest = std::max({band.loudest, loudest[0], loudest[1]});
  }
  const bool fading = presence_from_ != 1.0 || presence_to_ != 1.0;
  const double presence_slope = (presence_to_ - presence_from_) * per_frame;
  for (std::size_t f = 0; f < frames; ++f) {
    Pair y = sum[f];
    if (fading) {
      const Pair x = {left[f], right[f]};
      const double at = frames_into_step_ + static_cast<int>(f) + 1;
      y = x + (presence_from_ + presence_slope * at) * (y - x);
    }
    left[f] = y[0];
    if (two) right[f] = y[1];
  }
}

/// At most what is left of a step.
void Multiband::process_step(AudioBlock block) noexcept {
  for (int c = 0; c < block.channel_count(); ++c)
    for (int f = 0; f < block.frame_count(); ++f) block.channel(c)[f] = usable(block.channel(c)[f]);
  if (absent()) return;
  for (int c = 0; c < block.channel_count(); c += 2) process_pair(block, c);
}

void Multiband::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames_ - frames_into_step_);
    process_step(block.frames(done, frames));
    frames_into_step_ = (frames_into_step_ + frames) % step_frames_;
    done += frames;
  }
}

}  // namespace lacquer::dsp
