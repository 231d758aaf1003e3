#include "lacquer/dsp/equaliser.h"

#include <cmath>

#include "lacquer/dsp/matched_biquad.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;

using Band = Equaliser::Band;

int type_of(const Band& band) { return static_cast<int>(std::lround(band.type)); }

bool passes(const Band& band) {
  return type_of(band) == Equaliser::high_pass || type_of(band) == Equaliser::low_pass;
}

/// A pass filter always does something; a bell or shelf only with a gain.
bool acts(const Band& band) { return passes(band) || band.gain_db != 0.0; }

/// Whatever the caller hands over, a filter must exist for it.
Band within_range(Band band) {
  const auto held = [](double value, double low, double high, double fallback) {
    return std::isfinite(value) ? std::clamp(value, low, high) : fallback;
  };
  band.type = std::round(held(band.type, 0.0, 4.0, 0.0));
  band.frequency_hz = held(band.frequency_hz, 10.0, 22000.0, 1000.0);
  band.gain_db = held(band.gain_db, -24.0, 24.0, 0.0);
  band.q = held(band.q, 0.1, 20.0, 0.7071067811865476);
  return band;
}

/// The prototypes of the "Audio EQ cookbook" (R. Bristow-Johnson), in s = j f / frequency_hz.
AnalogueSection prototype(const Band& band) {
  const double a = gain_from_db(0.5 * band.gain_db);
  const double shelf_damping = std::sqrt(a) / band.q;
  AnalogueSection h;
  h.frequency_hz = band.frequency_hz;
  switch (type_of(band)) {
    case Equaliser::bell:
      h.n1 = a / band.q;
      h.d1 = 1.0 / (a * band.q);
      h.n2 = h.d2 = 1.0;
      break;
    case Equaliser::low_shelf:
      h.n0 = a * a;
      h.n1 = a * shelf_damping;
      h.n2 = a;
      h.d1 = shelf_damping;
      h.d2 = a;
      break;
    case Equaliser::high_shelf:
      h.n0 = a;
      h.n1 = a * shelf_damping;
      h.n2 = a * a;
      h.d0 = a;
      h.d1 = shelf_damping;
      h.d2 = 1.0;
      break;
    case Equaliser::high_pass:
      h.n0 = 0.0;
      h.n2 = h.d2 = 1.0;
      h.d1 = 1.0 / band.q;
      break;
    default:
      h.d1 = 1.0 / band.q;
      h.d2 = 1.0;
  }
  return h;
}

BiquadCoefficients between(const BiquadCoefficients& from, const BiquadCoefficients& to,
                           double at) {
  const auto mix = [at](double a, double b) { return a + at * (b - a); };
  return {mix(from.b0, to.b0), mix(from.b1, to.b1), mix(from.b2, to.b2), mix(from.a1, to.a1),
          mix(from.a2, to.a2)};
}

}  // namespace

double response_db(const Equaliser::Settings& settings, double frequency_hz) {
  double db = 0.0;
  for (const Band& band : settings.bands)
    if (acts(band)) db += db_from_power(prototype(within_range(band)).power(frequency_hz));
  return db;
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
  frames_into_step_ = 0;
  for (Glide& glide : glides_) {
    std::fill(glide.states.begin(), glide.states.end(), BiquadState{});
    glide.presence_from = glide.presence_to = 0.0;
    glide.from = glide.to = {};
    glide.steps_left = 0;
  }
}

/// Takes over settings at once; only for a band nobody hears.
void Equaliser::jump(Glide& glide, const Band& band) noexcept {
  glide.now = glide.target = band;
  glide.steps_left = 0;
  glide.from = glide.to = matched(prototype(band), format_.sample_rate_hz);
  std::fill(glide.states.begin(), glide.states.end(), BiquadState{});
}

void Equaliser::begin_step(Glide& glide, const Band& wanted) noexcept {
  glide.from = glide.to;
  glide.presence_from = glide.presence_to;

  if (!glide.in_use()) {
    if (!acts(wanted)) return;
    Band start = wanted;
    // A bell or shelf grows out of 0 dB, where its filter is no filter; a pass is faded in.
    if (!fresh_ && !passes(wanted)) start.gain_db = 0.0;
    jump(glide, start);
    glide.presence_to = fresh_ || !passes(wanted) ? 1.0 : presence_step_;
    glide.presence_from = passes(wanted) && !fresh_ ? 0.0 : 1.0;
    if (start == wanted) return;
  }

  if (type_of(wanted) != type_of(glide.now)) {  // out first; the other type comes in after
    glide.presence_to = glide.presence_from - presence_step_;
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
    const Band& target = glide.target;
    Band& now = glide.now;
    if (glide.steps_left == 0) {
      now = target;
    } else {
      now.frequency_hz *= std::pow(target.frequency_hz / now.frequency_hz, share);
      now.q *= std::pow(target.q / now.q, share);
      now.gain_db += share * (target.gain_db - now.gain_db);
    }
    glide.to = matched(prototype(now), format_.sample_rate_hz);
    return;
  }

  // At rest at 0 dB and rung out: gone until it is wanted again.
  if (!acts(glide.now) && std::all_of(glide.states.begin(), glide.states.end(),
                                      [](const BiquadState& s) { return s.spent(); }))
    glide.presence_from = glide.presence_to = 0.0;
}

void Equaliser::begin_step(const Settings& settings) noexcept {
  for (std::size_t b = 0; b < glides_.size(); ++b)
    begin_step(glides_[b], within_range(settings.bands[b]));
  fresh_ = false;
  for (Glide& glide : glides_)
    for (BiquadState& state : glide.states)
      if (state.spent()) state = {};
}

void Equaliser::process_pair(AudioBlock block, int first_channel) noexcept {
  const auto pair = static_cast<std::size_t>(first_channel / 2);
  const bool two = first_channel + 1 < block.channel_count();
  double* left = block.channel(first_channel);
  double* right = two ? block.channel(first_channel + 1) : left;
  const int frames = block.frame_count();

  std::array<Glide*, band_count> in_use{};
  std::size_t count = 0;
  bool moving = false;
  for (Glide& glide : glides_)
    if (glide.in_use()) {
      in_use[count++] = &glide;
      moving = moving || glide.moving();
    }

  if (count == 0) {
    for (int f = 0; f < frames; ++f) left[f] = usable(left[f]);
    if (two)
      for (int f = 0; f < frames; ++f) right[f] = usable(right[f]);
    return;
  }

  std::array<BiquadState, band_count> states;
  std::array<BiquadCoefficients, band_count> coefficients;
  for (std::size_t b = 0; b < count; ++b) {
    states[b] = in_use[b]->states[pair];
    coefficients[b] = in_use[b]->to;
  }
  for (int f = 0; f < frames; ++f) {
    Pair x = {usable(left[f]), usable(right[f])};
    if (moving) {
      const double at = (frames_into_step_ + f + 1) / static_cast<double>(step_frames);
      for (std::size_t b = 0; b < count; ++b) {
        const Glide& glide = *in_use[b];
        const double presence =
            glide.presence_from + at * (glide.presence_to - glide.presence_from);
        const Pair y = states[b].step(between(glide.from, glide.to, at), x);
        x += presence * (y - x);
      }
    } else {
      for (std::size_t b = 0; b < count; ++b) x = states[b].step(coefficients[b], x);
    }
    left[f] = x[0];
    if (two) right[f] = x[1];
  }
  for (std::size_t b = 0; b < count; ++b) in_use[b]->states[pair] = states[b];
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
