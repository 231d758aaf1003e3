#pragma once

#include <array>

namespace lacquer::dsp {

/// The K-weighting of ITU-R BS.1770-4 at any sample rate: a high shelf for the head, then a
/// high-pass. At 48 kHz these are the coefficients of the recommendation's tables 1 and 2; at
/// other rates the same analogue filters through the bilinear transform.
///
/// Guarantee: the same bits for any block split, as long as there is sound; in silence what is left
/// of it (below 1e-30) becomes 0 at the end of a block, before it turns into slow denormals.
class KWeighting {
 public:
  /// Mono or stereo; rates from 8 kHz on.
  KWeighting(double sample_rate_hz, int channel_count);

  void reset() noexcept {
    stages_[0].state_1 = stages_[0].state_2 = stages_[1].state_1 = stages_[1].state_2 = Pair{};
  }
  /// `in` and `out` hold a pointer a channel; out may be in.
  void process(const double* const* in, double* const* out, int frame_count) noexcept;

  /// |H|^2 at a frequency.
  double power_gain(double frequency_hz) const noexcept;

 private:
  using Pair = double __attribute__((vector_size(16)));  // left and right in step
  struct Stage {
    double b0, b1, b2, a1, a2;
    double c1 = 0.0, c2 = 0.0;  // what the input adds to the states: b - a b0
    Pair state_1{}, state_2{};
  };

  void run(const double* const* in, double* const* out, int frame_count) noexcept;
  void run_wide(const double* const* in, double* const* out, int frame_count) noexcept;

  double sample_rate_hz_;
  int channel_count_;
  std::array<Stage, 2> stages_;
};

}  // namespace lacquer::dsp
