#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr double worth_telling_s = 0.5;
constexpr double head_too_long_s = 3.0;
constexpr double tail_too_long_s = 10.0;

/// Silence before the music begins and after it has ended, as the level meter saw it.
class SilentEndsDetector final : public Detector {
 public:
  explicit SilentEndsDetector(StreamFormat format) : format_{format} {}

  bool hears_steps() const override { return false; }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const double duration_s =
        static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz;
    const double head_s = heard.numbers.head_silence_s, tail_s = heard.numbers.tail_silence_s;
    if (head_s >= duration_s) {
      found.push_back(finding("silence_head", 0.0, head_s, 0.0,
                              "The whole file is silent (below -70 dBFS).",
                              "Check that the right file was sent."));
      return;
    }
    if (head_s >= worth_telling_s)
      found.push_back(
          finding("silence_head", 0.0, head_s, head_too_long_s,
                  "The music begins after " + number(head_s, 2) + " s of silence (below -70 dBFS).",
                  "Trim it unless it is meant."));
    if (tail_s >= worth_telling_s)
      found.push_back(finding("silence_tail", duration_s - tail_s, duration_s, tail_too_long_s,
                              "The file goes on for " + number(tail_s, 2) +
                                  " s after the music has ended (below -70 dBFS).",
                              "Trim it unless it is meant."));
  }

 private:
  static Finding finding(const char* kind, double start_s, double end_s, double too_long_s,
                         std::string message, std::string remedy) {
    const double length_s = end_s - start_s;
    return {.kind = kind,
            .severity = length_s > too_long_s ? Severity::warn : Severity::info,
            .start_s = start_s,
            .end_s = end_s,
            .channel = {},
            .value = length_s,
            .unit = "s",
            .confidence = 1.0,
            .message = std::move(message),
            .remedy = std::move(remedy)};
  }

  StreamFormat format_;
};

}  // namespace

DetectorPointer silent_ends_detector(StreamFormat format) {
  return std::make_unique<SilentEndsDetector>(format);
}

}  // namespace lacquer::measure
