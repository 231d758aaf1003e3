#include "lacquer/dsp/dynamics/transient_shaper.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/dynamics/level_detector.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double step_s = 1.0 / 3000.0;
constexpr int latency_steps = 6;  // 2 ms

constexpr double hold_s = 0.018;  // half a period of 28 Hz
constexpr double quick_rise_s = 0.001, quick_fall_s = 0.015;
constexpr double slow_rise_s = 0.015, slow_fall_s = 0.2;
constexpr double gain_s = 0.0005;

constexpr double steady_db = 1.0;  // less is not a change
constexpr double full_db = 6.0;    // more is as much
constexpr double floor = 1e-5;     // -100 dBFS: what happens in hiss does not count

/// 0 where the level is steady, 1 where it changes by full_db and more.
double share_of(double change_db) {
  return std::clamp((change_db - steady_db) / (full_db - steady_db), 0.0, 1.0);
}

}  // namespace

void TransientShaper::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = std::max(1, static_cast<int>(std::lround(format.sample_rate_hz * step_s)));
  latency_frames_ = latency_steps * step_frames_;
  const double steps_per_second = format.sample_rate_hz / step_frames_;
  for (Ramp* ramp : {&attack_db_, &sustain_db_, &amount_, &octave_, &log_q_, &focus_})
    ramp->prepare(steps_per_second, glide_s);
  hold_.prepare(1 + static_cast<int>(std::ceil(hold_s * steps_per_second)));
  quick_ = {kept_per_step(quick_rise_s, steps_per_second),
            kept_per_step(quick_fall_s, steps_per_second)};
  slow_ = {kept_per_step(slow_rise_s, steps_per_second),
           kept_per_step(slow_fall_s, steps_per_second)};
  gain_kept_ = kept_per_step(gain_s, steps_per_second);
  pairs_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  for (ChannelPair& pair : pairs_) pair.delay.resize(static_cast<std::size_t>(latency_frames_));
  reset();
}

void TransientShaper::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  delay_at_ = 0;
  for (Ramp* ramp : {&attack_db_, &sustain_db_, &amount_, &octave_, &log_q_, &focus_})
    ramp->reset();
  loudest_ = quick_.value = slow_.value = 0.0;
  hold_.reset();
  gain_db_ = 0.0;
  gain_from_ = gain_to_ = 1.0;
  for (ChannelPair& pair : pairs_) {
    pair.ear = pair.bell = {};
    std::fill(pair.delay.begin(), pair.delay.end(), Pair{});
  }
}

void TransientShaper::glide() noexcept {
  attack_db_.aim(settings_.attack_db);
  sustain_db_.aim(settings_.sustain_db);
  amount_.aim(settings_.amount);
  focus_.aim(settings_.focus);
  focus_from_ = focus_.value();
  octave_.aim(std::log2(std::min(settings_.frequency_hz, 0.4 * format_.sample_rate_hz)));
  log_q_.aim(std::log2(settings_.q));
  for (Ramp* ramp : {&attack_db_, &sustain_db_, &amount_, &focus_}) ramp->next();
  focus_to_ = focus_.value();
  if (fresh_ || octave_.moving() || log_q_.moving()) {
    const double damping = std::exp2(-log_q_.next());
    band_ = bilinear({.frequency_hz = std::exp2(octave_.next()),
                      .n0 = 0.0,
                      .n1 = damping,
                      .d1 = damping,
                      .d2 = 1.0},
                     format_.sample_rate_hz);
  }
  gliding_ = focus_from_ != focus_to_;
  for (const Ramp* ramp : {&attack_db_, &sustain_db_, &amount_, &octave_, &log_q_, &focus_})
    gliding_ = gliding_ || ramp->moving();
}

void TransientShaper::begin_step(const Settings& settings) noexcept {
  const bool changed = fresh_ || !(settings == asked_);
  if (changed) {
    asked_ = settings;
    settings_ = within_range<TransientShaper>(settings);
  }
  if (changed || gliding_) glide();

  // Sizes that are not negative sort like the integers their bits are.
  const auto held = std::bit_cast<double>(hold_.next(std::bit_cast<std::int64_t>(loudest_)));
  loudest_ = 0.0;
  const double quick = quick_.step(held), slow = slow_.step(held);
  const double change_db = pair_db_from_gain(pair_of((quick + floor) / (slow + floor)))[0];
  const double wanted_db = amount_.value() * (attack_db_.value() * share_of(change_db) +
                                              sustain_db_.value() * share_of(-change_db));
  gain_db_ = wanted_db + gain_kept_ * (gain_db_ - wanted_db);
  if (wanted_db == 0.0 && std::abs(gain_db_) < nothing_db) gain_db_ = 0.0;
  if (slow_.value < quietest) quick_.value = slow_.value = 0.0;
  gain_from_ = gain_to_;
  gain_to_ = pair_gain_from_db(pair_of(gain_db_))[0];
  for (ChannelPair& pair : pairs_) {
    if (pair.ear.spent()) pair.ear = {};
    if (pair.bell.spent()) pair.bell = {};
  }
  fresh_ = false;
}

void TransientShaper::process_pair(AudioBlock block, std::size_t index) noexcept {
  ChannelPair& kept = pairs_[index];
  const int first = 2 * static_cast<int>(index);
  const bool two = first + 1 < block.channel_count();
  double* left = block.channel(first);
  double* right = two ? block.channel(first + 1) : left;
  const bool focused = focus_from_ != 0.0 || focus_to_ != 0.0;
  BiquadState ear = kept.ear, bell = kept.bell;
  std::size_t at = delay_at_;
  Pair loudest = {};
  for (int f = 0; f < block.frame_count(); ++f) {
    const double share = (frames_into_step_ + f + 1.0) / step_frames_;
    const Pair in = {usable(left[f]), usable(right[f])};
    const Pair x = kept.delay[at];
    kept.delay[at] = in;
    if (++at == kept.delay.size()) at = 0;

    Pair heard = in, moved = x;
    if (focused) {
      const double focus = focus_from_ + share * (focus_to_ - focus_from_);
      heard += focus * (ear.step(band_, in) - in);
      moved += focus * (bell.step(band_, x) - x);
    }
    loudest = larger(loudest, size_of(heard));
    const double gain = gain_from_ + share * (gain_to_ - gain_from_);
    const Pair y = x + (gain - 1.0) * moved;
    left[f] = y[0];
    if (two) right[f] = y[1];
  }
  kept.ear = focused ? ear : BiquadState{};
  kept.bell = focused ? bell : BiquadState{};
  loudest_ = std::max({loudest_, loudest[0], loudest[1]});
}

void TransientShaper::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames_ - frames_into_step_);
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair)
      process_pair(block.frames(done, frames), pair);
    delay_at_ =
        (delay_at_ + static_cast<std::size_t>(frames)) % static_cast<std::size_t>(latency_frames_);
    frames_into_step_ = (frames_into_step_ + frames) % step_frames_;
    done += frames;
  }
}

}  // namespace lacquer::dsp
