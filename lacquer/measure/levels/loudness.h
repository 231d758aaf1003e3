#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/levels/level_histogram.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Below this a window counts as silent and has no loudness.
inline constexpr double silence_lufs = -120.0;

/// What each channel's power counts in the sum of ITU-R BS.1770-4 (table 3): 1 in front, 1.41 for
/// surrounds, 0 for the low-frequency effects. The layout follows from the count, in the order of
/// WAVE_FORMAT_EXTENSIBLE: mono; L R; L R C Ls Rs (5.0); L R C LFE Ls Rs (5.1); any other count: 1.
std::vector<double> channel_weights(int channel_count);

/// Loudness of a mean square of K-weighted samples, summed over the channels by channel_weights();
/// empty for silence.
Maybe loudness_of(double mean_square) noexcept;

/// Integrated loudness of gating blocks, given as mean squares: both gates of BS.1770-4. Empty if
/// nothing passes the absolute one.
Maybe integrated_lufs(const LevelHistogram& blocks);

/// Loudness of one stream, from the energy of its K-weighted samples in steps of 10 ms.
///
/// Momentary (400 ms) and short-term (3 s) values are taken after every step over full windows
/// only; gated blocks and the range use one each 100 ms, kept in classes of 0.01 LU, so that memory
/// does not grow.
///
/// Source: ITU-R BS.1770-4; EBU Tech 3341 (momentary, short-term) and Tech 3342 (range).
class LoudnessMeter {
 public:
  LoudnessMeter();

  /// At the end of a whole second.
  struct Second {
    Maybe momentary_lufs, short_term_lufs;
  };

  /// The next step: its sum of squares over all channels, and its length.
  void add(double energy, int frame_count);

  /// Without dual_mono_lufs.
  Loudness loudness() const;
  /// Integrated loudness of the same channel from two speakers. 3.01 LU more, and the absolute gate
  /// hears 3.01 LU more as well.
  Maybe dual_mono_lufs() const;
  /// The relative gate of the integrated loudness; empty if nothing passes the absolute one.
  Maybe gate_lufs() const;
  /// Null if the last step did not end a second.
  const Second* second() const noexcept {
    return step_count_ > 0 && step_count_ % second_steps == 0 ? &second_ : nullptr;
  }

 private:
  static constexpr int window_steps = 300;    // 3 s
  static constexpr int momentary_steps = 40;  // 400 ms
  static constexpr int hop_steps = 10;        // 100 ms
  static constexpr int second_steps = 100;

  double mean_square(int steps) const noexcept;
  void add_histogram(Loudness&) const;

  static constexpr int ring_steps = window_steps + 1;

  // Rings, by step. The energies stand there twice, so that any window is in one piece.
  std::array<double, 2 * window_steps> energies_{};
  std::array<std::int64_t, ring_steps> frame_counts_{};  // before each step
  long long step_count_ = 0;
  std::int64_t frame_count_ = 0;
  double loudest_momentary_ = 0.0;  // mean squares
  double loudest_short_term_ = 0.0;
  LevelHistogram momentary_blocks_, short_term_blocks_;  // mean squares
  Second second_;
};

}  // namespace lacquer::measure
