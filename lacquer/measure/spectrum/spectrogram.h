#pragma once

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/long_term_spectrum.h"

namespace lacquer::measure {

/// Draws the spectrogram as the looks come in. Full, it halves its resolution in time, so that its
/// memory does not grow and a programme of any length has 300 to 600 columns (a short one as many
/// as it has looks).
class SpectrogramMeter {
 public:
  static constexpr int most_columns = 600;

  /// Looks begin `hop` frames apart, the middle of the first stands at `hop`.
  SpectrogramMeter(StreamFormat format, int hop) : format_{format}, hop_{hop} {}

  void add(const TwelfthOctaves&);
  Spectrogram finish() const;

 private:
  StreamFormat format_;
  int hop_;
  int looks_of_column_ = 1;
  int filled_ = 0;                            // looks in the column under way
  std::vector<std::vector<double>> columns_;  // sums of power over looks; the last may not be full
};

}  // namespace lacquer::measure
