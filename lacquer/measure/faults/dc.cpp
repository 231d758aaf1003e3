#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr double limit_dbfs = -60.0;

/// The mean of a whole channel off zero.
class DcDetector final : public Detector {
 public:
  explicit DcDetector(StreamFormat format)
      : format_{format}, sums_(static_cast<std::size_t>(format.channel_count)) {}

  void add(AudioBlock block, std::int64_t) override {
    for (std::size_t c = 0; c < sums_.size(); ++c) {
      const double* samples = block.channel(static_cast<int>(c));
      for (int f = 0; f < block.frame_count(); ++f) sums_[c] += samples[f];
    }
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const auto frames = static_cast<double>(heard.numbers.frame_count);
    const double duration_s = frames / format_.sample_rate_hz;
    for (std::size_t c = 0; c < sums_.size(); ++c) {
      const double mean = sums_[c] / frames;
      if (!(std::abs(mean) > gain_from_db(limit_dbfs))) continue;
      const double dbfs = db_from_gain(std::abs(mean));
      found.push_back({.kind = "dc",
                       .severity = Severity::warn,
                       .start_s = 0.0,
                       .end_s = duration_s,
                       .channel = static_cast<int>(c),
                       .value = dbfs,
                       .unit = "dBFS",
                       // A short piece of a low tone has a mean too.
                       .confidence = std::clamp(duration_s / 2.0, 0.1, 0.95),
                       .message = channel_name(static_cast<int>(c), format_.channel_count) +
                                  " stands off zero by " + number(dbfs, 1) +
                                  " dBFS on average, which costs headroom and clicks at cuts.",
                       .remedy = "A high-pass at 5 Hz takes it away."});
    }
  }

 private:
  StreamFormat format_;
  std::vector<double> sums_;
};

}  // namespace

DetectorPointer dc_detector(StreamFormat format) { return std::make_unique<DcDetector>(format); }

}  // namespace lacquer::measure
