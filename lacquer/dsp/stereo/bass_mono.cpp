#include "lacquer/dsp/stereo/bass_mono.h"

#include <numbers>

#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {
constexpr double glide_s = 0.02;
}

void BassMono::prepare(StreamFormat format) {
  format_ = format;
  frequency_hz_.prepare(format.sample_rate_hz, glide_s);
  amount_.prepare(format.sample_rate_hz, glide_s);
  presence_.prepare(format.sample_rate_hz, glide_s);
  reset();
}

void BassMono::reset() noexcept {
  frequency_hz_.reset();
  amount_.reset();
  presence_.reset();
  tuned_hz_ = 0.0;
  frame_ = 0;
  all_pass_state_ = first_state_ = second_state_ = {};
}

void BassMono::tune(double frequency_hz) noexcept {
  if (frequency_hz == tuned_hz_) return;
  tuned_hz_ = frequency_hz;
  // Butterworth twice is Linkwitz-Riley; its low-pass and high-pass add up to this all-pass.
  constexpr double damping = std::numbers::sqrt2;
  AnalogueSection section{.frequency_hz = frequency_hz,
                          .n0 = 0.0,
                          .n1 = 0.0,
                          .n2 = 1.0,
                          .d0 = 1.0,
                          .d1 = damping,
                          .d2 = 1.0};
  high_pass_ = bilinear(section, format_.sample_rate_hz);
  section.n0 = 1.0;
  section.n1 = -damping;
  all_pass_ = bilinear(section, format_.sample_rate_hz);
}

Pair BassMono::filtered(Pair mid_and_side, double amount) noexcept {
  const Pair in_step = all_pass_state_.step(all_pass_, mid_and_side);
  const Pair side = {0.0, mid_and_side[1]};
  const Pair above = second_state_.step(high_pass_, first_state_.step(high_pass_, side));
  return Pair{in_step[0], in_step[1] + amount * (above[1] - in_step[1])};
}

void BassMono::process(AudioBlock block, const Settings& settings) noexcept {
  if (block.channel_count() != 2) {
    for (int c = 0; c < block.channel_count(); ++c)
      for (int f = 0; f < block.frame_count(); ++f)
        block.channel(c)[f] = usable(block.channel(c)[f]);
    return;
  }
  frequency_hz_.aim(std::min(settings.frequency_hz, 0.4 * format_.sample_rate_hz));
  amount_.aim(settings.amount);
  presence_.aim(settings.amount > 0.0 ? 1.0 : 0.0);
  double* left = block.channel(0);
  double* right = block.channel(1);
  for (int f = 0; f < block.frame_count(); ++f) {
    const double l = usable(left[f]);
    const double r = usable(right[f]);
    left[f] = l;
    right[f] = r;
    const double frequency_hz = frequency_hz_.next();
    const double amount = amount_.next();
    const bool absent = presence_.value() == 0.0 && !presence_.moving();
    const double presence = presence_.next();
    frame_ = (frame_ + 1) % retune_frames;
    if (absent) {
      all_pass_state_ = first_state_ = second_state_ = {};
      continue;
    }
    if (!frequency_hz_.moving() || frame_ == 0 || tuned_hz_ == 0.0) tune(frequency_hz);
    const Pair dry = {0.5 * (l + r), 0.5 * (l - r)};
    const Pair wet = filtered(dry, amount);
    const Pair out = dry + presence * (wet - dry);
    left[f] = out[0] + out[1];
    right[f] = out[0] - out[1];
    if (frame_ == 0) {
      if (all_pass_state_.spent()) all_pass_state_ = {};
      if (first_state_.spent()) first_state_ = {};
      if (second_state_.spent()) second_state_ = {};
    }
  }
}

}  // namespace lacquer::dsp
