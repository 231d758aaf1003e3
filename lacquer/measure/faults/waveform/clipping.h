#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/measure/sums.h"

namespace lacquer::measure {

/// Clipped runs of one channel that stand close together in time.
struct ClippedPassage {
  std::int64_t first_frame = 0;
  std::int64_t last_frame = 0;
  int run_count = 0;
  int longest_frames = 0;
  double level = 0.0;       ///< linear
  bool is_loudest = false;  ///< at the channel's largest value, above -1 dBFS
  bool is_exact = false;    ///< samples equal to the last bit (PlateauMeter)
  /// The largest value of that sign in its seconds, and in the two before and after as well; as far
  /// as they are no longer remembered.
  double largest_within = 0.0, largest_around = 0.0;
};

/// Finds where one channel was cut off: at least three samples of one sign within 0.001 of its
/// largest value, with a corner where the run begins or ends.
///
/// The corner is what tells a cut from the round top of a loud low tone, which stays within 0.001
/// for dozens of samples. A run counts by itself where it stands at the channel's largest value,
/// above -1 dBFS. Below (a clip with a fader behind it, or in one section only, or of one sign
/// only) the passage needs three of them at one level, and nothing of that sign may exceed the
/// level within two seconds of it (within it, from twenty runs on). Limits are only known later, so
/// runs near the largest value of the last second are kept, and dropped when it shows that they
/// were not at the limit.
///
/// Memory does not grow. Seconds are remembered for a while, then summed up in the passages they
/// matter to. Of more than most_passages, which is more than an hour of music that clips all the
/// time, each two neighbours become one.
class ClippingMeter {
 public:
  explicit ClippingMeter(double sample_rate_hz);

  /// `range`: of these samples.
  void add(const double* samples, int frame_count, const Range&);
  /// Passages in order of time. Call once.
  std::vector<ClippedPassage> finish();

 private:
  struct Run {
    std::int64_t first_frame = 0;
    int frames = 0;
    double lowest = 0.0, highest = 0.0;
    double before = 0.0, first = 0.0, second = 0.0;  // the corner it begins with
    double last_but_one = 0.0, last = 0.0;
    bool square = false;  // it came from the other side of zero in one step
  };
  /// One polarity: the positive samples, or the negative ones turned round.
  struct Side {
    double largest = 0.0;            // of the programme
    double now = 0.0, before = 0.0;  // largest of this second and of the one before
    std::vector<double> of_seconds;  // largest, of those remembered
    double previous = 0.0;           // sample
    bool in_run = false;
    Run run;
    std::vector<ClippedPassage> passages;
  };

  void add_side(Side&, double sign, double largest, const double* samples, int frame_count);
  void add_sample(Side&, double sample, std::int64_t place);
  void end_run(Side&, double after);
  void end_second();
  std::int64_t second_of(std::int64_t frame) const;
  void note_seconds(const Side&, ClippedPassage&) const;
  bool is_limit(const ClippedPassage&) const;
  bool may_be_told(const ClippedPassage&) const;
  void forget();

  double sample_rate_hz_;
  std::int64_t position_ = 0;
  std::int64_t second_end_;
  std::int64_t second_count_ = 0, first_second_ = 0;  // that have ended; of those remembered
  Side sides_[2];
};

}  // namespace lacquer::measure
