#pragma once

#include <array>

namespace lacquer::dsp {

/// Reads a signal some frames ago, also between two frames: a sinc under a Kaiser window, flat
/// within 0.001 dB to 0.4535 of the rate (20 kHz at 44.1 kHz). A whole number of frames is the
/// sample itself, bit for bit.
class DelayTap {
 public:
  static constexpr int reach = 32;  // samples read on either side

  /// Of `frames`, at least 0; nothing nearer to a whole number than a millionth is between.
  void aim(double frames) noexcept;
  double frames() const noexcept { return frames_; }
  /// From the newest sample's address less `reach`: what was there frames() before.
  double read(const double* now) const noexcept;

 private:
  double frames_ = 0.0;
  int whole_ = 0;
  bool between_ = false;
  std::array<double, 2 * reach> weights_{};
};

}  // namespace lacquer::dsp
