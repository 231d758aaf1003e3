#pragma once

#include <array>

#include "lacquer/base/audio.h"
#include "lacquer/measure/faults/lossy_treble.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// The frequency at which a programme stops short, between 15.5 and 20.5 kHz, where the low-pass
/// filters of lossy coders lie (16 kHz at 128 kbit/s, 20 at 320).
///
/// It stops short if in four of five windows with treble the whole kilohertz below that place holds
/// more than 20 dB over everything above; a lone whistle of a screen does not make an edge.
class LossyCutOff {
 public:
  explicit LossyCutOff(StreamFormat);

  void look(const TrebleBands&);
  Maybe cut_off_hz() const;

 private:
  double least_power_;  // of a band below the edge
  int judged_ = 0;
  std::array<int, TrebleBands::most> edges_{};  // windows whose last band with sound is this
};

}  // namespace lacquer::measure
