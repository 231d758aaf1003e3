#pragma once

#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/transform/fft.h"
#include "lacquer/measure/quality/error_harmonics.h"
#include "lacquer/measure/quality/model_outputs.h"

namespace lacquer::measure {

/// Compares a programme with what became of it as an ear does: everything that is heard counts,
/// wanted or not, a change of tone or dynamics as well as distortion. Both aligned to the frame and
/// equally loud. Constant memory, any block split gives the same numbers.
///
/// After ITU-R BS.1387-1 (PEAQ), basic version, but NOT conformant: it has not been held against
/// the standard's test items, has no grade from a neural network, and goes beyond 48 kHz by scaling
/// bins and times instead of resampling. Counted is from the first to the last look in which the
/// reference is not silent, as there. Compare its numbers with each other, not with another
/// program's.
class PerceivedDifferenceMeter {
 public:
  /// Mono or stereo.
  explicit PerceivedDifferenceMeter(StreamFormat);
  PerceivedDifferenceMeter(const PerceivedDifferenceMeter&) = delete;  // its parts share the ear
  PerceivedDifferenceMeter& operator=(const PerceivedDifferenceMeter&) = delete;

  /// As many frames of both.
  void add(AudioBlock reference, AudioBlock other);
  PerceivedDifference finish() const { return outputs_.finish(); }

 private:
  struct Side {
    std::vector<std::vector<double>> samples;  // by channel: one look
    std::vector<std::vector<double>> power;    // by channel: by bin
  };

  void look();
  void transform(Side&);
  bool sounds() const;
  void compare(int channel);
  /// Whether either programme is loud enough for the structure of its error to count.
  bool loud(std::size_t channel) const;
  /// Highest bins with music, in Hz; 0 where the reference does not reach high enough.
  struct Tops {
    double reference_hz, other_hz;
  };
  Tops tops(const std::vector<double>& reference, const std::vector<double>& other) const;

  StreamFormat format_;
  int size_;
  EarModel ear_;
  dsp::Fft fft_;
  ModelOutputs outputs_;
  ErrorHarmonics error_harmonics_;
  std::vector<double> window_;
  Side reference_, other_;
  std::vector<HeardChannel> heard_;  // by channel
  int filled_ = 0;
  bool begun_ = false;  // the reference has sounded
  std::vector<double> real_, imaginary_, out_real_, out_imaginary_;
  std::vector<double> bins_, noise_bins_;
  std::vector<double> reference_bands_, other_bands_, noise_;
};

}  // namespace lacquer::measure
