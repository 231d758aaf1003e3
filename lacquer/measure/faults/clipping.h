#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::measure {

/// Clipped runs of one channel that stand close together in time.
struct ClippedPassage {
  std::int64_t first_frame = 0;
  std::int64_t last_frame = 0;
  int run_count = 0;
  int longest_frames = 0;
  double level = 0.0;  ///< linear
};

/// Finds where one channel was cut off: at least three samples of one sign within 0.001 of the
/// channel's largest value, above -1 dBFS, and with a corner where the run begins or ends.
///
/// The corner is what tells a cut from the round top of a loud low tone, which stays within 0.001
/// for dozens of samples. The largest value is only known at the end, so runs near the largest so
/// far are kept, and dropped when a larger value shows that they were not the limit.
class ClippingMeter {
 public:
  explicit ClippingMeter(double sample_rate_hz);

  void add(const double* samples, int frame_count);
  /// Passages in order of time. Call once.
  std::vector<ClippedPassage> finish();

 private:
  struct Run {
    std::int64_t first_frame;
    int frames;
    double sign;
    double lowest, highest;        // sizes
    double before, first, second;  // the corner it begins with
    double last_but_one, last;
  };

  void add_sample(double sample);
  void end_run(double after);

  double sample_rate_hz_;
  std::int64_t position_ = 0;
  double largest_ = 0.0;
  double previous_ = 0.0;
  bool in_run_ = false;
  Run run_{};
  std::vector<ClippedPassage> passages_;
};

}  // namespace lacquer::measure
