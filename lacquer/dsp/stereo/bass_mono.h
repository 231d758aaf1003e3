#pragma once

#include <array>

#include "lacquer/base/processor.h"
#include "lacquer/dsp/biquad.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// Folds the bass to the middle: a fourth-order Linkwitz-Riley high-pass on the side, and on the
/// middle the all-pass of the same phase, so the two stay in step and the stereo image above the
/// corner is untouched.
///
/// Guarantee: at amount 0, and for one channel, the samples pass bit for bit; the sum of the
/// channels keeps its magnitude at every frequency.
/// Source: S. Linkwitz 1976, "Active crossover networks for noncoincident drivers".
class BassMono {
 public:
  struct Settings {
    double frequency_hz = 120.0;
    double amount = 1.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"frequency_hz", "Mono below", "Hz", 20.0, 500.0,
                          "The side is 6 dB down here and falls by 24 dB an octave below.",
                          &Settings::frequency_hz},
      Parameter<Settings>{"amount", "Amount", "", 0.0, 1.0,
                          "0 leaves the bass as it is, 1 folds it entirely.", &Settings::amount},
  };

  void prepare(StreamFormat);
  void reset() noexcept;
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  void tune(double frequency_hz) noexcept;
  Pair filtered(Pair mid_and_side, double amount) noexcept;

  static constexpr int retune_frames = 16;  // while the corner moves

  StreamFormat format_;
  Ramp frequency_hz_, amount_, presence_;  // presence: 0 not there, 1 in
  double tuned_hz_ = 0.0;
  int frame_ = 0;
  BiquadCoefficients all_pass_, high_pass_;
  BiquadState all_pass_state_, first_state_, second_state_;
};

static_assert(Processor<BassMono>);

}  // namespace lacquer::dsp
