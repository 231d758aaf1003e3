#pragma once

#include <array>

#include "lacquer/base/audio.h"
#include "lacquer/measure/faults/lossy/lossy_treble.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// The frequency at which a programme stops short, between 15.5 and 20.5 kHz, where the low-pass
/// filters of lossy coders lie (16 kHz at 128 kbit/s, 20 at 320).
///
/// It stops short if the mean level in dB falls by more than 20 dB within 500 Hz: the whole
/// kilohertz below lies so far over everything above, in the mean of all windows that have treble.
/// A lone whistle of a screen is no edge, and neither is a limit that comes and goes.
class LossyCutOff {
 public:
  explicit LossyCutOff(StreamFormat);

  void look(const TrebleBands&);
  Maybe cut_off_hz();

 private:
  double rounding_power_;
  int bands_ = 0;
  int windows_ = 0;
  void take_logarithms();

  // By band: level in dB added up over the windows, but for the last few, whose powers are
  // multiplied, which takes one logarithm for all of them.
  std::array<double, TrebleBands::most> sums_db_{}, products_;
};

}  // namespace lacquer::measure
