#pragma once

namespace lacquer::dsp {

/// How a waveform bends: |x[n - 1] - 2 x[n] + x[n + 1]| of all but the first and last sample.
struct Bends {
  double sum = 0.0;
  double largest = 0.0;
};
Bends second_differences(const double* samples, int count) noexcept;

}  // namespace lacquer::dsp
