#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/limit/bass_relief.h"
#include "lacquer/dsp/limit/cell_gain.h"
#include "lacquer/dsp/limit/peak_finder.h"

namespace lacquer::dsp {

/// Look-ahead true-peak limiter for masters; all channels share one gain.
///
/// Peaks over the ceiling want a reduction, and a CellGain is laid over them: at a peak the gain is
/// down all the way, so there is no overshoot and no clipping behind it. On demand a BassRelief
/// goes first.
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
    double bass_relief = 0.0;
  };

  /// An arc between two peaks, 12 dB over and with the standard times, is 240 ms long.
  Limiter() : Limiter{{.look_ahead_s = 0.3}, true} {}

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
      Parameter<Settings>{"bass_relief", "Bass relief", "", 0.0, 1.0,
                          "Where limiting would be heard, the bass alone takes up to 4 dB of it, "
                          "times this; slower, and not while playing live.",
                          &Settings::bass_relief},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return latency_frames_; }

  /// Deepest gain of the last block, at most 0.
  double gain_reduction_db() const noexcept;
  /// Deepest gain since reset(), at most 0.
  double deepest_gain_reduction_db() const noexcept;

 protected:
  Limiter(const CellGain::Reach& reach, bool relieves) : reach_{reach}, relieves_{relieves} {}

 private:
  void process_chunk(AudioBlock, double ceiling, const Settings&) noexcept;
  void leave(AudioBlock, int cell_frame) noexcept;

  CellGain::Reach reach_;
  bool relieves_;
  BassRelief relief_;
  PeakFinder finder_;
  CellGain gain_;
  int latency_frames_ = 0;
  std::vector<std::vector<double>> waiting_;  // per channel, a ring
  std::size_t at_ = 0;                        // in the rings
  std::array<double, PeakFinder::most_frames> peaks_{};
  int cell_frame_ = 0;  // of the cell being filled
  double cell_peak_ = 0.0, peak_before_ = 0.0;
  double block_gain_ = 1.0, deepest_gain_ = 1.0;
};

/// The same for playing live: 14 ms of latency instead of a third of a second. Attacks are cut
/// short at 10 ms before the peak, and half of what was lately taken on average returns slowly.
class LiveLimiter : public Limiter {
 public:
  LiveLimiter() : Limiter{{.look_ahead_s = 0.010, .memory_share = 0.5, .memory_s = 0.5}, false} {}
};

static_assert(Processor<Limiter> && Processor<LiveLimiter>);

}  // namespace lacquer::dsp
