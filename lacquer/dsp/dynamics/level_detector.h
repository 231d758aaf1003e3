#pragma once

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/dynamics/pair_decibels.h"

namespace lacquer::dsp {

/// A reduction smaller than this ends (-179 dB of the signal) instead of decaying for ever, so that
/// "no reduction" is exactly that.
inline constexpr double nothing_db = 1e-8;

/// What a one-pole smoother keeps of its past in one step; after `seconds` 63 % is forgotten.
inline double kept_per_step(double seconds, double steps_per_second) {
  return seconds > 0.0 ? std::exp(-1.0 / (seconds * steps_per_second)) : 0.0;
}

/// The two one-poles of a LevelDetector; its two sides may have different times.
struct DetectorTimes {
  Pair attack_kept = {};
  Pair release_kept = {};

  /// The release passes through the attack's smoother too, so the attack is taken off it: the way
  /// back is 63 % done after about `release_s`, and never quicker than the attack.
  static DetectorTimes of(double attack_s, double release_s, double steps_per_second) {
    return {pair_of(kept_per_step(attack_s, steps_per_second)),
            pair_of(kept_per_step(std::max(0.0, release_s - attack_s), steps_per_second))};
  }
  /// Of two bands that have attack_ms and release_ms.
  template <typename Band>
  static DetectorTimes side_by_side(const Band& first, const Band& second,
                                    double steps_per_second) {
    const auto a = of(1e-3 * first.attack_ms, 1e-3 * first.release_ms, steps_per_second);
    const auto b = of(1e-3 * second.attack_ms, 1e-3 * second.release_ms, steps_per_second);
    return {Pair{a.attack_kept[0], b.attack_kept[0]}, Pair{a.release_kept[0], b.release_kept[0]}};
  }
};

/// Smooth decoupled peak detector: rising values are held at once and let go over the release, and
/// what is held is smoothed over the attack. Two channels, bands or anything else side by side.
///
/// A step up by 1 gives 1 - exp(-t / attack). Fed with the gain reduction in dB, after the gain
/// computer, attack and release do not depend on how far the level goes over the threshold.
/// Source: Giannoulis, Massberg, Reiss 2012, equation 17 and section 2.3.
struct LevelDetector {
  Pair held = {}, smoothed = {};

  Pair step(const DetectorTimes& times, Pair value) noexcept {
    held = larger(value, value + times.release_kept * (held - value));
    smoothed = held + times.attack_kept * (smoothed - held);
    return smoothed;
  }
  bool at_rest() const noexcept {
    return held[0] == 0.0 && held[1] == 0.0 && smoothed[0] == 0.0 && smoothed[1] == 0.0;
  }
  /// For values in dB: ends what is less than nothing_db.
  void settle() noexcept {
    const Pair size = larger(size_of(held), size_of(smoothed));
    if (size[0] < nothing_db) held[0] = smoothed[0] = 0.0;
    if (size[1] < nothing_db) held[1] = smoothed[1] = 0.0;
  }
};

/// The largest value of at least one window and at most two, for the price of two comparisons: the
/// waves of a bass note are bridged, so that they do not modulate the gain that follows from them.
template <typename Value>
struct PeakHold {
  Value previous = {}, current = {};

  /// `turn` begins a new window.
  Value step(Value value, bool turn) noexcept {
    previous = turn ? current : previous;
    current = turn || value > current ? value : current;
    return previous > current ? previous : current;
  }
};

/// A window for what has no lower limit: half a period of 28 Hz.
inline constexpr double bass_hold_s = 0.018;

}  // namespace lacquer::dsp
