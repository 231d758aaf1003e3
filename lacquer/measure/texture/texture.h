#pragma once

#include <vector>

#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "lacquer/measure/texture/half_rate.h"
#include "lacquer/measure/texture/rhythm.h"
#include "lacquer/measure/texture/sections.h"

namespace lacquer::measure {

/// Rhythm, texture and form of a stream. The mean of the channels is looked at below about 11 kHz,
/// at a quarter of the cost of the whole; what needs the sides takes them from the looks the house
/// shares.
class TextureMeter {
 public:
  explicit TextureMeter(StreamFormat);

  void add(AudioBlock);
  /// The shared looks of 85 ms.
  void add_short(const SpectrumFrame&);

  Rhythm rhythm() const { return rhythm_.rhythm(); }
  std::vector<Section> sections(double duration_s) const { return sections_.sections(duration_s); }

 private:
  std::vector<HalfRate> halvings_;
  std::vector<std::vector<double>> rows_;  // the mean, then what each halving left of it
  StreamFormat format_;                    // of the last row
  ShortTimeSpectrum looks_;
  RhythmMeter rhythm_;
  SectionMeter sections_;
};

}  // namespace lacquer::measure
