#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/base/processor.h"

namespace lacquer::dsp {

/// The last step before whole numbers: to the grid of 16 or 24 bits, with dither, so that the
/// rounding error becomes a steady noise that knows nothing of the music.
///
/// Guarantee: every output is a multiple of one step and lies in [-1, 1 - step]; a sample that is
/// on the grid already passes unchanged when dither is off; the same input gives the same bits.
/// Dither is triangular, two steps wide, independent for each channel (Lipshitz, Wannamaker and
/// Vanderkooy 1992, "Quantization and dither"). Shaping has the published filters of three, five
/// and nine taps for 44.1 kHz; at rates they are not made for the noise stays flat.
class Quantiser {
 public:
  struct Settings {
    double bits = 16.0;
    double dither = 1.0;
    double shaping = 0.0;
  };

  static constexpr std::array parameters = {
      Parameter<Settings>{"bits", "Word length", "bit", 8.0, 24.0, "16 for CD, 24 otherwise.",
                          &Settings::bits},
      Parameter<Settings>{"dither", "Dither", "", 0.0, 1.0, "1 on, 0 plain rounding.",
                          &Settings::dither},
      Parameter<Settings>{"shaping", "Noise shaping", "", 0.0, 3.0,
                          "Moves the noise to where hearing is dull: 0 not, 1 lightly, 2 more, 3 "
                          "strongly; 44.1 and 48 kHz only.",
                          &Settings::shaping},
  };

  void prepare(StreamFormat);
  void reset() noexcept;  // the dither starts over with the same sequence
  void process(AudioBlock, const Settings&) noexcept;

  int latency_frames() const noexcept { return 0; }

 private:
  static constexpr std::size_t most_taps = 9;

  /// xoshiro256**, D. Blackman and S. Vigna 2018, public domain algorithm.
  class Random {
   public:
    void seed(std::uint64_t) noexcept;
    /// Uniform over [-0.5, 0.5), in steps of 2^-53.
    double next() noexcept;

   private:
    std::array<std::uint64_t, 4> state_{};
  };

  struct Channel {
    Random random;
    std::array<double, most_taps> errors{};  // newest first, in steps
  };

  StreamFormat format_;
  std::vector<Channel> channels_;
};

static_assert(Processor<Quantiser>);

}  // namespace lacquer::dsp
