#include <algorithm>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/waveform/clipping.h"
#include "lacquer/measure/faults/waveform/plateaus.h"

namespace lacquer::measure {
namespace {

constexpr int beyond_use = 100;  // runs

/// Samples cut off flat; see ClippingMeter and PlateauMeter.
class ClippingDetector final : public Detector {
 public:
  explicit ClippingDetector(StreamFormat format)
      : format_{format},
        meters_(static_cast<std::size_t>(format.channel_count),
                ClippingMeter{format.sample_rate_hz}),
        plateaus_(meters_.size(), PlateauMeter{format.sample_rate_hz}) {}

  void hear(const Step& step) override {
    const int frame_count = step.block.frame_count();
    for (std::size_t c = 0; c < meters_.size(); ++c) {
      const double* samples = step.block.channel(static_cast<int>(c));
      const StepStatistics& here = step.statistics[c];
      meters_[c].add(samples, frame_count, here.range);
      plateaus_[c].add(samples, frame_count, here.range, here.stands_still);
    }
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::vector<std::vector<Plateaus>> plateaus;
    for (auto& meter : plateaus_) plateaus.push_back(meter.finish());
    plateaus = limits(plateaus, format_.sample_rate_hz);
    for (std::size_t c = 0; c < meters_.size(); ++c) {
      const auto passages = with(meters_[c].finish(), plateaus[c]);
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
      Worst<Finding> each = worst_findings();
      for (const auto& passage : passages) each.add(finding(static_cast<int>(c), passage, all));
      add_worst(found, std::move(each.passages()), finding(static_cast<int>(c), all, all),
                each.count());
    }
  }

 private:
  /// What only the plateaus tell is added.
  std::vector<ClippedPassage> with(std::vector<ClippedPassage> passages,
                                   const std::vector<Plateaus>& plateaus) const {
    const std::size_t known = passages.size();
    for (const Plateaus& plateau : plateaus) {
      const auto covers = [&](const ClippedPassage& passage) {
        return passage.first_frame <= plateau.last_frame &&
               plateau.first_frame <= passage.last_frame;
      };
      const auto end = passages.begin() + static_cast<std::ptrdiff_t>(known);
      if (std::any_of(passages.begin(), end, covers)) continue;
      const auto both = std::find_if(end, passages.end(), covers);  // signs
      if (both == passages.end()) {
        passages.push_back({.first_frame = plateau.first_frame,
                            .last_frame = plateau.last_frame,
                            .run_count = plateau.run_count,
                            .longest_frames = plateau.longest_frames,
                            .level = plateau.level,
                            .is_loudest = false,
                            .is_exact = true});
        continue;
      }
      both->first_frame = std::min(both->first_frame, plateau.first_frame);
      both->last_frame = std::max(both->last_frame, plateau.last_frame);
      both->run_count += plateau.run_count;
      both->longest_frames = std::max(both->longest_frames, plateau.longest_frames);
    }
    std::stable_sort(passages.begin(), passages.end(),
                     [](const auto& a, const auto& b) { return a.first_frame < b.first_frame; });
    return passages;
  }

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
        .confidence = passage.is_exact             ? 0.85
                      : few || !passage.is_loudest ? 0.6
                      : all.level > 0.999          ? 0.98
                                                   : 0.85,
        .message = channel_name(channel, format_.channel_count) + " is cut off at " +
                   number(db_from_gain(passage.level), 2) + " dBFS in " +
                   count(passage.run_count, "place") + ", for " +
                   count(passage.longest_frames, "sample") + " at most.",
        .remedy =
            "Ask for the mix with more headroom and no clipper on its sum; if there is "
            "none, repair these places before anything else.",
        .details = {{"level_dbfs", db_from_gain(passage.level)},
                    {"longest_ms", 1e3 * seconds(passage.longest_frames)}}};
  }

  StreamFormat format_;
  std::vector<ClippingMeter> meters_;
  std::vector<PlateauMeter> plateaus_;
};

}  // namespace

DetectorPointer clipping_detector(StreamFormat format) {
  return std::make_unique<ClippingDetector>(format);
}

}  // namespace lacquer::measure
