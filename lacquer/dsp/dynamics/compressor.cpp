#include "lacquer/dsp/dynamics/compressor.h"

#include <numbers>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;

// Giannoulis, Massberg, Reiss 2013, sections 2 and 4.
constexpr double crest_s = 0.2;
constexpr double longest_attack_s = 0.08;  // for a sine, whose squared crest is 2
constexpr double longest_release_s = 1.0;
constexpr double make_up_s = 2.0;

constexpr double inaudible_power = 1e-20;

bool on(double setting) { return setting >= 0.5; }

}  // namespace

void Compressor::prepare(StreamFormat format) {
  format_ = format;
  for (Ramp* ramp : {&threshold_db_, &slope_, &knee_db_, &link_, &make_up_db_, &mix_, &amount_,
                     &filter_presence_})
    ramp->prepare(format.sample_rate_hz, glide_s);
  filter_hz_.prepare(format.sample_rate_hz / step_frames, glide_s);
  crest_kept_ = kept_per_step(crest_s, format.sample_rate_hz);
  make_up_kept_ = kept_per_step(make_up_s, format.sample_rate_hz / step_frames);
  glide_kept_ = kept_per_step(glide_s, format.sample_rate_hz / step_frames);
  pairs_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  reset();
}

void Compressor::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  for (Ramp* ramp : {&threshold_db_, &slope_, &knee_db_, &link_, &make_up_db_, &mix_, &amount_,
                     &filter_presence_, &filter_hz_})
    ramp->reset();
  gliding_ = false;
  tuned_hz_ = 0.0;
  frames_held_ = 0;
  peak_power_ = mean_power_ = 0.0;
  make_up_deviation_db_ = automatic_from_db_ = automatic_to_db_ = 0.0;
  for (ChannelPair& pair : pairs_) {
    pair.filter = {};
    pair.hold = {};
    pair.detector = {};
  }
  block_reduction_db_ = 0.0;
}

void Compressor::glide() noexcept {
  threshold_db_.aim(settings_.threshold_dbfs);
  slope_.aim(1.0 - 1.0 / settings_.ratio);
  knee_db_.aim(settings_.knee_db);
  link_.aim(settings_.stereo_link);
  make_up_db_.aim(settings_.make_up_db);
  mix_.aim(settings_.mix);
  amount_.aim(settings_.amount);
  filter_presence_.aim(settings_.side_chain_high_pass_hz > 0.0 ? 1.0 : 0.0);
  gliding_ = false;
  for (const Ramp* ramp : {&threshold_db_, &slope_, &knee_db_, &link_, &make_up_db_, &mix_,
                           &amount_, &filter_presence_})
    gliding_ = gliding_ || ramp->moving();

  if (settings_.side_chain_high_pass_hz <= 0.0) return;  // goes, if it goes, where it was
  if (filter_presence_.value() == 0.0) filter_hz_.reset();
  filter_hz_.aim(settings_.side_chain_high_pass_hz);
  const double frequency_hz = std::min(filter_hz_.next(), 0.4 * format_.sample_rate_hz);
  if (frequency_hz == tuned_hz_) return;
  tuned_hz_ = frequency_hz;
  high_pass_ = bilinear(
      {.frequency_hz = frequency_hz, .n0 = 0.0, .n2 = 1.0, .d1 = std::numbers::sqrt2, .d2 = 1.0},
      format_.sample_rate_hz);
}

/// Attack and release, from the crest where they are automatic.
void Compressor::follow_crest() noexcept {
  double attack_s = 1e-3 * settings_.attack_ms;
  double release_s = 1e-3 * settings_.release_ms;
  if (on(settings_.automatic_attack) || on(settings_.automatic_release)) {
    const double squared_crest =
        mean_power_ > inaudible_power ? std::max(1.0, peak_power_ / mean_power_) : 2.0;
    if (on(settings_.automatic_attack)) attack_s = 2.0 * longest_attack_s / squared_crest;
    if (on(settings_.automatic_release)) release_s = 2.0 * longest_release_s / squared_crest;
  }
  times_ = DetectorTimes::of(attack_s, release_s, format_.sample_rate_hz);
}

/// The estimate is half of what a peak at full scale would lose; the deviation of the real
/// reduction from it is followed slowly.
void Compressor::follow_make_up() noexcept {
  automatic_from_db_ = automatic_to_db_;
  if (!on(settings_.automatic_make_up)) {
    make_up_deviation_db_ = 0.0;
    automatic_to_db_ *= glide_kept_;  // what was given is taken back, and ends
    if (std::abs(automatic_to_db_) < nothing_db) automatic_to_db_ = 0.0;
    return;
  }
  const double estimate_db = 0.5 * settings_.threshold_dbfs * (1.0 - 1.0 / settings_.ratio);
  double reduction_db = 0.0;
  for (int c = 0; c < format_.channel_count; ++c)
    reduction_db += pairs_[static_cast<std::size_t>(c / 2)].detector.smoothed[c % 2];
  reduction_db /= std::max(1, format_.channel_count);
  const double deviation_db = -reduction_db - estimate_db;
  make_up_deviation_db_ = deviation_db + make_up_kept_ * (make_up_deviation_db_ - deviation_db);
  const double wanted_db = -(make_up_deviation_db_ + estimate_db);
  automatic_to_db_ = fresh_ ? wanted_db : wanted_db + glide_kept_ * (automatic_to_db_ - wanted_db);
  if (fresh_) automatic_from_db_ = automatic_to_db_;
}

void Compressor::begin_step(const Settings& settings) noexcept {
  if (fresh_ || !(settings == asked_)) {
    asked_ = settings;
    settings_ = within_range<Compressor>(settings);
    hold_frames_ = static_cast<int>(std::lround(1e-3 * settings_.hold_ms * format_.sample_rate_hz));
  }
  glide();
  follow_crest();
  follow_make_up();
  fresh_ = false;
  for (ChannelPair& pair : pairs_) {
    pair.detector.settle();
    if (pair.filter.spent()) pair.filter = {};
  }
}

Compressor::Controls Compressor::next_controls() noexcept {
  Controls now;
  now.computer = {threshold_db_.next(), slope_.next(), knee_db_.next()};
  now.link = link_.next();
  now.make_up_db = make_up_db_.next();
  now.mix = mix_.next();
  now.amount = amount_.next();
  now.filter_presence = filter_presence_.next();
  return now;
}

/// The level of two channels as the detector hears it.
void Compressor::listen(AudioBlock block, int first_channel) noexcept {
  ChannelPair& pair = pairs_[static_cast<std::size_t>(first_channel / 2)];
  const bool two = first_channel + 1 < block.channel_count();
  double* left = block.channel(first_channel);
  double* right = two ? block.channel(first_channel + 1) : left;
  const int frames = block.frame_count();
  for (int f = 0; f < frames; ++f) left[f] = usable(left[f]);
  if (two)
    for (int f = 0; f < frames; ++f) right[f] = usable(right[f]);

  const bool filtered = gliding_ || controls_[0].filter_presence > 0.0;
  BiquadState filter = pair.filter;
  for (int f = 0; f < frames; ++f) {
    const auto at = static_cast<std::size_t>(f);
    Pair x = {left[f], right[f]};
    if (filtered) {
      const double presence = controls_[gliding_ ? at : 0].filter_presence;
      if (presence > 0.0) x += presence * (filter.step(high_pass_, x) - x);
    }
    pair.work[at] = size_of(x);
    loudest_[at] = std::max({loudest_[at], pair.work[at][0], pair.work[at][1]});
  }
  pair.filter = filtered ? filter : BiquadState{};
}

/// True where all that follows would multiply by exactly 1.
bool Compressor::nothing_to_do(int frames) const noexcept {
  if (gliding_ || automatic_from_db_ != 0.0 || automatic_to_db_ != 0.0) return false;
  const Controls& now = controls_[0];
  if (now.make_up_db != 0.0) return false;
  for (const ChannelPair& pair : pairs_) {
    const Pair held_db = larger(pair.hold.previous, pair.hold.current);
    if (!pair.detector.at_rest() || held_db[0] > 0.0 || held_db[1] > 0.0) return false;
  }
  if (now.computer.slope == 0.0) return true;
  constexpr double rounding = 0.9999;  // well beyond that of pair_db_from_gain
  const double foot = rounding * gain_from_db(now.computer.foot_db());
  const double loudest = *std::max_element(loudest_.begin(), loudest_.begin() + frames);
  return loudest < foot;
}

template <bool gliding>
void Compressor::ask(ChannelPair& pair, int frames) noexcept {
  const Controls steady = controls_[0];
  for (int f = 0; f < frames; ++f) {
    const auto at = static_cast<std::size_t>(f);
    const Controls& now = gliding ? controls_[at] : steady;
    const Pair level_db = pair_db_from_gain(larger(pair.work[at], pair_of(quietest)));
    pair.work[at] = now.computer.reduction_db(level_db);
    deepest_[at] = std::max({deepest_[at], pair.work[at][0], pair.work[at][1]});
  }
}

template <bool gliding>
void Compressor::apply(AudioBlock block, int first_channel) noexcept {
  const Controls steady = controls_[0];
  ChannelPair& pair = pairs_[static_cast<std::size_t>(first_channel / 2)];
  const bool two = first_channel + 1 < block.channel_count();
  double* left = block.channel(first_channel);
  double* right = two ? block.channel(first_channel + 1) : left;
  PeakHold<Pair> hold = pair.hold;
  LevelDetector detector = pair.detector;
  int frames_held = frames_held_;
  Pair deepest = {};
  const double automatic_step_db = (automatic_to_db_ - automatic_from_db_) / step_frames;
  for (int f = 0; f < block.frame_count(); ++f) {
    const auto at = static_cast<std::size_t>(f);
    const Controls& now = gliding ? controls_[at] : steady;
    Pair asked_db = pair.work[at] + now.link * (deepest_[at] - pair.work[at]);
    if (hold_frames_ > 0) {
      const bool turn = ++frames_held >= hold_frames_;
      if (turn) frames_held = 0;
      asked_db = hold.step(asked_db, turn);
    }
    const Pair reduction_db = detector.step(times_, asked_db);
    deepest = larger(deepest, reduction_db);
    const double automatic_db =
        automatic_from_db_ + automatic_step_db * (frames_into_step_ + f + 1);
    const Pair gain =
        pair_gain_from_db(now.amount * (now.make_up_db + automatic_db - reduction_db));
    const Pair share = 1.0 + now.mix * (gain - 1.0);
    left[f] *= share[0];
    if (two) right[f] *= share[1];
  }
  pair.hold = hold_frames_ > 0 ? hold : PeakHold<Pair>{};
  pair.detector = detector;
  block_reduction_db_ = std::max({block_reduction_db_, deepest[0], deepest[1]});
}

template <bool gliding>
void Compressor::turn_down(AudioBlock block) noexcept {
  for (ChannelPair& pair : pairs_) ask<gliding>(pair, block.frame_count());
  for (int c = 0; c < block.channel_count(); c += 2) apply<gliding>(block, c);
}

/// At most what is left of a step.
void Compressor::process_step(AudioBlock block) noexcept {
  const int frames = block.frame_count();
  const int controls_needed = gliding_ ? frames : 1;
  for (int f = 0; f < controls_needed; ++f)
    controls_[static_cast<std::size_t>(f)] = next_controls();
  std::fill_n(loudest_.begin(), frames, 0.0);
  std::fill_n(deepest_.begin(), frames, 0.0);

  for (int c = 0; c < block.channel_count(); c += 2) listen(block, c);
  if (on(settings_.automatic_attack) || on(settings_.automatic_release))
    for (int f = 0; f < frames; ++f) {
      const double power =
          loudest_[static_cast<std::size_t>(f)] * loudest_[static_cast<std::size_t>(f)];
      peak_power_ = std::max(power, power + crest_kept_ * (peak_power_ - power));
      mean_power_ = power + crest_kept_ * (mean_power_ - power);
    }
  if (!nothing_to_do(frames)) gliding_ ? turn_down<true>(block) : turn_down<false>(block);
  if (hold_frames_ > 0) frames_held_ = (frames_held_ + frames) % hold_frames_;
}

void Compressor::process(AudioBlock block, const Settings& settings) noexcept {
  block_reduction_db_ = 0.0;
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames - frames_into_step_);
    process_step(block.frames(done, frames));
    frames_into_step_ = (frames_into_step_ + frames) % step_frames;
    done += frames;
  }
}

}  // namespace lacquer::dsp
