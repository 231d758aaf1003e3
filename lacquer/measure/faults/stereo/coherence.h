#pragma once

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/float_fft.h"
#include "lacquer/measure/faults/stereo/sparse_windows.h"
#include "lacquer/measure/spectrum/two_in_one.h"

namespace lacquer::measure {

/// How far one channel follows from the other by any fixed filter: the magnitude-squared coherence
/// of a few windows of the programme, averaged over the bins that carry sound. 1 for mono however
/// delayed and equalised; what two microphones or two sources bring in takes it down.
///
/// Source: Carter, Knapp, Nuttall 1973, "Estimation of the magnitude-squared coherence function via
/// overlapped fast Fourier transform processing".
class Coherence {
 public:
  explicit Coherence(double sample_rate_hz);

  /// Stereo. The value so far; 1 until there are enough windows to tell.
  double add(AudioBlock);
  double value() const noexcept { return value_; }
  int window_count() const noexcept { return window_count_; }

 private:
  void add_window(const float* left, const float* right);
  void evaluate();

  int size_;
  int first_bin_, last_bin_;
  dsp::FloatFft fft_;
  SparseWindows windows_;
  dsp::AlignedVector<float> shape_;  // of the window
  dsp::AlignedVector<float> real_, imaginary_;
  CrossSpectrum sums_;
  int window_count_ = 0;
  double value_ = 1.0;
};

}  // namespace lacquer::measure
