#include "lacquer/dsp/dynamics/de_esser.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/dynamics/gain_computer.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double step_s = 1.0 / 3000.0;
constexpr unsigned reshape_steps = 4;
constexpr double highest_share = 0.45;  // of the sample rate

constexpr double short_s = 0.005;  // a sibilant lasts 30 ms and more
constexpr double rise_s = 0.2, fall_s = 2.0;
constexpr double silence_power = 1e-10;  // -100 dBFS: hiss below it is no sibilant

}  // namespace

void DeEsser::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = std::max(1, static_cast<int>(std::lround(format.sample_rate_hz * step_s)));
  const double steps_per_second = format.sample_rate_hz / step_frames_;
  for (Ramp* ramp :
       {&octave_, &log_q_, &threshold_db_, &slope_, &range_db_, &amount_, &type_share_})
    ramp->prepare(steps_per_second, glide_s);
  short_kept_ = kept_per_step(short_s, steps_per_second);
  rise_kept_ = kept_per_step(rise_s, steps_per_second);
  fall_kept_ = kept_per_step(fall_s, steps_per_second);
  ears_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  filter_.prepare(format);
  reset();
}

void DeEsser::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  step_ = 0;
  for (Ramp* ramp :
       {&octave_, &log_q_, &threshold_db_, &slope_, &range_db_, &amount_, &type_share_})
    ramp->reset();
  std::fill(ears_.begin(), ears_.end(), Ear{});
  heard_power_ = whole_power_ = lasting_power_ = 0.0;
  detector_ = {};
  filter_.reset();
  gain_db_ = 0.0;
}

void DeEsser::glide() noexcept {
  const double hz = std::min(settings_.frequency_hz, highest_share * format_.sample_rate_hz);
  octave_.aim(std::log2(hz));
  log_q_.aim(std::log2(settings_.q));
  threshold_db_.aim(settings_.threshold_db);
  slope_.aim(1.0 - 1.0 / settings_.ratio);
  range_db_.aim(settings_.range_db);
  amount_.aim(settings_.amount);
  for (Ramp* ramp : {&threshold_db_, &slope_, &range_db_, &amount_}) ramp->next();

  // Another type comes in where the gain is 0 dB and no type makes a difference.
  const auto type = settings_.type < 0.5 ? BandShape::bell : BandShape::high_shelf;
  BandShape shape = shape_;
  if (fresh_) shape.type = type;
  type_share_.aim(shape.type == type ? 1.0 : 0.0);
  if (type_share_.next() == 0.0) shape.type = type;

  const bool moves = octave_.moving() || log_q_.moving();
  const double octave = octave_.next(), log_q = log_q_.next();
  const bool exactly = fresh_ || (moves && !octave_.moving() && !log_q_.moving());
  if (exactly || (moves && step_ % reshape_steps == 0)) {
    shape.frequency_hz = exactly ? hz : std::exp2(octave);
    shape.q = exactly ? settings_.q : std::exp2(log_q);
  }
  if (fresh_ || !(shape == shape_)) {
    shape_ = shape;
    listening_ = bilinear(listening_section_of(shape), format_.sample_rate_hz);
  }
  gliding_ = type_share_.value() != 1.0;
  for (const Ramp* ramp : {&octave_, &log_q_, &threshold_db_, &slope_, &range_db_, &amount_})
    gliding_ = gliding_ || ramp->moving();
}

/// The band against the whole, from what the last step has heard.
double DeEsser::relative_level_db() noexcept {
  double heard = 0.0, whole = 0.0;
  for (Ear& ear : ears_) {
    heard += (ear.heard_energy[0] + ear.heard_energy[1]) / step_frames_;
    whole += (ear.whole_energy[0] + ear.whole_energy[1]) / step_frames_;
    ear.heard_energy = ear.whole_energy = pair_of(0.0);
    if (ear.state.spent()) ear.state = {};
  }
  heard_power_ = heard + short_kept_ * (heard_power_ - heard);
  whole_power_ = whole + short_kept_ * (whole_power_ - whole);
  const double kept = whole_power_ > lasting_power_ ? rise_kept_ : fall_kept_;
  lasting_power_ = whole_power_ + kept * (lasting_power_ - whole_power_);
  if (heard_power_ < silence_power) {
    if (lasting_power_ < silence_power * silence_power)
      heard_power_ = whole_power_ = lasting_power_ = 0.0;
    return minus_infinity;
  }
  return 0.5 * pair_db_from_gain(pair_of(heard_power_ / std::max(whole_power_, lasting_power_)))[0];
}

void DeEsser::begin_step(const Settings& settings) noexcept {
  const bool changed = fresh_ || !(settings == asked_);
  if (changed) {
    asked_ = settings;
    settings_ = within_range<DeEsser>(settings);
    times_ = DetectorTimes::of(1e-3 * settings_.attack_ms, 1e-3 * settings_.release_ms,
                               format_.sample_rate_hz / step_frames_);
  }
  if (changed || gliding_) glide();
  const double level_db = std::max(relative_level_db(), -300.0);
  const double range_db = range_db_.value();
  const GainComputer computer{threshold_db_.value(), slope_.value(), knee_db};
  const double excess_db = computer.reduction_db(pair_of(level_db))[0];
  const double share = range_db < 0.0 ? std::min(1.0, excess_db / -range_db) : 0.0;
  detector_.step(times_, pair_of(share));
  detector_.settle();
  gain_db_ = amount_.value() * type_share_.value() * range_db * detector_.smoothed[0];
  filter_.begin_step(shape_, gain_db_, step_frames_);
  fresh_ = false;
  ++step_;
}

void DeEsser::listen(AudioBlock block) noexcept {
  for (int c = 0; c < block.channel_count(); c += 2) {
    double* first = block.channel(c);
    double* second = c + 1 < block.channel_count() ? block.channel(c + 1) : nullptr;
    Ear& kept = ears_[static_cast<std::size_t>(c / 2)];
    Ear ear = kept;
    for (int f = 0; f < block.frame_count(); ++f) {
      first[f] = usable(first[f]);
      if (second) second[f] = usable(second[f]);
      const Pair x = {first[f], second ? second[f] : 0.0};
      const Pair y = ear.state.step(listening_, x);
      ear.heard_energy += y * y;
      ear.whole_energy += x * x;
    }
    kept = ear;
  }
}

void DeEsser::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames_ - frames_into_step_);
    const AudioBlock part = block.frames(done, frames);
    listen(part);
    filter_.process(part, frames_into_step_);
    frames_into_step_ = (frames_into_step_ + frames) % step_frames_;
    done += frames;
  }
}

}  // namespace lacquer::dsp
