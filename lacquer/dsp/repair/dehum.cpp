#include "lacquer/dsp/repair/dehum.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.05;
constexpr double highest_share = 0.45;  // of the rate; harmonics above have no notch
constexpr double nothing = 1e-30;       // below any bit of a 64-bit mix

bool is_spent(const Pair& value) {
  return std::abs(value[0]) < nothing && std::abs(value[1]) < nothing;
}

}  // namespace

void Dehum::prepare(StreamFormat format) {
  sample_rate_hz_ = format.sample_rate_hz;
  for (Ramp* ramp : {&fundamental_hz_, &width_hz_})
    ramp->prepare(sample_rate_hz_ / step_frames, glide_s);
  for (Notch& notch : notches_) notch.cut.prepare(sample_rate_hz_, glide_s);
  pairs_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  reset();
}

void Dehum::reset() noexcept {
  asked_ = settings_ = {};
  fresh_ = true;
  frames_into_step_ = 0;
  fundamental_hz_.reset();
  width_hz_.reset();
  for (Notch& notch : notches_) notch.cut.reset();
  std::fill(pairs_.begin(), pairs_.end(), States{});
}

void Dehum::begin_step(const Settings& settings) noexcept {
  if (fresh_ || !(settings == asked_)) {
    asked_ = settings;
    settings_ = within_range<Dehum>(settings);
  }
  const bool first = fresh_;
  const bool tune = first || fundamental_hz_.moving() || width_hz_.moving() ||
                    settings_.fundamental_hz != fundamental_hz_.value() ||
                    settings_.width_hz != width_hz_.value();
  fresh_ = false;
  fundamental_hz_.aim(settings_.fundamental_hz);
  width_hz_.aim(settings_.width_hz);
  const double fundamental_hz = fundamental_hz_.next(), width_hz = width_hz_.next();
  const double cut = 1.0 - gain_from_db(-settings_.amount * settings_.depth_db);
  const auto count = static_cast<std::size_t>(std::lround(settings_.harmonics));
  for (std::size_t k = 0; k < notches_.size(); ++k) {
    Notch& notch = notches_[k];
    const double hz = static_cast<double>(k + 1) * fundamental_hz;
    const bool there = k < count && hz < highest_share * sample_rate_hz_;
    notch.cut.aim(there ? cut : 0.0);
    notch.working = notch.cut.moving() || notch.cut.value() != 0.0;
    notch.damping_from = notch.damping;
    if (tune) {
      const double g = std::tan(pi * std::min(hz / sample_rate_hz_, highest_share));
      notch.damping = width_hz / hz;
      if (first) notch.damping_from = notch.damping;
      notch.a1 = 1.0 / (1.0 + g * (g + notch.damping));
      notch.a2 = g * notch.a1;
      notch.a3 = g * notch.a2;
    }
    for (States& states : pairs_) {
      State& state = states[k];
      if (!notch.working || (is_spent(state.first) && is_spent(state.second))) state = {};
    }
  }
}

void Dehum::process_pair(AudioBlock block, std::size_t index) noexcept {
  const int first = 2 * static_cast<int>(index), frames = block.frame_count();
  const bool two = first + 1 < block.channel_count();
  double* left = block.channel(first);
  double* right = two ? block.channel(first + 1) : left;
  std::array<Pair, step_frames> samples;
  for (int f = 0; f < frames; ++f)
    samples[static_cast<std::size_t>(f)] = Pair{usable(left[f]), usable(right[f])};
  for (std::size_t k = 0; k < notches_.size(); ++k) {
    const Notch& notch = notches_[k];
    if (!notch.working) continue;
    State state = pairs_[index][k];
    for (std::size_t f = 0; f < static_cast<std::size_t>(frames); ++f) {
      const Pair x = samples[f], v3 = x - state.second;
      const Pair band = notch.a1 * state.first + notch.a2 * v3;
      const Pair low = state.second + notch.a2 * state.first + notch.a3 * v3;
      state.first = 2.0 * band - state.first;
      state.second = 2.0 * low - state.second;
      samples[f] = x - notch.cuts[f] * band;
    }
    pairs_[index][k] = state;
  }
  for (int f = 0; f < frames; ++f) {
    left[f] = samples[static_cast<std::size_t>(f)][0];
    if (two) right[f] = samples[static_cast<std::size_t>(f)][1];
  }
}

void Dehum::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames - frames_into_step_);
    for (Notch& notch : notches_)
      if (notch.working)
        for (int f = 0; f < frames; ++f) {
          const double share = (frames_into_step_ + f + 1.0) / step_frames;
          notch.cuts[static_cast<std::size_t>(f)] =
              notch.cut.next() *
              (notch.damping_from + share * (notch.damping - notch.damping_from));
        }
    for (std::size_t pair = 0; pair < pairs_.size(); ++pair)
      process_pair(block.frames(done, frames), pair);
    frames_into_step_ = (frames_into_step_ + frames) % step_frames;
    done += frames;
  }
}

}  // namespace lacquer::dsp
