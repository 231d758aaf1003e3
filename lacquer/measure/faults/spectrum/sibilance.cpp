#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// Where a voice is, where its sibilants are, and what is left above them.
constexpr double voice_from_hz = 1000.0, voice_to_hz = 4000.0;
constexpr double sibilant_from_hz = 5000.0, sibilant_to_hz = 10000.0;
constexpr double air_from_hz = 11000.0, air_to_hz = 15500.0;
constexpr double least_rate_hz = 2.1 * air_to_hz;

// A sibilant has more power in its range than the voice has, or nearly, and far more than the air
// above: a cymbal goes on upwards. Measured on 1.5 hours of
// finished masters, where these two hold together in under 4 % of the frames of nearly all.
constexpr double over_voice_db = 0.0;
constexpr double over_air_db = 10.0;
constexpr double voice_present_db = 25.0;  // at most under the sibilants
constexpr double near_loudest_db = 14.0;   // under the mean so far: softer ones do not hurt

constexpr double least_s = 3.0;
constexpr double worth_telling_share = 0.04;  // of the frames that count
constexpr double too_often_share = 0.08;
constexpr double one_passage_s = 1.0;
constexpr int fewest_frames = 3;  // in a passage

constexpr std::int64_t crowd = 20;  // as many as are listed one by one

/// Places where 5 to 10 kHz sticks out of a voice or what sounds like one.
class SibilanceDetector final : public Detector {
 public:
  explicit SibilanceDetector(StreamFormat format) : format_{format} {}

  bool hears_steps() const override { return false; }

  void add_short(const SpectrumFrame& look) override {
    hop_s_ = 0.5 * look.size / format_.sample_rate_hz;
    const double voice = power(look, voice_from_hz, voice_to_hz);
    const double sibilant = power(look, sibilant_from_hz, sibilant_to_hz);
    const double both = voice + sibilant;
    if (both < 1e-9 ||
        both * power_from_db(near_loudest_db) * static_cast<double>(frames_ + 1) < sum_)
      return;
    sum_ += both;
    ++frames_;
    if (sibilant < voice * power_from_db(over_voice_db) ||
        voice < sibilant * power_from_db(-voice_present_db) ||
        sibilant < power(look, air_from_hz, air_to_hz) * power_from_db(over_air_db))
      return;
    ++sibilant_frames_;
    const double at_s =
        (static_cast<double>(look.first_frame) + 0.25 * look.size) / format_.sample_rate_hz;
    if (open_.frames > 0 && at_s - open_.end_s > one_passage_s) close();
    if (open_.frames == 0) open_.start_s = at_s;
    open_.end_s = at_s + hop_s_;
    open_.excess_sum_db += db_from_power(sibilant / (voice + 1e-20));
    ++open_.frames;
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    close();
    const double share =
        static_cast<double>(sibilant_frames_) / std::max(1.0, static_cast<double>(frames_));
    if (static_cast<double>(frames_) * hop_s_ < least_s || share < worth_telling_share ||
        passages_.count() == 0)
      return;
    std::vector<Finding> each;
    for (const Passage& passage : passages_.passages()) each.push_back(finding(passage, share));
    // So many are the sound of the piece: one warning says so, and the places are for whoever asks.
    if (passages_.count() > crowd)
      for (Finding& one : each) one.severity = Severity::info;
    if (share > too_often_share)
      add_worst(found, std::move(each), finding(all_, share), passages_.count());
    else
      found.push_back(finding(all_, share));
  }

 private:
  struct Passage {
    double start_s = 0.0, end_s = 0.0, excess_sum_db = 0.0;
    std::int64_t frames = 0;
  };

  void close() {
    if (open_.frames >= fewest_frames) {
      if (passages_.count() == 0) all_.start_s = open_.start_s;
      all_.end_s = open_.end_s;
      all_.excess_sum_db += open_.excess_sum_db;
      all_.frames += open_.frames;
      passages_.add(open_);
    }
    open_ = {};
  }

  double power(const SpectrumFrame& look, double from_hz, double to_hz) const {
    double all = 0.0;
    const int from = static_cast<int>(std::ceil(from_hz / look.bin_hz));
    const int to = std::min(look.bins - 1, static_cast<int>(to_hz / look.bin_hz));
    for (int c = 0; c < format_.channel_count; ++c)
      all += sum(look.power[c] + from, std::max(0, to + 1 - from));
    return all / format_.channel_count;
  }

  static Finding finding(const Passage& passage, double share) {
    const double db = passage.excess_sum_db / static_cast<double>(passage.frames);
    return {.kind = "sibilance",
            .severity = share > too_often_share ? Severity::warn : Severity::info,
            .start_s = passage.start_s,
            .end_s = passage.end_s,
            .channel = {},
            .value = db,
            .unit = "dB",
            // A brushed cymbal can look the same.
            .confidence = std::clamp(0.4 + 2.0 * share, 0.4, 0.7),
            .message = "5 to 10 kHz stands " + number(db, 1) +
                       " dB above 1 to 4 kHz and far above what is over it: esses or a top that "
                       "bites. In the whole programme it does so " +
                       number(100.0 * share, 0) + " % of the time.",
            .remedy =
                "Listen on small speakers; a de-esser on the voice or a dynamic cut around 7 "
                "kHz of at most 4 dB."};
  }

  StreamFormat format_;
  double hop_s_ = 0.0;
  double sum_ = 0.0;
  std::int64_t frames_ = 0, sibilant_frames_ = 0;
  Passage open_, all_;
  Worst<Passage> passages_{[](const Passage& passage) {
    return std::abs(passage.excess_sum_db) / static_cast<double>(passage.frames);
  }};
};

}  // namespace

DetectorPointer sibilance_detector(StreamFormat format) {
  if (format.sample_rate_hz < least_rate_hz) return nullptr;
  return std::make_unique<SibilanceDetector>(format);
}

}  // namespace lacquer::measure
