#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// Tops of one channel and sign that were cut at the same level, with nothing of that sign above
/// it between the first and the last of them.
struct Plateaus {
  std::int64_t first_frame = 0;
  std::int64_t last_frame = 0;
  int run_count = 0;
  int longest_frames = 0;
  int others = 0;      ///< tops as flat, but lower, that stand among them
  double level = 0.0;  ///< linear, positive
  bool negative = false;
  bool is_largest = false;  ///< nothing of that sign is above it in the whole programme
};

/// Finds tops of three and more equal samples with a corner, anywhere in the level.
///
/// A limit leaves samples that are equal to the last bit, and a gain behind it keeps them so (noise
/// does not: see ClippingMeter for those). Music has such a top by chance now and then; what it has
/// not is three at one level with nothing above them, and none below them. A coarse file (8 bits)
/// rests everywhere, hence `others`.
class PlateauMeter {
 public:
  explicit PlateauMeter(double sample_rate_hz);

  /// The range of these samples, and whether three neighbours in them may be equal.
  void add(const double* samples, int frame_count, const Range& here, bool stands_still);
  /// In the order of their ends. Call once.
  std::vector<Plateaus> finish();

 private:
  struct Side {
    double largest = 0.0;  // sample
    bool open = false;
    Plateaus group;
  };

  void walk(const double* samples, int frame_count);
  void end_run(double after);
  void close(Side&);

  std::int64_t gap_frames_;
  std::int64_t position_ = 0;
  double value_ = 0.0, before_ = 0.0;  // of the samples that are equal now, and the one before
  int equal_ = 0;                      // how many, as far as is known
  Side sides_[2];                      // positive, negative
  std::vector<Plateaus> closed_;
};

/// Those of each channel that were a limit: three runs at one level, counted over channels and
/// signs, within a few seconds, or anywhere if nothing is above them. In order of time.
std::vector<std::vector<Plateaus>> limits(const std::vector<std::vector<Plateaus>>& of_channels,
                                          double sample_rate_hz);

}  // namespace lacquer::measure
