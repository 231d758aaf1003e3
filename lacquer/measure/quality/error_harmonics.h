#pragma once

#include <vector>

#include "lacquer/dsp/transform/fft.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// How far an error has a harmonic structure: the model output EHS of ITU-R BS.1387-1 (annex 2;
/// steps as in P. Kabal 2002, "An Examination and Interpretation of ITU-R BS.1387", both from
/// memory). Noise that stands like teeth over the spectrum, as harmonics of a tone or an echo do,
/// is heard as a tone of its own.
///
/// The error is the difference of the logarithms of two spectra. Its correlation with itself,
/// shifted by up to 6 kHz, is seen under a Hann window as a spectrum; the highest peak behind the
/// first valley counts. A ripple that is the same over the whole spectrum has 1/6, whatever its
/// depth; nothing has 0.
class ErrorHarmonics {
 public:
  ErrorHarmonics();

  /// Of one look: powers by bin, from 0 Hz. Empty where there are too few bins.
  Maybe look(const std::vector<double>& reference, const std::vector<double>& other);

 private:
  dsp::RealFft fft_;
  std::vector<double> window_, error_, correlation_, real_, imaginary_;
};

}  // namespace lacquer::measure
