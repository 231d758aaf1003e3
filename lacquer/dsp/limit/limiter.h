#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/limit/gain_envelope.h"
#include "lacquer/dsp/limit/peak_finder.h"

namespace lacquer::dsp {

/// Look-ahead true-peak limiter for masters; all channels share one gain.
///
/// Peaks over the ceiling, cell by cell of a sixth of a millisecond, want a reduction; a
/// GainEnvelope is hung over them and drawn between the cells by quadratic splines. A spline
/// averages only over cells that were held for as long, so at a peak the gain is down all the way:
/// no overshoot, no clipping behind it.
///
/// Guarantee: no output sample exceeds the ceiling, whatever the input; between the samples the
/// peaks found by 8-fold interpolation do not either. Where nothing asks for gain the output is
/// the input, delayed, bit for bit.
class Limiter {
 public:
  struct Settings {
    double ceiling_dbtp = -1.0;
    double attack_ms = 60.0;
    double release_ms = 110.0;
  };

  /// An arc between two peaks, 12 dB over and with the standard times, is 240 ms long.
  Limiter() : Limiter{{.look_ahead_s = 0.3}} {}

  static constexpr std::array parameters = {
      Parameter<Settings>{"ceiling_dbtp", "Ceiling", "dBTP", -24.0, 0.0,
                          "True peaks do not exceed this.", &Settings::ceiling_dbtp},
      Parameter<Settings>{"attack_ms", "Attack", "ms", 5.0, 200.0,
                          "How long before a peak 6 dB over the gain begins to fall; half of it "
                          "falls in the last third.",
                          &Settings::attack_ms},
      Parameter<Settings>{"release_ms", "Release", "ms", 5.0, 400.0,
                          "How long the gain takes to return after a single peak 6 dB over; longer "
                          "is cleaner and less loud.",
                          &Settings::release_ms},
  };

  /// What GainEnvelope::bend() takes for an attack or release: dB a cell^2.
  static double curvature(double ms, double cell_s) noexcept;

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

  /// Deepest gain of the last block, at most 0.
  double gain_reduction_db() const noexcept;
  /// Deepest gain since reset(), at most 0.
  double deepest_gain_reduction_db() const noexcept;

 protected:
  struct Reach {
    double look_ahead_s = 0.0;
    double memory_share = 0.0;  ///< see GainEnvelope::Memory
    double memory_s = 1.0;      ///< time constant of its average
  };
  explicit Limiter(Reach reach) : reach_{reach} {}

 private:
  static constexpr std::size_t held_cells = 3;  // what a spline averages over
  static constexpr int most_cell_frames = 32;

  void process_chunk(AudioBlock, double ceiling) noexcept;
  void leave(AudioBlock, int cell_frame) noexcept;
  void end_cell(double ceiling) noexcept;

  Reach reach_;
  PeakFinder finder_;
  GainEnvelope envelope_;
  double cell_s_ = 0.0;
  int cell_frames_ = 8;
  int latency_frames_ = 0;
  std::vector<std::vector<double>> waiting_;  // per channel, a ring
  std::size_t at_ = 0;                        // in the rings
  std::array<double, PeakFinder::most_frames> peaks_{};
  int cell_frame_ = 0;  // of the cell being filled
  double cell_peak_ = 0.0, peak_before_ = 0.0;
  std::array<double, held_cells> wanted_db_{};  // latest first
  std::array<double, held_cells> gains_{};  // of the cells before, at and after the one that leaves
  std::array<std::array<double, most_cell_frames>, 3> spline_{};
  double block_gain_ = 1.0, deepest_gain_ = 1.0;
};

/// The same for playing live: 14 ms of latency instead of a third of a second. Attacks are cut
/// short at 10 ms before the peak, and half of what was lately taken on average returns slowly.
class LiveLimiter : public Limiter {
 public:
  LiveLimiter() : Limiter{{.look_ahead_s = 0.010, .memory_share = 0.5, .memory_s = 0.5}} {}
};

static_assert(Processor<Limiter> && Processor<LiveLimiter>);

}  // namespace lacquer::dsp
