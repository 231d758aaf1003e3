#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// Peaks of 10 ms in cells of 0.1 dB.
constexpr int cells_of_db = 10;
constexpr int highest_dbfs = 6;
constexpr int range_db = 70;
constexpr int cells = range_db * cells_of_db;
constexpr int active_db = 20;               // below the largest peak: what is softer does not count
constexpr std::int64_t least_active = 300;  // 3 s

// A limiter holds peak after peak at one level; without one the largest peaks are the rarest.
constexpr double crowded_share = 0.03;  // of the active peaks within 0.3 dB of the largest
constexpr double pile = 2.0;            // times as dense there as in the decibel and a half below
constexpr double flat_share = 0.97;     // a steady tone has all its peaks at one level too

constexpr double mastered_lufs = -12.0;  // louder than any mix left for mastering
constexpr double mastered_plr_lu = 11.0;

/// A limiter or clipper that has been at work before; and a programme as loud as a master.
class AlreadyLimitedDetector final : public Detector {
 public:
  explicit AlreadyLimitedDetector(StreamFormat format) : format_{format} {}

  void hear(const Step& step) override {
    double peak = 0.0;
    for (int c = 0; c < step.block.channel_count(); ++c)
      peak = std::max(peak, step.statistics[c].range.size());
    if (peak < 1e-3) return;
    const double above_bottom_db = db_from_gain(peak) - highest_dbfs + range_db;
    const int cell = std::clamp(static_cast<int>(above_bottom_db * cells_of_db), 0, cells - 1);
    ++peaks_[static_cast<std::size_t>(cell)];
    largest_ = std::max(largest_, cell);
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const auto active = static_cast<double>(peaks_within(0, active_db * cells_of_db));
    if (active < static_cast<double>(least_active)) return;
    const auto top = static_cast<double>(peaks_within(0, 3));
    const auto next = static_cast<double>(peaks_within(3, 18));
    const double share = top / active;
    const double density = (top / 3.0) / std::max(next / 15.0, 1e-3);
    if (share < crowded_share || density < pile || share > flat_share) return;

    const double ceiling_dbfs =
        static_cast<double>(largest_ + 1) / cells_of_db - range_db + highest_dbfs;
    const double end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz;
    const double confidence = std::clamp(0.6 + 2.0 * (share - crowded_share), 0.6, 0.95);
    found.push_back(
        {.kind = "already_limited",
         .severity = Severity::info,
         .start_s = 0.0,
         .end_s = end_s,
         .channel = {},
         .value = 100.0 * share,
         .unit = "%",
         .confidence = confidence,
         .message = "A limiter or clipper was here before: " + number(100.0 * share, 1) +
                    " % of all peaks stand within 0.3 dB of " + number(ceiling_dbfs, 1) +
                    " dBFS, " + number(density, 1) + " times as dense as just below.",
         .remedy = "For mastering, ask for the mix without its limiter; further "
                   "limiting only adds distortion."});
    const Measurement& numbers = heard.numbers;
    if (numbers.loudness.integrated_lufs.value_or(-100.0) < mastered_lufs ||
        numbers.dynamics.plr_lu.value_or(100.0) > mastered_plr_lu)
      return;
    found.push_back({.kind = "already_mastered",
                     .severity = Severity::info,
                     .start_s = 0.0,
                     .end_s = end_s,
                     .channel = {},
                     .value = *numbers.loudness.integrated_lufs,
                     .unit = "LUFS",
                     .confidence = confidence * 0.95,
                     .message = "This looks like a finished master: " +
                                number(*numbers.loudness.integrated_lufs, 1) +
                                " LUFS with peaks only " + number(*numbers.dynamics.plr_lu, 1) +
                                " LU above, and held at one level.",
                     .remedy = "Make sure this is the mix and not somebody's master of it."});
  }

 private:
  /// Peaks in the cells from `first` to before `end`, counted down from the largest.
  std::int64_t peaks_within(int first, int end) const {
    std::int64_t count = 0;
    for (int down = first; down < end && down <= largest_; ++down)
      count += peaks_[static_cast<std::size_t>(largest_ - down)];
    return count;
  }

  StreamFormat format_;
  std::array<std::int64_t, cells> peaks_{};
  int largest_ = 0;  // cell
};

}  // namespace

DetectorPointer already_limited_detector(StreamFormat format) {
  return std::make_unique<AlreadyLimitedDetector>(format);
}

}  // namespace lacquer::measure
