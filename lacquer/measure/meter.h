#pragma once

#include <memory>

#include "lacquer/base/progress.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::measure {

/// Every meter of the house over one stream, in one pass and constant memory; the series
/// alone, where they are asked for, grow by 100 bytes a second. Any block split gives the same
/// numbers. Five channels are 5.0, six 5.1 (see channel_weights()); of more than two there is no
/// tonal balance and no stereo.
class Meter {
 public:
  explicit Meter(StreamFormat, Parts = {});
  ~Meter();
  Meter(Meter&&) noexcept;
  Meter& operator=(Meter&&) noexcept;

  /// Samples that are not finite count as 0 and become a finding.
  void add(AudioBlock);
  /// The same without a copy: room for block_frames, of which the first `frames` have been written.
  AudioBlock space();
  void add_written(int frames);
  /// How many bits a sample the file has room for (32 for float), where it says so: samples that
  /// use fewer become a finding. Any time before finish().
  void declare_word_length(int bits);
  /// Flushes the true-peak filters and sums up. Call once.
  Measurement finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// Reads the source to its end; `word_length_bits` as for
/// Meter::declare_word_length(). Errors: the source's own, or cancelled.
Result<Measurement> measure(AudioSource&, Parts = {}, const Progress& = {},
                            const std::string& stage = "Measuring", int word_length_bits = 0);

}  // namespace lacquer::measure
