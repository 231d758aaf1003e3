#include <algorithm>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr std::size_t passage_gap_s = 5;  // overs closer than this are one passage

/// True peaks above full scale, by the second.
class TruePeakOverDetector final : public Detector {
 public:
  explicit TruePeakOverDetector(StreamFormat format) : format_{format} {}

  void add(AudioBlock, std::int64_t) override {}

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const double duration_s =
        static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz;
    for (std::size_t c = 0; c < heard.true_peak_of_seconds.size(); ++c) {
      const auto& peaks = heard.true_peak_of_seconds[c];
      std::vector<Over> overs;
      for (std::size_t s = 0; s < peaks.size(); ++s) {
        if (peaks[s] <= 1.0) continue;
        if (!overs.empty() && s - overs.back().last <= passage_gap_s) {
          overs.back().last = s;
          overs.back().peak = std::max(overs.back().peak, peaks[s]);
        } else {
          overs.push_back({s, s, peaks[s]});
        }
      }
      if (overs.empty()) continue;
      Over all{overs.front().first, overs.back().last, 0.0};
      std::vector<Finding> each;
      for (const Over& over : overs) {
        all.peak = std::max(all.peak, over.peak);
        each.push_back(finding(static_cast<int>(c), over, duration_s));
      }
      add_worst(found, std::move(each), finding(static_cast<int>(c), all, duration_s));
    }
  }

 private:
  struct Over {
    std::size_t first, last;  // seconds
    double peak;              // linear
  };

  Finding finding(int channel, const Over& over, double duration_s) const {
    const double dbtp = db_from_gain(over.peak);
    return {.kind = "true_peak_over",
            .severity = Severity::warn,
            .start_s = static_cast<double>(over.first),
            .end_s = std::min(static_cast<double>(over.last + 1), duration_s),
            .channel = channel,
            .value = dbtp,
            .unit = "dBTP",
            .confidence = 1.0,
            .message = channel_name(channel, format_.channel_count) + " reaches " +
                       number(dbtp, 2) +
                       " dBTP between samples: converters and lossy codecs will clip here.",
            .remedy = "Lower the level, or limit to a true-peak ceiling."};
  }

  StreamFormat format_;
};

}  // namespace

DetectorPointer true_peak_over_detector(StreamFormat format) {
  return std::make_unique<TruePeakOverDetector>(format);
}

}  // namespace lacquer::measure
