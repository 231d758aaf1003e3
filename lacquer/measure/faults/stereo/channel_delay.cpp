#include <cmath>
#include <string>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/stereo/alignment.h"

namespace lacquer::measure {
namespace {

constexpr double least_delay_s = 0.00019;  // section 13 of the methods: 0.2 ms
constexpr int least_windows = 4;
// Spaced microphones and echoes give low peaks, several of them, and another one for each source:
// in an hour and a half of music no peak off the centre was named by a quarter of the windows.
constexpr double least_height = 0.12;
constexpr double least_agreement = 0.35;
constexpr double most_at_zero = 0.6;  // re the height
constexpr double most_rival = 0.7;

/// One channel late against the other by the same time throughout.
class ChannelDelayDetector final : public Detector {
 public:
  explicit ChannelDelayDetector(StreamFormat format)
      : format_{format}, alignment_{format.sample_rate_hz} {}

  void add(AudioBlock block, std::int64_t) override { alignment_.add(block); }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const DelayEstimate delay = alignment_.estimate();
    const double height = std::abs(delay.height);
    if (delay.window_count < least_windows || std::abs(delay.delay_s) < least_delay_s ||
        height < least_height || delay.agreement < least_agreement ||
        delay.at_zero > most_at_zero * height || delay.rival > most_rival * height)
      return;
    const int late = delay.delay_s > 0.0 ? 1 : 0;
    const double late_ms = 1e3 * std::abs(delay.delay_s);
    found.push_back(
        {.kind = "channel_delay",
         .severity = Severity::warn,
         .start_s = 0.0,
         .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
         .channel = late,
         .value = late_ms,
         .unit = "ms",
         .confidence = delay.agreement > 0.6 && delay.rival < 0.5 * height ? 0.95 : 0.8,
         .message = channel_name(late, 2) + " is late by " + number(late_ms, 3) + " ms (" +
                    number(late_ms * 1e-3 * format_.sample_rate_hz, 1) + " samples) throughout" +
                    (delay.height < 0.0 ? ", and inverted" : "") +
                    ": the image leans away from it and a mono sum has its first notch at " +
                    number(0.5e3 / late_ms, 0) + " Hz.",
         .remedy = "Move the late channel forward by that much."});
  }

 private:
  StreamFormat format_;
  Alignment alignment_;
};

}  // namespace

DetectorPointer channel_delay_detector(StreamFormat format) {
  if (format.channel_count != 2) return nullptr;
  return std::make_unique<ChannelDelayDetector>(format);
}

}  // namespace lacquer::measure
