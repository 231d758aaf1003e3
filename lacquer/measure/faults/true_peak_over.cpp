#include <algorithm>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/worst.h"

namespace lacquer::measure {
namespace {

constexpr std::int64_t passage_gap_s = 5;  // overs closer than this are one passage

/// True peaks above full scale, by the second.
class TruePeakOverDetector final : public Detector {
 public:
  explicit TruePeakOverDetector(StreamFormat format)
      : format_{format}, channels_(static_cast<std::size_t>(format.channel_count)) {}

  bool hears_steps() const override { return false; }

  void add_true_peaks(const double* of_channels) override {
    for (std::size_t c = 0; c < channels_.size(); ++c)
      if (of_channels[c] > 1.0) note(channels_[c], of_channels[c]);
    ++second_;
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const double duration_s =
        static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz;
    for (std::size_t c = 0; c < channels_.size(); ++c) {
      const auto& [all, overs] = channels_[c];
      if (overs.count() == 0) continue;
      std::vector<Finding> each;
      for (const Over& over : overs.passages())
        each.push_back(finding(static_cast<int>(c), over, duration_s));
      add_worst(found, std::move(each), finding(static_cast<int>(c), all, duration_s),
                overs.count());
    }
  }

 private:
  struct Over {
    std::int64_t first, last;  // seconds
    double peak;               // linear
  };
  struct Channel {
    Over all{};
    Worst<Over> overs{[](const Over& over) { return over.peak; }};
  };

  void note(Channel& channel, double peak) const {
    auto& [all, overs] = channel;
    if (overs.count() == 0) all.first = second_;
    all.last = second_;
    all.peak = std::max(all.peak, peak);
    Over* newest = overs.newest();
    if (newest && second_ - newest->last <= passage_gap_s) {
      newest->last = second_;
      newest->peak = std::max(newest->peak, peak);
    } else {
      overs.add({second_, second_, peak});
    }
  }

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
  std::vector<Channel> channels_;
  std::int64_t second_ = 0;
};

}  // namespace

DetectorPointer true_peak_over_detector(StreamFormat format) {
  return std::make_unique<TruePeakOverDetector>(format);
}

}  // namespace lacquer::measure
