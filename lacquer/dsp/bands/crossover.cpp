#include "lacquer/dsp/bands/crossover.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace lacquer::dsp {
namespace {

constexpr double damping = std::numbers::sqrt2;  // Butterworth; twice it is Linkwitz-Riley
constexpr double highest_share = 0.45;           // of the sample rate

}  // namespace

Crossover::Halves Crossover::Filter::split(const Corner& c, Pair x) noexcept {
  const Pair v3 = x - s2;
  const Pair band = c.a1 * s1 + c.a2 * v3;
  const Pair low = s2 + c.a2 * s1 + c.a3 * v3;
  s1 = 2.0 * band - s1;
  s2 = 2.0 * low - s2;
  return {low, x - damping * band - low};
}

Pair Crossover::Filter::all_pass(const Corner& c, Pair x) noexcept {
  const Pair v3 = x - s2;
  const Pair band = c.a1 * s1 + c.a2 * v3;
  const Pair low = s2 + c.a2 * s1 + c.a3 * v3;
  s1 = 2.0 * band - s1;
  s2 = 2.0 * low - s2;
  return x - 2.0 * damping * band;
}

bool Crossover::Filter::spent() const noexcept { return BiquadState{s1, s2}.spent(); }

void Crossover::prepare(StreamFormat format) {
  format_ = format;
  nodes_.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
  for (Corner& corner : corners_) corner.hz = 0.0;
  reset();
}

void Crossover::reset() noexcept { std::fill(nodes_.begin(), nodes_.end(), Nodes{}); }

void Crossover::tune(int band_count, const Corners& corners_hz) noexcept {
  band_count_ = band_count;
  for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(band_count); ++i) {
    const double hz = std::min(corners_hz[i], highest_share * format_.sample_rate_hz);
    if (hz == corners_[i].hz) continue;
    const double g = std::tan(std::numbers::pi * hz / format_.sample_rate_hz);
    const double a1 = 1.0 / (1.0 + g * (g + damping));
    corners_[i] = {hz, a1, g * a1, g * g * a1};
  }
}

template <int bands>
void Crossover::split_into(AudioBlock block, int first_channel, Bands& out) noexcept {
  const bool two = first_channel + 1 < block.channel_count();
  const double* left = block.channel(first_channel);
  const double* right = two ? block.channel(first_channel + 1) : left;
  Nodes& kept = nodes_[static_cast<std::size_t>(first_channel / 2)];
  Nodes nodes = kept;
  for (std::size_t f = 0; f < static_cast<std::size_t>(block.frame_count()); ++f) {
    Pair rest = {left[f], right[f]};
    for (std::size_t corner = 0; corner + 1 < bands; ++corner) {
      Node& node = nodes[corner];
      const Corner& at = corners_[corner];
      for (std::size_t below = 0; below < corner; ++below)
        out[below][f] = node.all_passes[below].all_pass(at, out[below][f]);
      const Halves once = node.first.split(at, rest);
      out[corner][f] = node.low.split(at, once.low).low;
      rest = node.high.split(at, once.high).high;
    }
    out[bands - 1][f] = rest;
  }
  kept = nodes;
}

void Crossover::split(AudioBlock block, int first_channel, Bands& out) noexcept {
  switch (band_count_) {
    case 1:
      return split_into<1>(block, first_channel, out);
    case 2:
      return split_into<2>(block, first_channel, out);
    case 3:
      return split_into<3>(block, first_channel, out);
    default:
      return split_into<4>(block, first_channel, out);
  }
}

void Crossover::settle() noexcept {
  const auto clear = [](Filter& filter) {
    if (filter.spent()) filter = {};
  };
  for (Nodes& nodes : nodes_)
    for (Node& node : nodes) {
      clear(node.first);
      clear(node.low);
      clear(node.high);
      for (Filter& filter : node.all_passes) clear(filter);
    }
}

}  // namespace lacquer::dsp
