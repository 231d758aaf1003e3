#pragma once

#include <cstdint>
#include <vector>

#include "lacquer/dsp/repair/click_judge.h"
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
/// two sides do not fit) in one channel; dsp/repair/click_judge.h is asked.
///
/// Suspect are places whose second difference stands out from the 10 ms around it, which costs a
/// few operations a sample; not more than a dozen of them a second are looked at.
class ClickMeter {
 public:
  explicit ClickMeter(double sample_rate_hz);

  /// The steps of the meter (10 ms), which can be read Detector::look_back_frames() back; the
  /// budget of looks is counted in them.
  void add(const double* samples, int frame_count, const dsp::Bends&);
  /// In order of time.
  const Worst<Click>& clicks() const noexcept { return clicks_; }

 private:
  void suspect(std::int64_t place, double size);
  void look(std::int64_t place);

  dsp::ClickJudge judge_;
  LookBack recent_;
  double budget_ = 0.0;
  std::int64_t looked_until_ = 0;
  std::vector<std::int64_t> waiting_;
  Worst<Click> clicks_{[](const Click& click) { return click.over_db; }, 400};
};

}  // namespace lacquer::measure
