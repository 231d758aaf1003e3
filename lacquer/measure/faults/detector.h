#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/measure/measurement.h"
#include "lacquer/measure/spectrum/short_time_spectrum.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// What is known of the whole programme when the detectors are asked for what they found.
struct Heard {
  const Measurement& numbers;  ///< every meter's result; findings still empty
  int word_length_bits = 0;    ///< what the file has room for, 32 for float; 0: not known
};

/// The next frames of the programme, at most 10 ms.
struct Step {
  AudioBlock block;  ///< all finite
  std::int64_t first_frame = 0;
  const StepStatistics* statistics = nullptr;  ///< by channel
};

/// Looks for one kind of fault in a stream, in one pass and memory that does not grow with it: of
/// what it finds, too, it keeps so many (faults/worst.h).
///
/// Guarantee asked of every detector: the same findings for any block split, none on silence, and
/// no allocation for frames in which nothing is found. Adding one: a file in this folder and its
/// lines in detectors.h and detectors.cpp.
class Detector {
 public:
  virtual ~Detector() = default;

  /// In front of the first sample of each channel stand so many more that can be read, 0 where the
  /// programme had not begun, until the next step is heard and in finish().
  static int look_back_frames(double sample_rate_hz) {
    constexpr double look_back_s = 0.25;
    constexpr int two_short_windows = 8192;  // as ShortTimeSpectrum has them, up to 48 kHz
    return std::max(static_cast<int>(look_back_s * sample_rate_hz), two_short_windows);
  }

  /// False for one that looks at spectra or at the numbers only, and is not shown the steps.
  virtual bool hears_steps() const { return true; }
  /// Override this to use the statistics of the step, or add() if the samples are enough.
  virtual void hear(const Step& step) { add(step.block, step.first_frame); }
  virtual void add(AudioBlock, std::int64_t /*first_frame*/) {}
  /// Windows of 85 ms (4096 frames at 44.1 and 48 kHz), overlapped by half.
  virtual void add_short(const SpectrumFrame&) {}
  /// Windows of 341 ms (16384 frames at 44.1 and 48 kHz), each 200 ms.
  virtual void add_long(const SpectrumFrame&) {}
  /// The true peak of the next second by channel, linear; some hundred frames after its end.
  virtual void add_true_peaks(const double* /*of_channels*/) {}
  /// Appends what was found, in order of time. Call once.
  virtual void finish(const Heard&, std::vector<Finding>&) = 0;
};

}  // namespace lacquer::measure
