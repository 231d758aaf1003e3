#include "lacquer/measure/levels/itu_true_peak.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace lacquer::measure {
namespace {

constexpr int taps = ItuTruePeakMeter::taps;
constexpr int phases = 4;
constexpr int before = taps / 2 - 1;        // frames a value between [0] and [1] reads before [0]
constexpr int block = 64;                   // frames searched at once
constexpr int readable = block + taps + 4;  // frames a search may look at: it goes in fours
constexpr double two_values_from_hz = 96000.0, no_values_from_hz = 192000.0;

// BS.1770-4, Annex 2, the table of its filter; by phase, newest sample first. The third and fourth
// phase are the second and first backwards.
constexpr std::array<std::array<double, taps>, phases> table = {
    {{0.0017089843750, 0.0109863281250, -0.0196533203125, 0.0332031250000, -0.0594482421875,
      0.1373291015625, 0.9721679687500, -0.1022949218750, 0.0476074218750, -0.0266113281250,
      0.0148925781250, -0.0083007812500},
     {-0.0291748046875, 0.0292968750000, -0.0517578125000, 0.0891113281250, -0.1665039062500,
      0.4650878906250, 0.7797851562500, -0.2003173828125, 0.1015625000000, -0.0582275390625,
      0.0330810546875, -0.0189208984375},
     {-0.0189208984375, 0.0330810546875, -0.0582275390625, 0.1015625000000, -0.2003173828125,
      0.7797851562500, 0.4650878906250, -0.1665039062500, 0.0891113281250, -0.0517578125000,
      0.0292968750000, -0.0291748046875},
     {-0.0083007812500, 0.0148925781250, -0.0266113281250, 0.0476074218750, -0.1022949218750,
      0.9721679687500, 0.1373291015625, -0.0594482421875, 0.0332031250000, -0.0196533203125,
      0.0109863281250, 0.0017089843750}}};

/// What no phase can exceed: line_gain x the larger of the two samples around a value, plus
/// bend_gain x the largest second difference among the samples it is made from.
///
/// A phase is a weighted mean of the two samples around it, with the weights that give the phase's
/// own answer to every straight line, plus a rest that answers no straight line. Such a rest is a
/// sum of second differences; bend_gain is the sum of its sizes.
struct Bound {
  double line_gain = 0.0, bend_gain = 0.0;

  constexpr Bound() {
    for (const auto& newest_first : table) {
      double sum = 0.0, moment = 0.0;
      for (int tap = 0; tap < taps; ++tap) {
        sum += weight(newest_first, tap);
        moment += weight(newest_first, tap) * (tap - before);
      }
      double size = 0.0, earlier = 0.0, latest = 0.0;
      for (int tap = 0; tap < taps; ++tap) {
        const double line = tap == before ? sum - moment : tap == before + 1 ? moment : 0.0;
        const double next = weight(newest_first, tap) - line + 2.0 * latest - earlier;
        earlier = latest;
        latest = next;
        size += next < 0.0 ? -next : next;
      }
      line_gain = std::max(line_gain, sum);
      bend_gain = std::max(bend_gain, size);
    }
  }

 private:
  static constexpr double weight(const std::array<double, taps>& newest_first, int tap) {
    return newest_first[static_cast<std::size_t>(taps - 1 - tap)];
  }
};
constexpr Bound bound;

using Quad = double __attribute__((vector_size(32)));
// A typedef, because clang takes an alignment from nothing else.
typedef double QuadAnywhere __attribute__((vector_size(32), aligned(8), may_alias));

// A copy must be made of what this refers to, before it is passed on as if it were aligned.
const QuadAnywhere& four(const double* from) {
  return *reinterpret_cast<const QuadAnywhere*>(from);
}
void raise(Quad& largest, const Quad& value) {
  const Quad size = value > -value ? value : -value;
  largest = size > largest ? size : largest;
}
double largest_of(const Quad& four) {
  return std::max(std::max(four[0], four[1]), std::max(four[2], four[3]));
}

}  // namespace

ItuTruePeakMeter::ItuTruePeakMeter(double sample_rate_hz)
    : phase_step_{sample_rate_hz >= no_values_from_hz    ? 0
                  : sample_rate_hz >= two_values_from_hz ? 2
                                                         : 1},
      pending_(taps) {}

void ItuTruePeakMeter::add(const double* samples, int frame_count) {
  pending_.insert(pending_.end(), samples, samples + frame_count);
  search_pending();
}

void ItuTruePeakMeter::finish() {
  pending_.resize(pending_.size() + readable);
  search_pending();
}

void ItuTruePeakMeter::search_pending() {
  std::ptrdiff_t at = 0;
  for (; std::ssize(pending_) - at >= readable; at += block) search(pending_.data() + at + before);
  pending_.erase(pending_.begin(), pending_.begin() + at);
}

/// The values after each of `block` samples.
void ItuTruePeakMeter::search(const double* samples) noexcept {
  Quad largest{}, sharpest{};
  for (int f = 0; f < block; f += 4) {
    const Quad value = four(samples + f);
    raise(largest, value);
  }
  peak_ = std::max(peak_, largest_of(largest));
  if (phase_step_ == 0) return;
  const double loudest = std::max(largest_of(largest), std::abs(samples[block]));
  // Second differences stand on the inner ten of the twelve samples of each value.
  for (int f = 1 - before; f < block + taps - before - 2; f += 4) {
    const Quad bend = four(samples + f - 1) - 2.0 * four(samples + f) + four(samples + f + 1);
    raise(sharpest, bend);
  }
  const double slack = bound.bend_gain * largest_of(sharpest);
  if (bound.line_gain * loudest + slack <= peak_) return;

  for (int f = 0; f < block; ++f) {
    const double ends = std::max(std::abs(samples[f]), std::abs(samples[f + 1]));
    if (bound.line_gain * ends + slack <= peak_) continue;
    const double* newest = samples + f + taps - 1 - before;
    for (std::size_t phase = 0; phase < phases; phase += static_cast<std::size_t>(phase_step_)) {
      double value = 0.0;
      for (int tap = 0; tap < taps; ++tap)
        value += table[phase][static_cast<std::size_t>(tap)] * newest[-tap];
      peak_ = std::max(peak_, std::abs(value));
    }
  }
}

}  // namespace lacquer::measure
