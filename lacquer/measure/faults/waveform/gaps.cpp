#include <algorithm>
#include <cstdlib>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/waveform/gap_meter.h"

namespace lacquer::measure {
namespace {

constexpr double same_place_s = 0.0015;  // in both channels
// A stop as long as this may be meant, however hard it is.
constexpr double certainly_a_fault_s = 0.25;
constexpr double a_click_s = 0.001;

/// Holes in the music; see GapMeter.
class GapDetector final : public Detector {
 public:
  explicit GapDetector(StreamFormat format)
      : format_{format},
        meters_(static_cast<std::size_t>(format.channel_count), GapMeter{format.sample_rate_hz}) {}

  void hear(const Step& step) override {
    for (std::size_t c = 0; c < meters_.size(); ++c)
      meters_[c].add(step.block.channel(static_cast<int>(c)), step.block.frame_count(),
                     step.statistics[c].stands_still);
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::vector<Place> places;
    std::int64_t forgotten = 0;
    for (std::size_t c = 0; c < meters_.size(); ++c) {
      const Worst<Gap>& gaps = meters_[c].gaps();
      forgotten = std::max(forgotten, gaps.forgotten());
      for (const Gap& gap : gaps.passages()) add_place(places, gap, static_cast<int>(c));
    }
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return a.gap.first_frame < b.gap.first_frame;
    });
    for (const char* kind : {"digital_gap", "dropout"}) {
      Worst<Finding> each = worst_findings();
      Finding all;
      for (const Place& place : places) {
        if ((place.gap.kind == Gap::Kind::dropout) != (kind == std::string{"dropout"})) continue;
        each.add(finding(place, kind));
        const Finding& newest = *each.newest();
        if (each.count() == 1) all = newest;
        all.end_s = std::max(all.end_s, newest.end_s);
        all.value = std::max(all.value, newest.value);
      }
      add_worst(found, std::move(each.passages()), std::move(all), each.count() + forgotten);
    }
  }

 private:
  struct Place {
    Gap gap;
    std::optional<int> channel;
  };

  /// One gap in both channels is one place; a dropout of exact zeros is a digital gap.
  void add_place(std::vector<Place>& places, const Gap& gap, int channel) const {
    const double most = same_place_s * format_.sample_rate_hz;
    for (Place& place : places) {
      if (static_cast<double>(std::abs(place.gap.first_frame - gap.first_frame)) > most ||
          static_cast<double>(std::abs(place.gap.end_frame - gap.end_frame)) > most)
        continue;
      if (place.channel != channel) place.channel = {};
      if (place.gap.kind == Gap::Kind::dropout) place.gap = gap;
      return;
    }
    places.push_back({gap, channel});
  }

  Finding finding(const Place& place, const char* kind) const {
    const Gap& gap = place.gap;
    const double start_s = static_cast<double>(gap.first_frame) / format_.sample_rate_hz;
    const double end_s = static_cast<double>(gap.end_frame) / format_.sample_rate_hz;
    const double length_s = end_s - start_s;
    const bool sure = length_s <= certainly_a_fault_s;
    const std::string who =
        place.channel ? channel_name(*place.channel, format_.channel_count) : "The music";
    const std::string how = gap.kind == Gap::Kind::zeros  ? " is exactly zero for "
                            : gap.kind == Gap::Kind::held ? " holds one value for "
                                                          : " drops out for ";
    return {.kind = kind,
            .severity = sure && length_s >= a_click_s && gap.kind != Gap::Kind::held
                            ? Severity::fail
                            : Severity::warn,
            .start_s = start_s,
            .end_s = end_s,
            .channel = place.channel,
            .value = 1000.0 * length_s,
            .unit = "ms",
            .confidence = !sure                            ? 0.6
                          : gap.kind == Gap::Kind::zeros   ? 0.95
                          : gap.kind == Gap::Kind::dropout ? 0.9
                                                           : 0.75,
            .message = who + how + number(1000.0 * length_s, 2) + " ms between sound of " +
                       number(gap.around_dbfs, 0) + " dBFS on both sides: samples were lost.",
            .remedy =
                "Ask for a new export of the mix; a hole of a few milliseconds can be "
                "filled from the sound around it."};
  }

  StreamFormat format_;
  std::vector<GapMeter> meters_;
};

}  // namespace

DetectorPointer gap_detector(StreamFormat format) { return std::make_unique<GapDetector>(format); }

}  // namespace lacquer::measure
