#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/float_fft.h"
#include "lacquer/measure/faults/stereo/sparse_windows.h"

namespace lacquer::measure {

/// Where and how clearly one channel is the other one delayed.
struct DelayEstimate {
  int window_count = 0;    ///< that were loud enough
  double delay_s = 0.0;    ///< of the right channel against the left
  double height = 0.0;     ///< -1 .. 1: one where it is nothing but delay; negative if inverted
  double at_zero = 0.0;    ///< largest size within 0.1 ms of no delay
  double rival = 0.0;      ///< largest size elsewhere
  double agreement = 0.0;  ///< share of the windows that, alone, name this delay
};

/// Delay between two channels from a few windows of the programme, by the generalised
/// cross-correlation with the phase transform: every frequency counts the same, so the peak is
/// sharp whatever the music, and one place of one source (panned, with its echoes) makes one peak.
///
/// Source: Knapp, Carter 1976, "The generalized correlation method for estimation of time delay".
class Alignment {
 public:
  explicit Alignment(double sample_rate_hz);

  /// Stereo. Windows that begin while `wanted` is false are left out.
  void add(AudioBlock, bool wanted = true);
  /// Of all windows taken together.
  DelayEstimate estimate() const;

 private:
  void add_window(const float* left, const float* right);
  bool correlate(const float* left, const float* right);
  int lag_of_peak(const std::vector<double>& correlation) const;

  double sample_rate_hz_;
  int size_, first_bin_, last_bin_;
  int lags_;  // to either side
  dsp::FloatFft fft_;
  SparseWindows windows_;
  dsp::AlignedVector<float> shape_, a_, b_, real_, imaginary_;
  std::vector<double> correlation_;  // of one window, from -lags_ to lags_
  std::vector<double> sum_;          // of all windows
  std::vector<int> votes_;           // windows whose peak is at this lag
  int window_count_ = 0;
  int seen_ = 0;
};

}  // namespace lacquer::measure
