#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/waveform/click_meter.h"

namespace lacquer::measure {
namespace {

constexpr double same_place_s = 0.0005;  // in both channels
// So many are one matter, a crackle or an instrument, and one warning.
constexpr std::int64_t crowd = 20;  // as many as are listed one by one

// Longer than a few samples and little over the music, it may be the attack of a sound as well.
constexpr double short_s = 0.0003;
constexpr double plain_db = 15.0;  // over the music around it
// What was added is the wave less what is solved for; the wave itself never leaves full scale, so
// more than this is a solution that ran away.
constexpr double most_dbfs = 3.0;

/// Clicks and places where the waveform jumps; see ClickMeter.
class ClicksDetector final : public Detector {
 public:
  explicit ClicksDetector(StreamFormat format)
      : format_{format},
        meters_(static_cast<std::size_t>(format.channel_count), ClickMeter{format.sample_rate_hz}) {
  }

  void hear(const Step& step) override {
    for (std::size_t c = 0; c < meters_.size(); ++c)
      meters_[c].add(step.block.channel(static_cast<int>(c)), step.block.frame_count(),
                     step.statistics[c].bends);
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    std::vector<Place> places;
    std::int64_t forgotten = 0;
    for (std::size_t c = 0; c < meters_.size(); ++c) {
      const Worst<Click>& clicks = meters_[c].clicks();
      forgotten = std::max(forgotten, clicks.forgotten());
      for (const Click& click : clicks.passages())
        if (click.peak_dbfs <= most_dbfs) add_place(places, click, static_cast<int>(c));
    }
    std::stable_sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
      return a.click.first_frame < b.click.first_frame;
    });
    for (const bool jumps : {false, true}) {
      Worst<Finding> each = worst_findings();
      Finding all;
      for (const Place& place : places) {
        if ((place.click.frames == 0) != jumps) continue;
        each.add(jumps ? discontinuity(place) : click(place));
        const Finding& newest = *each.newest();
        if (each.count() == 1) all = newest;
        all.end_s = newest.end_s;
        all.value = std::max(all.value, newest.value);
      }
      const std::int64_t how_many = each.count() + (each.count() > crowd ? forgotten : 0);
      if (how_many > crowd) {
        for (Finding& one : each.passages()) one.severity = Severity::info;
        all.confidence *= 0.7;
        all.message = jumps ? "The waveform jumps in " + count(how_many, "place") +
                                  ": bad edits, lost samples, or an instrument that does so."
                            : "There are clicks in " + count(how_many, "place") +
                                  ": crackle, a digital fault, or an instrument that ticks.";
        all.channel = {};
      }
      add_worst(found, std::move(each.passages()), std::move(all), how_many);
    }
  }

 private:
  struct Place {
    Click click;
    std::optional<int> channel;
  };

  void add_place(std::vector<Place>& places, const Click& click, int channel) const {
    const double most = same_place_s * format_.sample_rate_hz;
    for (Place& place : places)
      if (place.channel != channel &&
          static_cast<double>(std::abs(place.click.first_frame - click.first_frame)) <= most) {
        if (click.frames > 0 && (place.click.frames == 0 || click.over_db > place.click.over_db))
          place.click = click;
        place.channel = {};
        return;
      }
    places.push_back({click, channel});
  }

  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / format_.sample_rate_hz;
  }
  std::string who(const Place& place) const {
    return place.channel ? channel_name(*place.channel, format_.channel_count) : "The music";
  }

  Finding click(const Place& place) const {
    const Click& click = place.click;
    const bool plain = seconds(click.frames) <= short_s || click.level_db >= plain_db;
    return {.kind = "click",
            .severity = plain ? Severity::warn : Severity::info,
            .start_s = seconds(click.first_frame),
            .end_s = seconds(click.first_frame + click.frames),
            .channel = place.channel,
            .value = click.over_db,
            .unit = "dB",
            .confidence = plain ? std::clamp(0.5 + (click.over_db - 18.0) / 40.0, 0.5, 0.95) : 0.5,
            .message = who(place) + (plain ? " has a click of " : " has a tick or click of ") +
                       count(click.frames, "sample") + " that reaches " +
                       number(click.peak_dbfs, 1) + " dBFS, " + number(click.level_db, 0) +
                       " dB over the music around it" +
                       (plain ? "." : "; so long and soft, it may be the attack of a sound."),
            .remedy =
                "Listen; if it is not meant, interpolate these samples from the sound on "
                "both sides, or ask for a new export."};
  }

  Finding discontinuity(const Place& place) const {
    const Click& click = place.click;
    return {.kind = "discontinuity",
            .severity = Severity::warn,
            .start_s = seconds(click.first_frame),
            .end_s = seconds(click.first_frame),
            .channel = place.channel,
            .value = click.over_db,
            .unit = "dB",
            .confidence = std::clamp(0.4 + (click.over_db - 18.0) / 50.0, 0.4, 0.9),
            .message = who(place) + " jumps: what follows does not continue what was before, by " +
                       number(click.peak_dbfs, 1) +
                       " dBFS. Samples are missing here, or an edit has no crossfade.",
            .remedy = "Listen; if it clicks, crossfade the edit, or ask for a new export."};
  }

  StreamFormat format_;
  std::vector<ClickMeter> meters_;
};

}  // namespace

DetectorPointer clicks_detector(StreamFormat format) {
  return std::make_unique<ClicksDetector>(format);
}

}  // namespace lacquer::measure
