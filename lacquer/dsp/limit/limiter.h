#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/limit/box_stack.h"
#include "lacquer/dsp/polyphase_interpolator.h"
#include "lacquer/dsp/sliding_maximum.h"

namespace lacquer::dsp {

/// Look-ahead true-peak limiter for masters; all channels share one gain.
///
/// Every frame asks for the gain that brings the peaks of the interpolated signal on either side
/// of it to the ceiling. We hold the deepest request over the look-ahead and the hold time, let it
/// go slowly, and smooth what remains over the look-ahead. The smoothing never sees outside the
/// hold, so at a peak the gain is down all the way: no overshoot, no clipping behind it.
///
/// Guarantee: no output sample exceeds the ceiling, whatever the input; between the samples the
/// peaks found by 8-fold interpolation do not either. Where nothing asks for gain the output is
/// the input, delayed, bit for bit. Gains are whole numbers inside, so nothing drifts.
class Limiter {
 public:
  struct Settings {
    double ceiling_dbtp = -1.0;
    double release_ms = 27.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"ceiling_dbtp", "Ceiling", "dBTP", -24.0, 0.0,
                          "True peaks do not exceed this.", &Settings::ceiling_dbtp},
      Parameter<Settings>{"release_ms", "Release", "ms", 5.0, 200.0,
                          "How long the gain takes to return once a peak is past.",
                          &Settings::release_ms},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return lookahead_frames_ + half_taps; }

  /// Deepest gain of the last block, at most 0.
  double gain_reduction_db() const noexcept { return in_db(block_deficit_); }
  /// Deepest gain since reset(), at most 0.
  double deepest_gain_reduction_db() const noexcept { return in_db(deepest_deficit_); }

 private:
  static constexpr int factor = 8;
  static constexpr int half_taps = 24;
  static constexpr int chunk_frames = 256;

  /// What is missing from a gain of 1, in units of 2^-32.
  using Deficit = std::int64_t;
  static double in_db(Deficit) noexcept;

  void process_chunk(AudioBlock, double ceiling) noexcept;
  void find_peaks(int channel, int frames, double ceiling) noexcept;
  double peak_after(const double* sample, double& last, double ceiling) const noexcept;
  Deficit smoothed(Deficit wanted) noexcept;

  StreamFormat format_;
  PolyphaseInterpolator interpolator_{factor, 2 * half_taps};
  int lookahead_frames_ = 0;
  int past_frames_ = 0;                       // kept before each chunk
  std::vector<std::vector<double>> samples_;  // per channel: the past, then the chunk
  std::vector<double> last_between_;          // per channel: the value just before the next sample
  std::array<double, chunk_frames> peaks_{};  // of the chunk, between a frame and the next
  double peak_before_ = 0.0;
  SlidingMaximum hold_;
  BoxStack release_, smooth_;
  Deficit block_deficit_ = 0;
  Deficit deepest_deficit_ = 0;
};

static_assert(Processor<Limiter>);

}  // namespace lacquer::dsp
