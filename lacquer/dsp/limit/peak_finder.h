#pragma once

#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/polyphase_interpolator.h"

namespace lacquer::dsp {

/// True peaks of a stream as a limiter needs them: between each frame and the next, the largest
/// magnitude over all channels, as long as it could come near a ceiling.
///
/// Looks at 8 values a sample (48 taps each) and at parabolas through them. What cannot come near
/// the ceiling is skipped, exactly: the bound is PolyphaseInterpolator's.
class PeakFinder {
 public:
  static constexpr int most_frames = 256;  ///< a call
  /// A peak is known so many frames after the frame it follows.
  static constexpr int delay_frames = 24;

  void prepare(StreamFormat);
  void reset() noexcept;
  /// Writes a peak for each frame of the block, of the frames delay_frames earlier; 0 stands for
  /// anything under 0.9 of the ceiling. Samples must be usable().
  void find(AudioBlock, double ceiling, double* peaks) noexcept;

 private:
  static constexpr int factor = 8;
  static constexpr int past_frames = 2 * delay_frames;

  void find(int channel, int frames, double ceiling, double* peaks) noexcept;
  double peak_after(const double* sample, double& last, double ceiling) const noexcept;

  PolyphaseInterpolator interpolator_{factor, 2 * delay_frames};
  std::vector<std::vector<double>> samples_;  // per channel: the past, then the block
  std::vector<double> last_between_;          // per channel: the value just before the next sample
};

}  // namespace lacquer::dsp
