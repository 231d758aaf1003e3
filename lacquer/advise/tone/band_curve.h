#pragma once

#include <functional>
#include <vector>

#include "lacquer/measure/measurement.h"

namespace lacquer::advise {

/// A smooth curve in dB over log frequency through one value a band, without overshoot between
/// them and level beyond the outermost. Source: Fritsch and Butland 1984, local monotone piecewise
/// cubic interpolants.
class BandCurve {
 public:
  /// Frequencies rise; at least one.
  BandCurve(const std::vector<double>& frequencies_hz, std::vector<double> values_db);
  double operator()(double frequency_hz) const;

 private:
  std::vector<double> octaves_, values_db_, slopes_;
};

/// The middle of a band on a log axis.
double centre_hz(const std::vector<double>& edges_hz, std::size_t band);

/// A filter as its response in dB at a frequency.
using ResponseDb = std::function<double(double frequency_hz)>;

/// How much a filter changes the K-weighted power of one band of this mix, in dB. Within the band
/// the mix's third octaves say where its power lies; without them it lies evenly per octave.
double band_change_db(const measure::Spectrum&, std::size_t band, const ResponseDb&);
/// The same of a part of the mix that has other levels in the third octaves: middle or side.
double band_change_db(const measure::Spectrum&, const std::vector<measure::Maybe>& third_octave_db,
                      std::size_t band, const ResponseDb&);

/// What a filter does to the mix, as measure::Spectrum will see it.
struct Prediction {
  std::vector<measure::Maybe> share_db;  ///< one a band; empty where the mix has none
  double loudness_change_lu = 0.0;       ///< of the K-weighted sum of the bands
};
Prediction predict(const measure::Spectrum&, const ResponseDb&);

/// The lower edge of what a codec or converter cut off: the first third octave above 4 kHz that
/// falls at least 20 dB below the one before it, with nothing coming back above. Empty when the
/// spectrum ends by itself.
measure::Maybe cut_off_hz(const measure::Spectrum&);

}  // namespace lacquer::advise
