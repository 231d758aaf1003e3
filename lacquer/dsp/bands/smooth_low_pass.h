#pragma once

#include <array>
#include <vector>

namespace lacquer::dsp {

/// Four equal moving averages in a row, of a length that need not be whole: a low-pass of linear
/// phase that neither rings nor overshoots, because none of its weights is negative.
///
/// Guarantee: -6.02 dB at its corner, about -27 dB an octave above, below -52 dB from three times
/// the corner on; what it leaves out (the input late by delay_frames() less the output) falls by
/// 12 dB an octave below the corner. The corner can glide. Sums are renewed from the samples, so
/// nothing drifts. The bits do not depend on the split as long as renew() comes at the same frames.
class SmoothLowPass {
 public:
  /// Room for corners from `lowest_hz` on. Parts of at most `most_frames`.
  void prepare(double lowest_hz, double sample_rate_hz, int most_frames);
  void reset() noexcept;

  int delay_frames() const noexcept { return boxes * half_; }
  /// The length of the averages, in samples, for a corner.
  static double length_for(double corner_hz, double sample_rate_hz) noexcept;

  /// The averages' length while a corner glides: `first` frames after it was `from` it has moved by
  /// so many `step`s.
  struct Length {
    double from = 1.0, step = 0.0;
    int first = 0;
  };
  /// In place.
  void process(double* samples, int count, const Length&) noexcept;
  /// Takes the rounding errors out of the running sums; now and then.
  void renew() noexcept;

 private:
  static constexpr int boxes = 4;
  struct Box {
    std::vector<double> samples;  // 2 half_ of the past, then the present
    double sum = 0.0;             // of the middle one and `reach` on either side
    int reach = 0;
  };
  void process(Box&, double* samples, int count, const Length&) noexcept;

  int half_ = 1;
  std::array<Box, boxes> boxes_;
};

}  // namespace lacquer::dsp
