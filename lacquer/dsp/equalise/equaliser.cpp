#include "lacquer/dsp/equalise/equaliser.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/equalise/matched_biquad.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;

BiquadCoefficients between(const BiquadCoefficients& from, const BiquadCoefficients& to,
                           double at) {
  const auto mix = [at](double a, double b) { return a + at * (b - a); };
  return {mix(from.b0, to.b0), mix(from.b1, to.b1), mix(from.b2, to.b2), mix(from.a1, to.a1),
          mix(from.a2, to.a2)};
}

/// The two channels after one band. What the band does not work on keeps its bits.
inline Pair filtered(BiquadState& state, const BiquadCoefficients& c, Pair x,
                     EqualiserBand::Channels channels) noexcept {
  switch (channels) {
    case EqualiserBand::left:
      return Pair{state.step(c, x)[0], x[1]};
    case EqualiserBand::right:
      return Pair{x[0], state.step(c, x)[1]};
    case EqualiserBand::mid: {
      const double m = 0.5 * (x[0] + x[1]);
      const double change = state.step(c, Pair{m, m})[0] - m;
      return Pair{x[0] + change, x[1] + change};
    }
    case EqualiserBand::side: {
      const double s = 0.5 * (x[0] - x[1]);
      const double change = state.step(c, Pair{s, s})[0] - s;
      return Pair{x[0] + change, x[1] - change};
    }
    default:
      return state.step(c, x);
  }
}

}  // namespace

bool Equaliser::Glide::rung_out() const {
  return std::all_of(states.begin(), states.end(), [](const BiquadState& s) { return s.spent(); });
}

void Equaliser::prepare(StreamFormat format) {
  format_ = format;
  steps_to_glide_ =
      std::max(1, static_cast<int>(std::lround(glide_s * format.sample_rate_hz / step_frames)));
  presence_step_ = 1.0 / steps_to_glide_;
  for (Glide& glide : glides_)
    glide.states.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  reset();
}

void Equaliser::reset() noexcept {
  fresh_ = true;
  settled_ = false;
  frames_into_step_ = 0;
  for (Glide& glide : glides_) {
    std::fill(glide.states.begin(), glide.states.end(), BiquadState{});
    glide.presence_from = glide.presence_to = 0.0;
    glide.from = glide.to = {};
    glide.steps_left = 0;
  }
}

/// Takes over settings at once; only for a band nobody hears.
void Equaliser::jump(Glide& glide, const SoundingBand& band) noexcept {
  glide.now = glide.target = band;
  glide.steps_left = 0;
  glide.from = glide.to = matched(prototype(band), format_.sample_rate_hz);
  glide.presence_from = glide.presence_to = 1.0;
  std::fill(glide.states.begin(), glide.states.end(), BiquadState{});
}

void Equaliser::begin_step(Glide& glide, const SoundingBand& wanted) noexcept {
  glide.from = glide.to;
  glide.presence_from = glide.presence_to;

  if (!glide.in_use()) {
    if (!wanted.acts()) return;
    // A band grows out of rest, where its filter is no filter.
    jump(glide, fresh_ ? wanted : wanted.at_rest());
    if (fresh_) return;
  }

  if (wanted.type != glide.now.type || wanted.channels != glide.now.channels) {
    glide.presence_to = glide.presence_from - presence_step_;  // the other one comes in after
    if (glide.presence_to < 0.5 * presence_step_) glide.presence_to = 0.0;
    return;
  }
  if (glide.presence_to < 1.0) {
    glide.presence_to = glide.presence_from + presence_step_;
    if (glide.presence_to > 1.0 - 0.5 * presence_step_) glide.presence_to = 1.0;
  }

  if (!(wanted == glide.target)) {
    glide.target = wanted;
    glide.steps_left = steps_to_glide_;
  }
  if (glide.steps_left > 0) {
    const double share = 1.0 / glide.steps_left--;
    const SoundingBand& target = glide.target;
    SoundingBand& now = glide.now;
    if (glide.steps_left == 0) {
      now = target;
    } else {
      now.frequency_hz *= std::pow(target.frequency_hz / now.frequency_hz, share);
      now.q *= std::pow(target.q / now.q, share);
      now.gain_db += share * (target.gain_db - now.gain_db);
      now.depth += share * (target.depth - now.depth);
    }
    glide.to = matched(prototype(now), format_.sample_rate_hz);
    return;
  }

  // At rest and rung out: gone until it is wanted again.
  if (!glide.now.acts() && glide.rung_out()) glide.presence_from = glide.presence_to = 0.0;
}

void Equaliser::begin_step(const Settings& settings) noexcept {
  if (!settled_ || !(settings == settled_for_)) {
    settled_ = true;
    settled_for_ = settings;
    for (std::size_t b = 0; b < glides_.size(); ++b) {
      Glide& glide = glides_[b];
      begin_step(glide, within_range(settings.bands[b], settings.amount, format_.channel_count));
      const bool still = !glide.moving() && glide.steps_left == 0 && glide.now.acts();
      settled_ = settled_ && (still || !glide.in_use());
    }
    fresh_ = false;
  }
  for (Glide& glide : glides_)
    if (glide.in_use())
      for (BiquadState& state : glide.states)
        if (state.spent()) state = {};
}

template <bool moving, bool routed>
void Equaliser::run(AudioBlock block, int first_channel, Glide* const* in_use,
                    std::size_t count) noexcept {
  const auto pair = static_cast<std::size_t>(first_channel / 2);
  const bool two = first_channel + 1 < block.channel_count();
  double* first = block.channel(first_channel);
  double* second = two ? block.channel(first_channel + 1) : first;

  std::array<BiquadState, band_count> states;
  std::array<BiquadCoefficients, band_count> coefficients;
  std::array<EqualiserBand::Channels, band_count> channels{};
  for (std::size_t b = 0; b < count; ++b) {
    states[b] = in_use[b]->states[pair];
    coefficients[b] = in_use[b]->to;
    channels[b] = in_use[b]->now.channels;
  }
  for (int f = 0; f < block.frame_count(); ++f) {
    Pair x = {usable(first[f]), usable(second[f])};
    const double at = (frames_into_step_ + f + 1) / static_cast<double>(step_frames);
    for (std::size_t b = 0; b < count; ++b) {
      if constexpr (moving) coefficients[b] = between(in_use[b]->from, in_use[b]->to, at);
      const Pair y = routed ? filtered(states[b], coefficients[b], x, channels[b])
                            : states[b].step(coefficients[b], x);
      if constexpr (moving) {
        const Glide& glide = *in_use[b];
        const double p = glide.presence_from + at * (glide.presence_to - glide.presence_from);
        x += p * p * (3.0 - 2.0 * p) * (y - x);  // no corners where a fade begins and ends
      } else {
        x = y;
      }
    }
    first[f] = x[0];
    if (two) second[f] = x[1];
  }
  for (std::size_t b = 0; b < count; ++b) in_use[b]->states[pair] = states[b];
}

void Equaliser::process_pair(AudioBlock block, int first_channel) noexcept {
  std::array<Glide*, band_count> in_use{};
  std::size_t count = 0;
  bool moving = false, routed = false;
  for (Glide& glide : glides_) {
    const bool everywhere = glide.now.channels == EqualiserBand::both;
    if (!glide.in_use() || (first_channel > 0 && !everywhere)) continue;
    in_use[count++] = &glide;
    moving = moving || glide.moving();
    routed = routed || !everywhere;
  }
  if (count == 0) {
    const int end = std::min(first_channel + 2, block.channel_count());
    for (int c = first_channel; c < end; ++c)
      for (int f = 0; f < block.frame_count(); ++f)
        block.channel(c)[f] = usable(block.channel(c)[f]);
    return;
  }
  if (moving)
    routed ? run<true, true>(block, first_channel, in_use.data(), count)
           : run<true, false>(block, first_channel, in_use.data(), count);
  else
    routed ? run<false, true>(block, first_channel, in_use.data(), count)
           : run<false, false>(block, first_channel, in_use.data(), count);
}

void Equaliser::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames - frames_into_step_);
    const AudioBlock part = block.frames(done, frames);
    for (int c = 0; c < block.channel_count(); c += 2) process_pair(part, c);
    frames_into_step_ = (frames_into_step_ + frames) % step_frames;
    done += frames;
  }
}

}  // namespace lacquer::dsp
