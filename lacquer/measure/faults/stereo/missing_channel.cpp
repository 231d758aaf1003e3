#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"

namespace lacquer::measure {
namespace {

constexpr double plays_dbfs = -50.0;  // a channel this loud must have company ...
constexpr double missing_db = -40.0;  // ... no further below it than this
constexpr double noise_dbfs = -70.0;  // nor is what converters and cables leave company
constexpr double whole_share = 0.99;  // of the time in which there is sound

// A channel that falls out, told from one that rests: it had company of a like level, is gone at
// once, and the other plays on as if nothing were.
constexpr double company_db = -20.0;
constexpr double plays_on_db = -9.0;
constexpr int least_steps = 50;  // of 10 ms: shorter ones are dropouts, which others look for
constexpr int edge_steps = 6;    // an edit fades for 20 to 40 ms at most
constexpr int before_steps = 20;

/// One channel silent, or nearly, while the other plays: all the time or for a while.
class MissingChannelDetector final : public Detector {
 public:
  explicit MissingChannelDetector(StreamFormat format) : format_{format} {}

  void hear(const measure::Step& step) override {
    const double frames = step.block.frame_count();
    add_step({step.first_frame, step.statistics[0].squares / frames,
              step.statistics[1].squares / frames});
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    end_run(heard.numbers.frame_count, false);
    for (int c = 0; c < 2; ++c) {
      const auto missing = static_cast<double>(missing_steps_[static_cast<std::size_t>(c)]);
      if (active_steps_ < least_steps || missing < whole_share * static_cast<double>(active_steps_))
        continue;
      found.push_back(whole(c, heard.numbers.frame_count));
      return;
    }
    std::vector<Finding> each;
    for (const Run& run : runs_.passages()) each.push_back(passage(run));
    if (each.empty()) return;
    Finding all = each.front();
    all.start_s = seconds(first_run_frame_);
    all.end_s = each.back().end_s;
    all.channel = {};
    all.message = "A channel falls out again and again.";
    add_worst(found, std::move(each), std::move(all), runs_.count());
  }

 private:
  struct Step {
    std::int64_t first_frame = 0;
    double left = 0.0, right = 0.0;  // mean squares
    double of(int channel) const { return channel == 0 ? left : right; }
  };
  struct Run {
    std::int64_t first_frame, end_frame;
    int channel;
    double depth_db;  // positive: how far below the other
    bool comes_back;
  };

  void add_step(const Step& step) {
    const int quieter = step.left < step.right ? 0 : 1;
    const bool plays = step.of(1 - quieter) > power_from_db(plays_dbfs);
    const bool missing =
        plays && step.of(quieter) < step.of(1 - quieter) * power_from_db(missing_db);
    if (plays) ++active_steps_;
    if (missing || (plays && step.of(quieter) < power_from_db(noise_dbfs)))
      ++missing_steps_[static_cast<std::size_t>(quieter)];

    // Once it is gone, a rest of the other does not bring it back.
    const bool still_missing =
        run_steps_ > 0 && step.of(channel_) < playing_sum_ / run_steps_ * power_from_db(missing_db);
    if (run_steps_ > 0 && !still_missing) end_run(step.first_frame, plays && !missing);
    if (missing && run_steps_ == 0) begin_run(step, quieter);
    if (run_steps_ > 0 || missing) {
      ++run_steps_;
      missing_sum_ += step.of(channel_);
      playing_sum_ += step.of(1 - channel_);
    }
    past_[static_cast<std::size_t>(step_count_ % before_steps)] = step;
    ++step_count_;
  }

  void begin_run(const Step& step, int quieter) {
    channel_ = quieter;
    first_frame_ = step.first_frame;
    missing_sum_ = playing_sum_ = 0.0;
    falls_out_ = false;
    if (step_count_ < before_steps) return;
    // Just before the edge and further back. The step at the edge is left out: it may be half of
    // each.
    Step recent, past;
    for (int back = 2; back <= before_steps; ++back) {
      Step& sum = back <= edge_steps ? recent : past;
      sum.left += before(back).left;
      sum.right += before(back).right;
    }
    falls_out_ = true;
    for (const Step& sum : {recent, past})
      falls_out_ = falls_out_ && sum.of(quieter) > sum.of(1 - quieter) * power_from_db(company_db);
    played_ = past.of(1 - quieter) / (before_steps - edge_steps);
  }

  void end_run(std::int64_t end_frame, bool comes_back) {
    if (run_steps_ >= least_steps && falls_out_ &&
        playing_sum_ > run_steps_ * played_ * power_from_db(plays_on_db)) {
      if (runs_.count() == 0) first_run_frame_ = first_frame_;
      runs_.add({first_frame_, end_frame, channel_,
                 db_from_power(playing_sum_ / std::max(missing_sum_, 1e-12 * playing_sum_)),
                 comes_back});
    }
    run_steps_ = 0;
  }

  const Step& before(int back) const {
    return past_[static_cast<std::size_t>((step_count_ - back) % before_steps)];
  }

  double seconds(std::int64_t frame) const {
    return static_cast<double>(frame) / format_.sample_rate_hz;
  }

  Finding whole(int channel, std::int64_t frame_count) const {
    return {
        .kind = "missing_channel",
        .severity = Severity::fail,
        .start_s = 0.0,
        .end_s = seconds(frame_count),
        .channel = channel,
        .value = 100.0,
        .unit = "%",
        .confidence = 0.98,
        .message =
            channel_name(channel, 2) +
            " is missing: it is silent, 40 dB down or nothing but noise, wherever the other plays.",
        .remedy =
            "Look for a broken cable, a muted bus or a wrong export; ask for the mix "
            "again."};
  }

  Finding passage(const Run& run) const {
    const double length_s = seconds(run.end_frame - run.first_frame);
    return {.kind = "missing_channel",
            .severity = Severity::warn,
            .start_s = seconds(run.first_frame),
            .end_s = seconds(run.end_frame),
            .channel = run.channel,
            .value = length_s,
            .unit = "s",
            .confidence = run.comes_back ? 0.85 : 0.7,
            .message = channel_name(run.channel, 2) + " falls out at once for " +
                       number(length_s, 2) + " s, " + number(run.depth_db, 0) +
                       " dB below the other, which plays on.",
            .remedy =
                "Listen whether the arrangement wants it; if not, ask for this place again "
                "or fill it from the other channel."};
  }

  StreamFormat format_;
  std::int64_t step_count_ = 0, active_steps_ = 0;
  std::array<std::int64_t, 2> missing_steps_{};
  std::array<Step, before_steps> past_{};  // a ring
  Worst<Run> runs_{
      [](const Run& run) { return static_cast<double>(run.end_frame - run.first_frame); }};
  std::int64_t first_run_frame_ = 0;
  int run_steps_ = 0;  // of the run going on; 0 if there is none
  int channel_ = 0;
  bool falls_out_ = false;
  std::int64_t first_frame_ = 0;
  double missing_sum_ = 0.0, playing_sum_ = 0.0;
  double played_ = 0.0;  // mean square of the other channel before the run
};

}  // namespace

DetectorPointer missing_channel_detector(StreamFormat format) {
  if (format.channel_count != 2) return nullptr;
  return std::make_unique<MissingChannelDetector>(format);
}

}  // namespace lacquer::measure
