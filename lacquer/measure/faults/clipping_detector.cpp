#include "lacquer/base/units.h"
#include "lacquer/measure/faults/clipping.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr int beyond_use = 100;  // runs

/// Samples cut off flat; see ClippingMeter.
class ClippingDetector final : public Detector {
 public:
  explicit ClippingDetector(StreamFormat format)
      : format_{format},
        meters_(static_cast<std::size_t>(format.channel_count),
                ClippingMeter{format.sample_rate_hz}) {}

  void add(AudioBlock block, std::int64_t) override {
    for (std::size_t c = 0; c < meters_.size(); ++c)
      meters_[c].add(block.channel(static_cast<int>(c)), block.frame_count());
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    for (std::size_t c = 0; c < meters_.size(); ++c) {
      const auto passages = meters_[c].finish();
      if (passages.empty()) continue;
      ClippedPassage all = passages.front();
      all.run_count = 0;
      all.is_loudest = false;
      all.last_frame = passages.back().last_frame;
      for (const auto& passage : passages) {
        all.run_count += passage.run_count;
        if (passage.level > all.level) all.level = passage.level;
        all.is_loudest = all.is_loudest || passage.is_loudest;
        all.longest_frames = std::max(all.longest_frames, passage.longest_frames);
      }
      std::vector<Finding> each;
      for (const auto& passage : passages)
        each.push_back(finding(static_cast<int>(c), passage, all));
      add_worst(found, std::move(each), finding(static_cast<int>(c), all, all));
    }
  }

 private:
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / format_.sample_rate_hz;
  }

  Finding finding(int channel, const ClippedPassage& passage, const ClippedPassage& all) const {
    const bool few = all.run_count < 3 && all.longest_frames < 5;
    return {
        .kind = "clipping",
        .severity = all.is_loudest && all.run_count >= beyond_use ? Severity::fail : Severity::warn,
        .start_s = seconds(passage.first_frame),
        .end_s = seconds(passage.last_frame + 1),
        .channel = channel,
        .value = static_cast<double>(passage.run_count),
        .unit = "runs",
        .confidence = few || !passage.is_loudest ? 0.6
                      : all.level > 0.999        ? 0.98
                                                 : 0.85,
        .message = channel_name(channel, format_.channel_count) + " is cut off at " +
                   number(db_from_gain(passage.level), 2) + " dBFS in " +
                   count(passage.run_count, "place") + ", for " +
                   count(passage.longest_frames, "sample") + " at most.",
        .remedy =
            "Ask for the mix with more headroom and no clipper on its sum; if there is "
            "none, repair these places before anything else."};
  }

  StreamFormat format_;
  std::vector<ClippingMeter> meters_;
};

}  // namespace

DetectorPointer clipping_detector(StreamFormat format) {
  return std::make_unique<ClippingDetector>(format);
}

}  // namespace lacquer::measure
