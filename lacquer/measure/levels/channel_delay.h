#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/float_fft.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/two_in_one.h"

namespace lacquer::measure {

/// How much later one channel carries what the other carries too.
///
/// Listens to passages of 0.2 s, ever rarer as the programme goes on, each a handful of short
/// spectra, and adds up the cross spectra. At the end every frequency at which the channels agree
/// votes with its phase alone, by how steadily they agree (generalised cross-correlation, Knapp and
/// Carter, IEEE ASSP-24, 1976, with the phase transform weighted by coherence), and the slope of
/// the phase gives the fraction of a frame. A single tone, unrelated channels and sounds that
/// arrive with different delays have no one answer, and get none.
class ChannelDelayMeter {
 public:
  explicit ChannelDelayMeter(double sample_rate_hz);

  /// Two channels.
  void add(const double* left, const double* right, int frame_count);
  /// Fills delay_frames and delay_ms. Call once.
  void finish(Stereo&);

  static constexpr double most_ms = 20.0;

 private:
  void look();

  double sample_rate_hz_;
  int size_;  // of a spectrum
  dsp::FloatFft fft_;
  std::int64_t frame_count_ = 0;
  std::int64_t next_passage_ = 0;  // frame
  int looks_left_ = 0;             // of the passage under way
  int filled_ = 0;
  dsp::AlignedVector<float> left_, right_, window_, real_, imaginary_;
  int look_count_ = 0;
  CrossSpectrum sums_;
};

}  // namespace lacquer::measure
