#include "lacquer/measure/faults/findings.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr std::size_t most_passages = 20;
constexpr double dc_limit_dbfs = -60.0;
constexpr double head_worth_telling_s = 0.5, head_too_long_s = 3.0;
constexpr double tail_worth_telling_s = 0.5, tail_too_long_s = 10.0;
constexpr int clipped_beyond_use = 100;  // runs
constexpr int over_gap_s = 5;            // overs closer than this are one passage

std::string number(double value, int decimals) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", decimals, value);
  return text;
}

std::string count(std::int64_t n, const std::string& thing) {
  return std::to_string(n) + " " + thing + (n == 1 ? "" : "s");
}

class Findings {
 public:
  explicit Findings(const Evidence& evidence) : evidence_{evidence} {
    duration_s_ = seconds(evidence.frame_count);
  }

  std::vector<Finding> all() {
    if (evidence_.frame_count == 0) return {};
    for (std::size_t c = 0; c < evidence_.channels.size(); ++c) {
      invalid_samples(c);
      dc(c);
      clipping(c);
      true_peak_over(c);
    }
    silence();
    std::stable_sort(found_.begin(), found_.end(),
                     [](const Finding& a, const Finding& b) { return a.start_s < b.start_s; });
    return std::move(found_);
  }

 private:
  double seconds(std::int64_t frames) const {
    return static_cast<double>(frames) / evidence_.format.sample_rate_hz;
  }
  std::string name(std::size_t channel) const {
    if (evidence_.channels.size() == 1) return "The signal";
    return channel == 0 ? "The left channel" : "The right channel";
  }

  void invalid_samples(std::size_t c) {
    const auto& channel = evidence_.channels[c];
    if (channel.invalid_count == 0) return;
    found_.push_back({.kind = "invalid_samples",
                      .severity = Severity::fail,
                      .start_s = seconds(channel.first_invalid_frame),
                      .end_s = seconds(channel.last_invalid_frame + 1),
                      .channel = static_cast<int>(c),
                      .value = static_cast<double>(channel.invalid_count),
                      .unit = "samples",
                      .confidence = 1.0,
                      .message = name(c) + " holds " + count(channel.invalid_count, "sample") +
                                 " that are no numbers (NaN or infinite); they were measured as "
                                 "silence. A plug-in in the mix has failed: export it again."});
  }

  void dc(std::size_t c) {
    const double mean = evidence_.channels[c].mean;
    if (std::abs(mean) <= gain_from_db(dc_limit_dbfs)) return;
    const double dbfs = db_from_gain(mean);
    found_.push_back(
        {.kind = "dc",
         .severity = Severity::warn,
         .start_s = 0.0,
         .end_s = duration_s_,
         .channel = static_cast<int>(c),
         .value = dbfs,
         .unit = "dBFS",
         // A short piece of a low tone has a mean too.
         .confidence = std::clamp(duration_s_ / 2.0, 0.1, 0.95),
         .message = name(c) + " stands off zero by " + number(dbfs, 1) +
                    " dBFS on average, which costs headroom and clicks at cuts. A high-pass at "
                    "5 Hz takes it away."});
  }

  void clipping(std::size_t c) {
    auto passages = evidence_.channels[c].clipped;
    if (passages.empty()) return;
    int runs = 0, longest = 0;
    for (const auto& passage : passages) {
      runs += passage.run_count;
      longest = std::max(longest, passage.longest_frames);
    }
    const auto severity = runs >= clipped_beyond_use ? Severity::fail : Severity::warn;
    const double level_dbfs = db_from_gain(passages.front().level);
    const bool at_full_scale = passages.front().level > 0.999;
    const double confidence = runs < 3 && longest < 5 ? 0.6 : at_full_scale ? 0.98 : 0.85;
    const auto finding = [&](std::int64_t first, std::int64_t last, int run_count, int frames) {
      return Finding{
          .kind = "clipping",
          .severity = severity,
          .start_s = seconds(first),
          .end_s = seconds(last + 1),
          .channel = static_cast<int>(c),
          .value = static_cast<double>(run_count),
          .unit = "runs",
          .confidence = confidence,
          .message = name(c) + " is cut off at " + number(level_dbfs, 2) + " dBFS in " +
                     count(run_count, "place") + ", for " + count(frames, "sample") +
                     " at most. Ask for the mix with more headroom and no clipper on its sum; if "
                     "there is none, repair these places before anything else."};
    };
    const bool too_many = passages.size() > most_passages;
    if (too_many) {
      const auto first = passages.front().first_frame, last = passages.back().last_frame;
      std::stable_sort(passages.begin(), passages.end(),
                       [](const auto& a, const auto& b) { return a.run_count > b.run_count; });
      auto summary = finding(first, last, runs, longest);
      summary.message += " The " + std::to_string(most_passages) + " worst of " +
                         count(static_cast<std::int64_t>(passages.size()), "passage") +
                         " are listed.";
      found_.push_back(std::move(summary));
      passages.resize(most_passages);
    }
    for (const auto& passage : passages)
      found_.push_back(finding(passage.first_frame, passage.last_frame, passage.run_count,
                               passage.longest_frames));
  }

  void true_peak_over(std::size_t c) {
    const auto& peaks = evidence_.channels[c].true_peak_of_seconds;
    struct Over {
      std::size_t first, last;
      double peak;
    };
    std::vector<Over> overs;
    for (std::size_t s = 0; s < peaks.size(); ++s) {
      if (peaks[s] <= 1.0) continue;
      if (!overs.empty() && s - overs.back().last <= over_gap_s) {
        overs.back().last = s;
        overs.back().peak = std::max(overs.back().peak, peaks[s]);
      } else {
        overs.push_back({s, s, peaks[s]});
      }
    }
    if (overs.empty()) return;
    const auto finding = [&](const Over& over) {
      const double dbtp = db_from_gain(over.peak);
      return Finding{.kind = "true_peak_over",
                     .severity = Severity::warn,
                     .start_s = static_cast<double>(over.first),
                     .end_s = std::min(static_cast<double>(over.last + 1), duration_s_),
                     .channel = static_cast<int>(c),
                     .value = dbtp,
                     .unit = "dBTP",
                     .confidence = 1.0,
                     .message = name(c) + " reaches " + number(dbtp, 2) +
                                " dBTP between samples: converters and lossy codecs will clip "
                                "here. Lower the level, or limit to a true-peak ceiling."};
    };
    if (overs.size() > most_passages) {
      Over all{overs.front().first, overs.back().last, 0.0};
      for (const Over& over : overs) all.peak = std::max(all.peak, over.peak);
      found_.push_back(finding(all));
      found_.back().message += " The " + std::to_string(most_passages) + " worst of " +
                               count(static_cast<std::int64_t>(overs.size()), "passage") +
                               " are listed.";
      std::stable_sort(overs.begin(), overs.end(),
                       [](const Over& a, const Over& b) { return a.peak > b.peak; });
      overs.resize(most_passages);
    }
    for (const Over& over : overs) found_.push_back(finding(over));
  }

  void silence() {
    const auto add = [&](const char* kind, double start_s, double end_s, double too_long_s,
                         std::string message) {
      const double length_s = end_s - start_s;
      found_.push_back({.kind = kind,
                        .severity = length_s > too_long_s ? Severity::warn : Severity::info,
                        .start_s = start_s,
                        .end_s = end_s,
                        .channel = {},
                        .value = length_s,
                        .unit = "s",
                        .confidence = 1.0,
                        .message = std::move(message)});
    };
    const double head_s = evidence_.head_silence_s, tail_s = evidence_.tail_silence_s;
    if (head_s >= duration_s_) {
      add("silence_head", 0.0, head_s, 0.0,
          "The whole file is silent (below -70 dBFS). Check that the right file was sent.");
      return;
    }
    if (head_s >= head_worth_telling_s)
      add("silence_head", 0.0, head_s, head_too_long_s,
          "The music begins after " + number(head_s, 2) +
              " s of silence (below -70 dBFS). Trim it unless it is meant.");
    if (tail_s >= tail_worth_telling_s)
      add("silence_tail", duration_s_ - tail_s, duration_s_, tail_too_long_s,
          "The file goes on for " + number(tail_s, 2) +
              " s after the music has ended (below -70 dBFS). Trim it unless it is meant.");
  }

  const Evidence& evidence_;
  double duration_s_;
  std::vector<Finding> found_;
};

}  // namespace

std::vector<Finding> findings(const Evidence& evidence) { return Findings{evidence}.all(); }

}  // namespace lacquer::measure
