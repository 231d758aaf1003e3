#include "lacquer/dsp/equalise/moving_band.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/equalise/matched_biquad.h"

namespace lacquer::dsp {
namespace {

Pair both_of(double value) { return Pair{value, value}; }

/// The coefficients in both lanes, and how they move in one frame.
struct Line {
  Pair start, step;
  Line(double from, double to, double frames)
      : start{both_of(from)}, step{both_of((to - from) / frames)} {}
  Pair at(double frame) const { return start + step * frame; }
};

}  // namespace

void MovingBand::prepare(StreamFormat format) {
  format_ = format;
  states_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  for (Node& node : nodes_) node.fitted = false;
  reset();
}

void MovingBand::reset() noexcept {
  fresh_ = resting_ = flat_ = true;
  from_ = to_ = {};
  from_db_ = to_db_ = 0.0;
  std::fill(states_.begin(), states_.end(), BiquadState{});
}

const BiquadCoefficients& MovingBand::node(int gain_db) noexcept {
  Node& node = nodes_[static_cast<std::size_t>(gain_db + most_db)];
  if (!node.fitted) {
    node.fitted = true;
    node.filter = matched(section_of(shape_, gain_db), format_.sample_rate_hz);
    if (gain_db == 0) {  // exactly no filter, but with the poles its neighbours have
      node.filter.b0 = 1.0;
      node.filter.b1 = node.filter.a1;
      node.filter.b2 = node.filter.a2;
    }
  }
  return node.filter;
}

BiquadCoefficients MovingBand::filter_at(double gain_db) noexcept {
  const double below_db = std::min(std::floor(gain_db), most_db - 1.0);
  const double share = gain_db - below_db;
  const BiquadCoefficients below = node(static_cast<int>(below_db));
  if (share == 0.0) return below;
  const BiquadCoefficients& above = node(static_cast<int>(below_db) + 1);
  const auto mix = [share](double a, double b) { return a + share * (b - a); };
  return {mix(below.b0, above.b0), mix(below.b1, above.b1), mix(below.b2, above.b2),
          mix(below.a1, above.a1), mix(below.a2, above.a2)};
}

void MovingBand::begin_step(const BandShape& shape, double gain_db, int step_frames) noexcept {
  gain_db = std::clamp(gain_db, -1.0 * most_db, 1.0 * most_db);
  const bool reshaped = !(shape == shape_);
  if (reshaped) {
    shape_ = shape;
    for (Node& node : nodes_) node.fitted = false;
  }
  from_ = to_;
  from_db_ = to_db_;
  step_frames_ = step_frames;
  const bool was_resting = resting_;
  flat_ = from_db_ == 0.0 && gain_db == 0.0;
  if (flat_ && std::all_of(states_.begin(), states_.end(),
                           [](const BiquadState& state) { return state.spent(); })) {
    resting_ = true;
    std::fill(states_.begin(), states_.end(), BiquadState{});
    fresh_ = false;
    return;
  }
  resting_ = false;
  if (reshaped || was_resting || gain_db != to_db_) to_ = filter_at(gain_db);
  to_db_ = gain_db;
  if (fresh_) {
    from_ = to_;
    from_db_ = to_db_;
  } else if (was_resting) {
    from_ = filter_at(0.0);
  }
  fresh_ = false;
  for (BiquadState& state : states_)
    if (state.spent()) state = {};
}

void MovingBand::process_pair(AudioBlock block, int first_channel, int first_frame) noexcept {
  const bool two = first_channel + 1 < block.channel_count();
  double* left = block.channel(first_channel);
  double* right = two ? block.channel(first_channel + 1) : left;
  BiquadState& kept = states_[static_cast<std::size_t>(first_channel / 2)];
  BiquadState state = kept;
  const int frames = block.frame_count();
  if (from_ == to_) {
    for (int f = 0; f < frames; ++f) {
      const Pair y = state.step(to_, Pair{left[f], right[f]});
      left[f] = y[0];
      if (two) right[f] = y[1];
    }
  } else {
    const double steps = step_frames_;
    const Line b0{from_.b0, to_.b0, steps}, b1{from_.b1, to_.b1, steps},
        b2{from_.b2, to_.b2, steps}, a1{from_.a1, to_.a1, steps}, a2{from_.a2, to_.a2, steps};
    for (int f = 0; f < frames; ++f) {
      const double at = first_frame + f + 1;
      const Pair x = {left[f], right[f]};
      const Pair y = b0.at(at) * x + state.s1;
      state.s1 = b1.at(at) * x - a1.at(at) * y + state.s2;
      state.s2 = b2.at(at) * x - a2.at(at) * y;
      left[f] = y[0];
      if (two) right[f] = y[1];
    }
  }
  kept = state;
}

void MovingBand::process(AudioBlock block, int first_frame) noexcept {
  if (resting_) return;
  for (int c = 0; c < block.channel_count(); c += 2) process_pair(block, c, first_frame);
}

}  // namespace lacquer::dsp
