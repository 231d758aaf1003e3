#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "lacquer/measure/faults/worst.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {

struct Click {
  std::int64_t first_frame = 0;
  int frames = 0;          ///< 0: a discontinuity, the waveform jumps in front of first_frame
  double over_db = 0.0;    ///< the residual's peak over its local RMS
  double level_db = 0.0;   ///< what was added (of a click) or jumps, over the RMS of 10 ms around
  double peak_dbfs = 0.0;  ///< the same in full scale
};

/// Finds clicks (a few samples that do not belong) and discontinuities (nothing was added, but the
/// two sides do not fit) in one channel.
///
/// Music predicts itself from a few dozen samples. Prediction is fitted to the 12 ms before and
/// the 12 ms after a suspect place, without the place, and run in both directions. Forward it
/// fails from the first sample that does not belong, backward up to the last: the two ends of the
/// click. Where the music was cut, the backward error ends before the forward error begins. What
/// the music would have been is then solved for (least squares, Janssen, Veldhuis and Vries,
/// "Adaptive interpolation of discrete-time signals that can be modeled as autoregressive
/// processes", 1986), and what was added is the difference. A drum has sound after it that was not
/// there before, and errors that last; a click stands alone.
///
/// Suspect are places whose second difference stands out from the 10 ms around it, which costs a
/// few operations a sample; not more than a dozen of them a second are looked at.
class ClickMeter {
 public:
  explicit ClickMeter(double sample_rate_hz);

  /// The steps of the meter (10 ms), which can be read Detector::look_back_frames() back; the
  /// budget of looks is counted in them.
  void add(const double* samples, int frame_count, const Bends&);
  /// In order of time.
  const Worst<Click>& clicks() const noexcept { return clicks_; }

 private:
  void suspect(std::int64_t place, double size);
  bool stands_alone(std::int64_t place) const;
  void look(std::int64_t place);
  double mean_square(std::int64_t from, int frames) const;
  double added(std::int64_t first, int frames) const;

  int side_frames_, guard_, longest_frames_, local_frames_, slow_begin_;
  LookBack recent_;
  double budget_ = 0.0;
  std::int64_t looked_until_ = 0;
  std::vector<std::int64_t> waiting_;
  Worst<Click> clicks_{[](const Click& click) { return click.over_db; }, 400};
  std::vector<double> windowed_, window_, forward_, backward_;
  std::vector<double> prediction_;  // error filter: 1, a1, .. of the order
};

}  // namespace lacquer::measure
