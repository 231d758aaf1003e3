#include "lacquer/dsp/colour/saturation.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double direct_current_hz = 3.0;
constexpr double spent = 1e-30;           // below any bit of a mix
constexpr double reference_dbfs = -14.0;  // what streaming services play at

// Up and down together remember less than twice their latency; some more for the curve.
constexpr int memory_frames = 2 * Oversampler::latency_frames + 16;
constexpr int warm_up = memory_frames / Oversampler::most_frames + 1;  // in steps

double bent(SaturationCurve curve, double x) {
  return curve == SaturationCurve::hard ? saturated(curve, x) : x + BendTable::of(curve).bend(x);
}

}  // namespace

double level_keeping_db(SaturationCurve curve, double drive_db) noexcept {
  // The trapezoidal rule under a Gaussian converges faster than any power of the step.
  constexpr int points = 48;  // a side
  constexpr double farthest = 6.0, step = farthest / points;
  const double scale = gain_from_db(drive_db + reference_dbfs);
  double weights = 0.0, mean = 0.0, power = 0.0, before = 0.0;
  for (int i = -points; i <= points; ++i) {
    const double z = i * step;
    const double weight = std::exp(-0.5 * z * z);
    const double out = bent(curve, scale * z);
    weights += weight;
    mean += weight * out;
    power += weight * out * out;
    before += weight * z * z;
  }
  mean /= weights;  // direct current does not stay
  return db_from_power(before / (power - weights * mean * mean)) + reference_dbfs;
}

void Saturation::prepare(StreamFormat format) {
  sample_rate_hz_ = format.sample_rate_hz;
  direct_current_pole_ = 1.0 - std::exp(-2.0 * pi * direct_current_hz / format.sample_rate_hz);
  BendTable::of(SaturationCurve::tape);  // made here, not on the audio thread
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_) {
    channel.oversampler.prepare();
    channel.dry.resize(static_cast<std::size_t>(latency_frames() + step_frames));
  }
  for (Ramp* ramp : {&drive_, &makeup_, &blend_, &trim_}) ramp->prepare(sample_rate_hz_, glide_s);
  reset();
}

void Saturation::reset() noexcept {
  for (Channel& channel : channels_) {
    forget(channel);
    std::fill(channel.dry.begin(), channel.dry.end(), 0.0);
  }
  for (Ramp* ramp : {&drive_, &makeup_, &blend_, &trim_}) ramp->reset();
  frames_into_step_ = warm_up_steps_ = 0;
  fresh_ = asleep_ = true;
}

void Saturation::forget(Channel& channel) noexcept {
  channel.oversampler.reset();
  channel.hard.reset();
  channel.late_bends.fill(0.0);
  channel.direct_current = 0.0;
  channel.silent_frames = channel.straight_frames = memory_frames;
}

void Saturation::begin_step(const Settings& wanted) noexcept {
  const Settings settings = within_range<Saturation>(wanted);
  const auto curve = static_cast<SaturationCurve>(std::lround(settings.curve));
  const bool dry = !fresh_ && blend_.value() == 0.0 && !blend_.moving();
  double blend = settings.amount * settings.mix;
  if (fresh_) {
    curve_ = curve;
    asleep_ = blend == 0.0;
  } else if (curve != curve_) {  // out first; the other curve comes in after
    if (dry) {
      curve_ = curve;
      asleep_ = true;
    } else {
      blend = 0.0;
    }
  } else if (dry && blend == 0.0) {
    asleep_ = true;
  }
  if (asleep_ && blend > 0.0) {  // the filters fill before anybody hears them
    asleep_ = false;
    warm_up_steps_ = warm_up;
    for (Channel& channel : channels_) forget(channel);
  }
  if (warm_up_steps_ > 0 && --warm_up_steps_ > 0) blend = 0.0;

  const double drive_db = settings.amount * settings.drive_db;
  if (fresh_ || drive_db != drive_db_ || curve_ != makeup_curve_) {
    drive_db_ = drive_db;
    makeup_curve_ = curve_;
    makeup_db_ = level_keeping_db(curve_, drive_db);
  }
  drive_.aim(gain_from_db(drive_db));
  makeup_.aim(gain_from_db(settings.compensation * makeup_db_));
  blend_.aim(blend);
  trim_.aim(gain_from_db(settings.amount * settings.trim_db));
  fresh_ = false;
  for (Channel& channel : channels_)
    if (std::abs(channel.direct_current) < spent) channel.direct_current = 0.0;
}

/// At eight times the rate, late by bend_delay. True when there was anything to bend.
bool Saturation::bend(Channel& channel, int frames) noexcept {
  const int count = factor * frames;
  if (curve_ == SaturationCurve::hard) {
    channel.hard.bend(fast_.data(), count, fast_bends_.data());
  } else {
    std::copy_n(channel.late_bends.begin(), bend_delay, fast_bends_.begin());
    BendTable::of(curve_).bend(fast_.data(), count, fast_bends_.data() + bend_delay);
    std::copy_n(fast_bends_.begin() + count, bend_delay, channel.late_bends.begin());
  }
  return std::any_of(fast_bends_.begin(), fast_bends_.begin() + count,
                     [](double x) { return x != 0.0; });
}

/// bends_: what the curve adds to the driven signal, at the rate, late by the latency. What can
/// only be zeros is not worked out.
void Saturation::find_bends(Channel& channel, const double* in, int frames) noexcept {
  const auto count = static_cast<std::size_t>(frames);
  const bool silent = std::all_of(in, in + frames, [](double x) { return x == 0.0; });
  bool straight = silent && channel.silent_frames >= memory_frames;
  if (!straight) {
    channel.silent_frames = silent ? channel.silent_frames + frames : 0;
    for (std::size_t f = 0; f < count; ++f) driven_[f] = drives_[f] * in[f];
    channel.oversampler.up(driven_.data(), frames, fast_.data());
    const bool bent = bend(channel, frames);
    straight = !bent && channel.straight_frames >= memory_frames;
    if (!straight) {
      channel.straight_frames = bent ? 0 : channel.straight_frames + frames;
      channel.oversampler.down(fast_bends_.data(), frames, bends_.data());
    }
  }
  if (straight) std::fill_n(bends_.begin(), count, 0.0);
  if (curve_ != SaturationCurve::tube) return;
  for (std::size_t f = 0; f < count; ++f) {
    channel.direct_current += direct_current_pole_ * (bends_[f] - channel.direct_current);
    bends_[f] -= channel.direct_current;
  }
}

void Saturation::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames - frames_into_step_);
    const auto count = static_cast<std::size_t>(frames);
    for (std::size_t f = 0; f < count; ++f) {
      drives_[f] = drive_.next();
      makeups_[f] = makeup_.next();
      blends_[f] = blend_.next();
      trims_[f] = trim_.next();
    }
    for (int c = 0; c < block.channel_count(); ++c) {
      Channel& channel = channels_[static_cast<std::size_t>(c)];
      double* samples = block.channel(c) + done;
      double* incoming = channel.dry.data() + latency_frames();
      for (std::size_t f = 0; f < count; ++f) incoming[f] = usable(samples[f]);
      if (!asleep_) find_bends(channel, incoming, frames);
      for (std::size_t f = 0; f < count; ++f) {
        const double dry = channel.dry[f];
        const double wet = asleep_ ? dry : makeups_[f] * (drives_[f] * dry + bends_[f]);
        samples[f] = trims_[f] * (dry + blends_[f] * (wet - dry));
      }
      std::copy_n(channel.dry.begin() + frames, latency_frames(), channel.dry.begin());
    }
    frames_into_step_ = (frames_into_step_ + frames) % step_frames;
    done += frames;
  }
}

}  // namespace lacquer::dsp
