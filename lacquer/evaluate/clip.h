#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

#include "lacquer/base/audio.h"

namespace lacquer::evaluate {

/// A short piece of audio that can be copied and cut; what faults are planted into.
class Clip {
 public:
  Clip() = default;
  Clip(StreamFormat format, int frame_count)
      : format_{format},
        rows_(static_cast<std::size_t>(format.channel_count),
              std::vector<double>(static_cast<std::size_t>(frame_count))) {}

  StreamFormat format() const { return format_; }
  double sample_rate_hz() const { return format_.sample_rate_hz; }
  int channel_count() const { return format_.channel_count; }
  int frame_count() const { return rows_.empty() ? 0 : static_cast<int>(rows_.front().size()); }
  double duration_s() const { return seconds(frame_count()); }
  double seconds(int frame) const { return frame / format_.sample_rate_hz; }
  int frames(double duration_s) const {
    return static_cast<int>(std::lround(duration_s * format_.sample_rate_hz));
  }

  double* row(int channel) { return rows_[static_cast<std::size_t>(channel)].data(); }
  const double* row(int channel) const { return rows_[static_cast<std::size_t>(channel)].data(); }

  /// Only `count` frames from `first` on stay.
  void keep(int first, int count);
  /// Zeros before and after.
  void surround(int before, int after);

 private:
  StreamFormat format_;
  std::vector<std::vector<double>> rows_;
};

/// Root mean square of the frames from `first` on that exist, linear.
double rms(const Clip&, int channel, int first, int count);
/// The largest |sample|, linear.
double peak(const Clip&);
void scale(Clip&, double gain);
/// To the nearest step of so many bits, and into [-1, 1 - step], as an integer file holds them.
void round_to_bits(Clip&, int bits);

/// The clip as something to pull. Owns its samples.
SourcePointer source_of(Clip);
/// Everything a source gives. Errors: the source's.
Result<Clip> drain(AudioSource&);

}  // namespace lacquer::evaluate
