#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

// Section 13 of the project's notes on methods: more than -40 dBFS in the first or last 5 ms is a
// cut, more than -60 dBFS where a fade ends is one too.
constexpr double cut_dbfs = -40.0;
constexpr double fade_end_dbfs = -60.0;
constexpr double look_s = 0.005;
const double silence = gain_from_db(-80.0);  // below it, the music has not begun or has ended
constexpr double attack_s = 0.02;
// An attack begins small; a first sample above this share of the attack's peak is mid-wave.
constexpr double mid_wave_share = 0.1;
// The way the end goes: six values of half a second.
constexpr int steps_a_value = 50;
constexpr std::size_t way_values = 6;
constexpr double fade_db = 9.0;         // from the first to the last of them, at least
constexpr double fade_explains = 0.85;  // of their variance

/// Music that does not begin or end but is cut: at the ends of the file or at digital silence.
class CutEndsDetector final : public Detector {
 public:
  explicit CutEndsDetector(StreamFormat format)
      : format_{format},
        recent_(static_cast<std::size_t>(format.channel_count)),
        last_(recent_.size(), std::vector<double>(2 * static_cast<std::size_t>(frames_of(look_s)))),
        begin_squares_(recent_.size()) {}

  void hear(const Step& step) override {
    const auto& [block, first_frame, statistics] = step;
    double size = 0.0, squares = 0.0;
    for (int c = 0; c < block.channel_count(); ++c) {
      recent_[static_cast<std::size_t>(c)].move_to(block.channel(c), block.frame_count());
      size = std::max(size, statistics[c].range.size());
      squares += statistics[c].squares;
    }
    if (size <= silence) {
      if (end_frame_ == first_frame) keep_last();
      return;
    }
    if (begin_frame_ < 0 || first_frame < begin_frame_ + frames_of(attack_s))
      hear_begin(block, first_frame);
    hear_way(squares);
    end_frame_ = first_frame + block.frame_count();
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    if (begin_frame_ < 0) return;
    if (end_frame_ == recent_.front().end()) keep_last();
    finish_begin(found);
    finish_end(heard.numbers.frame_count, found);
  }

 private:
  int frames_of(double s) const {
    return static_cast<int>(std::lround(s * format_.sample_rate_hz));
  }
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / format_.sample_rate_hz;
  }

  void hear_begin(AudioBlock block, std::int64_t first_frame) {
    for (int f = 0; f < block.frame_count(); ++f) {
      double size = 0.0;
      for (int c = 0; c < block.channel_count(); ++c)
        size = std::max(size, std::abs(block.channel(c)[f]));
      if (begin_frame_ < 0 && size > silence) {
        begin_frame_ = first_frame + f;
        first_size_ = size;
      }
      if (begin_frame_ < 0) continue;
      const std::int64_t after = first_frame + f - begin_frame_;
      if (after < frames_of(attack_s)) attack_peak_ = std::max(attack_peak_, size);
      if (after >= frames_of(look_s)) continue;
      for (int c = 0; c < block.channel_count(); ++c)
        begin_squares_[static_cast<std::size_t>(c)] += block.channel(c)[f] * block.channel(c)[f];
    }
  }

  /// What is in front of end_frame_, while it is still known.
  void keep_last() {
    for (std::size_t c = 0; c < last_.size(); ++c)
      std::copy_n(recent_[c].at(end_frame_) - last_[c].size(), last_[c].size(), last_[c].begin());
  }

  void hear_way(double squares) {
    way_squares_ += squares;
    if (++way_steps_ < steps_a_value) return;
    way_.push_back(way_squares_);
    if (way_.size() > way_values) way_.erase(way_.begin());
    way_squares_ = 0.0;
    way_steps_ = 0;
  }

  /// A straight line in dB through the way the end goes falls far enough and explains it: music
  /// is louder on one beat than on the next, in a fade too.
  bool fades() const {
    if (way_.size() < way_values) return false;
    constexpr double middle = 0.5 * (static_cast<double>(way_values) - 1.0);
    double places = 0.0, levels = 0.0, both = 0.0, mean_db = 0.0;
    for (const double squares : way_) mean_db += db_from_power(squares) / way_values;
    for (std::size_t n = 0; n < way_values; ++n) {
      const double place = static_cast<double>(n) - middle;
      const double level_db = db_from_power(way_[n]) - mean_db;
      places += place * place;
      levels += level_db * level_db;
      both += place * level_db;
    }
    return -both / places * 2.0 * middle >= fade_db &&
           both * both >= fade_explains * places * levels;
  }

  void finish_begin(std::vector<Finding>& found) const {
    const double squares = *std::max_element(begin_squares_.begin(), begin_squares_.end());
    const double dbfs = db_from_power(squares / frames_of(look_s));
    const bool mid_wave =
        first_size_ > mid_wave_share * attack_peak_ && db_from_gain(attack_peak_) > cut_dbfs;
    if (dbfs <= cut_dbfs || !mid_wave) return;
    found.push_back(
        {.kind = "cut_start",
         .severity = Severity::warn,
         .start_s = seconds(begin_frame_),
         .end_s = seconds(begin_frame_ + frames_of(look_s)),
         .channel = {},
         .value = dbfs,
         .unit = "dBFS",
         .confidence = 0.8,
         .message = "The music begins in the middle of a wave: its first 5 ms stand at " +
                    number(dbfs, 1) + " dBFS, so that the start clicks.",
         .remedy = "Ask for a mix with its start, or fade in over a few milliseconds."});
  }

  void finish_end(std::int64_t frame_count, std::vector<Finding>& found) {
    const int look = frames_of(look_s);
    std::size_t end = last_.front().size();  // one past the last frame above silence
    const auto is_loud = [&](std::size_t place) {
      return std::any_of(last_.begin(), last_.end(), [&](const std::vector<double>& last) {
        return std::abs(last[place]) > silence;
      });
    };
    while (end > static_cast<std::size_t>(look) && !is_loud(end - 1)) --end;
    double squares = 0.0;
    for (const std::vector<double>& last : last_)
      squares = std::max(squares, sum_of_squares(last.data() + end - look, look));
    const double dbfs = db_from_power(squares / look);
    const std::int64_t last_frame =
        end_frame_ - static_cast<std::int64_t>(last_.front().size() - end);
    const bool at_end = last_frame + look >= frame_count;
    const bool fade = fades();
    if (dbfs <= (fade ? fade_end_dbfs : cut_dbfs)) return;
    const std::string where = at_end ? " where the file ends" : " and silence follows";
    found.push_back(
        {.kind = fade ? "truncated_fade" : "cut_end",
         .severity = Severity::warn,
         .start_s = seconds(std::max<std::int64_t>(last_frame - look, 0)),
         .end_s = seconds(last_frame),
         .channel = {},
         .value = dbfs,
         .unit = "dBFS",
         .confidence = fade ? 0.7 : 0.8,
         .message = fade ? "The music fades, but it still stands at " + number(dbfs, 1) + " dBFS" +
                               where + ": the rest of the decay is missing."
                         : "The music stops at " + number(dbfs, 1) + " dBFS" + where +
                               ": it is cut, not ended.",
         .remedy = fade ? "Ask for a mix with its whole end, or fade out what is there to silence."
                        : "Ask for a mix with its end, or fade out over a few milliseconds."});
  }

  StreamFormat format_;
  std::int64_t begin_frame_ = -1;
  double first_size_ = 0.0, attack_peak_ = 0.0;
  std::int64_t end_frame_ = 0;             // of the last step above silence
  std::vector<LookBack> recent_;           // by channel
  std::vector<std::vector<double>> last_;  // by channel: in front of end_frame_, 10 ms
  std::vector<double> begin_squares_;      // by channel
  std::vector<double> way_;                // all channels, of steps above silence
  double way_squares_ = 0.0;
  int way_steps_ = 0;
};

}  // namespace

DetectorPointer cut_ends_detector(StreamFormat format) {
  return std::make_unique<CutEndsDetector>(format);
}

}  // namespace lacquer::measure
