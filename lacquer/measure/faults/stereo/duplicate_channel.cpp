#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/stereo/coherence.h"
#include "lacquer/measure/faults/stereo/stereo_sums.h"

namespace lacquer::measure {
namespace {

constexpr int steps_of_part = 100;  // a second, in steps of 10 ms
// A part this quiet says nothing: dither of two channels is unrelated.
constexpr double quiet_dbfs = -60.0;
// So many parts may be stereo, for a click or a jingle, before the programme is.
constexpr int stereo_parts_allowed = 2;
constexpr int mono_parts_each = 20;  // at the least, for each of them: two seconds prove nothing

// Two dithers of 16 bits differ by -93 dBFS RMS.
constexpr double same_difference_dbfs = -88.0;
constexpr double same_difference_db = -50.0;  // re the programme
constexpr double same_gain_db = 0.005;
constexpr double beyond_mono_db = 30.0;  // one channel is missing rather
// rho > 0.9995: what one channel has of its own lies 30 dB below.
constexpr double mono_rest = 1.0 - 0.9995 * 0.9995;

// One channel follows from the other by filters, though they differ to the ear. A true stereo
// sound as coherent as this is narrow, so its channels are alike as well.
constexpr double derived_coherence = 0.97;
constexpr double derived_correlation = 0.97;
constexpr int derived_windows = 16;

/// Two channels that carry one.
class DuplicateChannelDetector final : public Detector {
 public:
  explicit DuplicateChannelDetector(StreamFormat format)
      : format_{format}, coherence_{format.sample_rate_hz} {}

  void add(AudioBlock block, std::int64_t) override {
    if (!is_mono_ && !is_derived_) return;
    part_ += stereo_sums(block);
    part_frames_ += block.frame_count();
    if (++part_steps_ == steps_of_part) end_part();
    if (is_derived_) is_derived_ = coherence_.add(block) >= derived_coherence;
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    if (part_steps_ > 0) end_part();
    if (active_parts_ == 0 || all_.left == 0.0 || all_.right == 0.0) return;
    Finding finding{
        .kind = "false_stereo",
        .severity = Severity::warn,
        .start_s = 0.0,
        .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
        .channel = {},
        .value = 0.0,
        .unit = "correlation",
        .confidence = 0.0,
        .message = {}};
    if (is_mono_ && stereo_parts_ * mono_parts_each <= active_parts_ &&
        std::abs(db_from_power(all_.right / all_.left)) < beyond_mono_db)
      say_mono(finding);
    else if (is_derived_ && coherence_.window_count() >= derived_windows &&
             correlation() < derived_correlation)
      say_derived(finding);
    else
      return;
    found.push_back(std::move(finding));
  }

 private:
  double correlation() const { return all_.product / std::sqrt(all_.left * all_.right); }

  void end_part() {
    const double frames = part_frames_;
    const double louder = std::max(part_.left, part_.right);
    if (louder > frames * power_from_db(quiet_dbfs)) {
      ++active_parts_;
      const double rest =
          1.0 - part_.product * part_.product / std::max(part_.left * part_.right, 1e-300);
      if (!(rest < mono_rest) || part_.product < 0.0) ++stereo_parts_;
    }
    if (part_.difference > frames * power_from_db(same_difference_dbfs)) is_same_ = false;
    if (stereo_parts_ > stereo_parts_allowed) is_mono_ = is_same_ = false;
    all_ += part_;
    part_ = {};
    part_frames_ = part_steps_ = 0;
  }

  void say_mono(Finding& finding) const {
    const double gain_db = db_from_power(all_.right / all_.left);
    finding.value = correlation();
    const bool is_close =
        all_.difference <= (all_.left + all_.right) * power_from_db(same_difference_db);
    if (is_same_ && is_close && std::abs(gain_db) < same_gain_db) {
      finding.kind = "duplicate_channel";
      const bool exact = all_.difference == 0.0;
      finding.confidence = exact ? 1.0 : 0.97;
      finding.message =
          exact ? "Both channels hold the same samples: this is mono in a stereo file."
                : "Both channels hold the same sound down to " +
                      number(db_from_power(all_.difference / (all_.left + all_.right)), 0) +
                      " dB: this is mono in a stereo file.";
      finding.remedy =
          "If the programme is meant to be mono, deliver it as such; else ask for the stereo mix.";
      return;
    }
    // Noise of a tape or a converter is what the channels of a mono recording do not share.
    finding.confidence = stereo_parts_ == 0 ? 0.95 : 0.8;
    finding.message = "The channels carry one sound (correlation " + number(correlation(), 5) +
                      "), the right one " + number(std::abs(gain_db), 2) + " dB " +
                      (gain_db < 0.0 ? "below" : "above") + " the left: this is mono, not stereo.";
    finding.remedy = "Ask for the stereo mix; if there is none, keep the better channel in both.";
  }

  void say_derived(Finding& finding) const {
    finding.value = coherence_.value();
    finding.unit = "coherence";
    finding.confidence = 0.8;
    finding.message = "Either channel follows from the other by a filter or a delay (coherence " +
                      number(coherence_.value(), 3) + ", correlation " + number(correlation(), 2) +
                      "): mono that was widened, and it will comb when summed to mono.";
    finding.remedy = "Ask for the stereo mix, or for the mono it was made from.";
  }

  StreamFormat format_;
  Coherence coherence_;
  StereoSums all_, part_;
  int part_frames_ = 0;
  int part_steps_ = 0;
  int active_parts_ = 0;
  int stereo_parts_ = 0;
  bool is_mono_ = true;  // each of these until the programme shows otherwise
  bool is_same_ = true;
  bool is_derived_ = true;
};

}  // namespace

DetectorPointer duplicate_channel_detector(StreamFormat format) {
  if (format.channel_count != 2) return nullptr;
  return std::make_unique<DuplicateChannelDetector>(format);
}

}  // namespace lacquer::measure
