#include "lacquer/dsp/bands/multiband.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;

}  // namespace

void Multiband::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = BandGains::step_frames(format.sample_rate_hz);
  const double steps_per_second = format.sample_rate_hz / step_frames_;
  gains_.prepare(steps_per_second);
  presence_.prepare(steps_per_second, glide_s);
  for (Ramp& octave : octaves_) octave.prepare(steps_per_second, glide_s);
  crossover_.prepare(format);
  reset();
}

void Multiband::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  gains_.reset();
  presence_.reset();
  for (Ramp& octave : octaves_) octave.reset();
  presence_from_ = presence_to_ = 0.0;
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
  gains_.hold_for(corners_hz);
  crossover_.tune(static_cast<int>(count_), corners_hz);
}

/// Everything that glides, one step on.
void Multiband::glide() noexcept {
  gains_.glide();
  const auto wanted_count = static_cast<std::size_t>(std::lround(settings_.band_count));
  if (fresh_) count_ = wanted_count;
  presence_.aim(settings_.amount > 0.0 && wanted_count == count_ ? 1.0 : 0.0);
  presence_from_ = fresh_ ? presence_.value() : presence_to_;
  presence_to_ = presence_.next();
  if (absent() && !fresh_) {
    count_ = wanted_count;
    crossover_.reset();
    gains_.let_go();
  }
  glide_corners();
  gliding_ = presence_from_ != presence_to_ || wanted_count != count_ ||
             (absent() && settings_.amount > 0.0);
  gliding_ = gliding_ || gains_.gliding() || presence_.moving();
  for (const Ramp& octave : octaves_) gliding_ = gliding_ || octave.moving();
}

void Multiband::begin_step(const Settings& settings) noexcept {
  const bool changed = fresh_ || !(settings == asked_);
  if (changed) {
    asked_ = settings;
    settings_ = within_range<Multiband>(settings);
    gains_.set(settings_);
  }
  if (changed || gliding_) glide();
  if (absent()) {
    fresh_ = false;
    return;
  }
  crossover_.settle();
  gains_.step(fresh_);
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
    const BandGains::Move move = gains_.move(b);
    const double slope = (move.to - move.from) * per_frame;
    Pair loudest = {};
    for (std::size_t f = 0; f < frames; ++f) {
      const Pair x = split_[b][f];
      loudest = larger(loudest, size_of(x));
      const double gain = move.from + slope * (frames_into_step_ + static_cast<int>(f) + 1);
      sum[f] = b == 0 ? gain * x : sum[f] + gain * x;
    }
    gains_.hear(b, std::max(loudest[0], loudest[1]));
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
