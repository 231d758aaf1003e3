#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/faults/stereo/alignment.h"
#include "lacquer/measure/faults/stereo/mono_incompatible.h"
#include "lacquer/measure/faults/stereo/phase_track.h"

namespace lacquer::measure {
namespace {

constexpr std::size_t least_active = 6;  // moments, a second
// Scores of music: over whole programmes 0.12 to 0.9, over ten seconds -0.23 at the least.
constexpr double inverted_score = -0.10;
constexpr double inverted_share = 0.75;  // of the moments below 0

// An inverted channel turns the bass over first of all. A widener leaves it alone and does not go
// so far: one finished piece, as wide as this all through, has -0.23 and a bass of -0.06.
constexpr double sure_inverted_score = -0.35, sure_inverted_bass = -0.3;

// A passage pays twice this for being one, in units of 2 x |score| x moments: two seconds of -0.5.
constexpr double edge_price = 6.0;
constexpr double passage_score = -0.3;
// Sure enough to fail: between two edits, or up to the programme's own begin or end, where an intro
// of antiphase pads (-0.26 in one piece) has but one edge to tell it by.
constexpr double fail_score = -0.45, fail_score_at_ends = -0.6;
constexpr std::size_t edge_moments = 4;
constexpr double edge_step = 0.4;  // an edit turns the score over at once, music moves slowly
constexpr double mirror = -0.5;    // bands of the passage against those of the rest

// With a delay between the channels the bands turn at random, but the peak of the correlation
// stays negative.
constexpr double unclear_score = 0.15;
constexpr double unclear_share = 0.6;
constexpr int least_windows = 4;
constexpr double least_height = 0.15, least_agreement = 0.4, most_rival = 0.7;

/// One channel upside down, throughout or in a passage. What does not survive a mono sum for other
/// reasons is told by find_mono_incompatible().
class PhaseDetector final : public Detector {
 public:
  explicit PhaseDetector(StreamFormat format)
      : format_{format}, alignment_{format.sample_rate_hz} {}

  void add(AudioBlock block, std::int64_t) override {
    alignment_.add(block, track_.last_score() < unclear_score);
  }
  void add_short(const SpectrumFrame& look) override { track_.add(look); }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    history_ = {track_.take_moments(), heard.numbers.frame_count, format_.sample_rate_hz};
    const std::size_t active = history_.active_count();
    if (active < least_active) return;
    inverted_.assign(history_.moments.size(), false);
    if (!find_whole(active, found)) find_passages(found);
    find_mono_incompatible(history_, inverted_, found);
  }

 private:
  struct Bands {
    std::array<double, phase_bands> correlation{};
    double score = 0.0;
    std::size_t count = 0;
  };

  template <typename Wanted>
  Bands mean_of(Wanted wanted) const {
    Bands bands;
    for (std::size_t m = 0; m < history_.moments.size(); ++m) {
      if (!history_.moments[m].active() || !wanted(m)) continue;
      ++bands.count;
      bands.score += static_cast<double>(history_.moments[m].score);
      for (std::size_t b = 0; b < bands.correlation.size(); ++b)
        bands.correlation[b] += static_cast<double>(history_.moments[m].of_band[b]);
    }
    if (bands.count == 0) return bands;
    bands.score /= static_cast<double>(bands.count);
    for (double& c : bands.correlation) c /= static_cast<double>(bands.count);
    return bands;
  }

  bool find_whole(std::size_t active, std::vector<Finding>& found) {
    std::size_t negative = 0, unclear = 0;
    for (const PhaseMoment& moment : history_.moments) {
      negative += moment.active() && moment.score < 0.0F;
      unclear += moment.active() && static_cast<double>(moment.score) < unclear_score;
    }
    const auto share = [&](std::size_t n) {
      return static_cast<double>(n) / static_cast<double>(active);
    };
    const Bands whole = mean_of([](std::size_t) { return true; });
    const double score = whole.score;
    const bool plain = score <= inverted_score && share(negative) >= inverted_share;
    const DelayEstimate delay = alignment_.estimate();
    const double height = -delay.height;  // of an inverted peak
    const bool delayed = share(unclear) >= unclear_share && delay.window_count >= least_windows &&
                         height >= least_height && delay.agreement >= least_agreement &&
                         delay.rival <= most_rival * height;
    if (!plain && !delayed) return false;
    std::fill(inverted_.begin(), inverted_.end(), true);
    const double plain_confidence = std::clamp(0.75 - 0.8 * (score - inverted_score), 0.75, 0.99);
    const bool sure =
        score <= sure_inverted_score || whole.correlation.front() <= sure_inverted_bass;
    const double confidence = delayed ? std::max(0.95, plain_confidence) : plain_confidence;
    Finding finding = polarity({0, history_.moments.size()}, score, sure ? confidence : 0.6,
                               sure ? Severity::fail : Severity::warn);
    if (!sure)
      finding.message =
          "Above the bass the channels move against each other throughout "
          "(correlation " +
          number(score, 2) +
          ", mean of the bands): one is inverted, or a widener hollows the centre.";
    found.push_back(std::move(finding));
    return true;
  }

  void find_passages(std::vector<Finding>& found) {
    Worst<Finding> each = worst_findings();
    Finding all;
    for (const MomentSpan& span : likely_spans()) {
      const auto inside = [&](std::size_t m) { return m >= span.first && m < span.end; };
      const Bands in = mean_of(inside);
      const Bands out = mean_of([&](std::size_t m) { return !inside(m); });
      if (in.score > passage_score || out.score <= 0.0) continue;
      double product = 0.0, size = 0.0;
      for (std::size_t b = 0; b < in.correlation.size(); ++b) {
        product += in.correlation[b] * out.correlation[b];
        size += std::abs(in.correlation[b] * out.correlation[b]);
      }
      if (product > mirror * size || !turns_at_once(span)) continue;
      for (std::size_t m = span.first; m < span.end; ++m) inverted_[m] = true;
      const bool at_ends = span.first == 0 || span.end == history_.moments.size();
      const bool sure = in.score <= (at_ends ? fail_score_at_ends : fail_score);
      each.add(
          polarity(span, in.score, sure ? 0.95 : 0.75, sure ? Severity::fail : Severity::warn));
      if (each.count() == 1) all = *each.newest();
    }
    if (each.count() == 0) return;
    all.end_s = each.newest()->end_s;
    all.message = "One channel is inverted again and again.";
    add_worst(found, std::move(each.passages()), std::move(all), each.count());
  }

  /// The cheapest way to call each moment upright or inverted, where each change has its price
  /// (Viterbi 1967, with two states).
  std::vector<MomentSpan> likely_spans() const {
    std::array<double, 2> cost{};
    std::vector<std::array<bool, 2>> changed(history_.moments.size());
    for (std::size_t m = 0; m < history_.moments.size(); ++m) {
      const auto score =
          history_.moments[m].active() ? static_cast<double>(history_.moments[m].score) : 0.0;
      const std::array<double, 2> before = cost;
      for (std::size_t state : {0U, 1U}) {
        changed[m][state] = before[1 - state] + edge_price < before[state];
        cost[state] = (changed[m][state] ? before[1 - state] + edge_price : before[state]) +
                      (state == 1 ? score : -score);
      }
    }
    std::vector<MomentSpan> spans;
    std::size_t state = cost[1] < cost[0] ? 1 : 0;
    std::size_t end = history_.moments.size();
    for (std::size_t m = history_.moments.size(); m-- > 0;) {
      if (!changed[m][state]) continue;
      if (state == 1) spans.push_back({m, end});
      state = 1 - state;
      end = m;
    }
    if (state == 1) spans.push_back({0, end});
    std::reverse(spans.begin(), spans.end());
    return spans;
  }

  /// True if the score turns over at every edge inside the programme; one must be inside.
  bool turns_at_once(const MomentSpan& span) const {
    const auto mean = [&](std::size_t first, std::size_t end) {
      return mean_of([=](std::size_t m) { return m >= first && m < end; });
    };
    int edges = 0;
    for (const bool at_end : {false, true}) {
      const std::size_t edge = at_end ? span.end : span.first;
      if (edge == 0 || edge == history_.moments.size()) continue;
      ++edges;
      // The moment at the edge is half of each and counts for neither.
      const Bands before = mean(edge - std::min(edge, edge_moments), edge - 1);
      const Bands after = mean(edge + 1, edge + edge_moments);
      const double step = at_end ? after.score - before.score : before.score - after.score;
      if (before.count == 0 || after.count == 0 || step < edge_step) return false;
    }
    return edges > 0;
  }

  Finding polarity(const MomentSpan& span, double score, double confidence,
                   Severity severity) const {
    const bool whole = span.first == 0 && span.end == history_.moments.size();
    return {.kind = "polarity",
            .severity = severity,
            .start_s = history_.start_s(span.first),
            .end_s = history_.start_s(span.end),
            .channel = {},
            .value = score,
            .unit = "correlation",
            .confidence = confidence,
            .message = std::string{"One channel is inverted "} +
                       (whole ? "throughout" : "in this passage") +
                       ": the channels move against each other from the bass up (correlation " +
                       number(score, 2) +
                       ", mean of the bands), so the centre is hollow and vanishes in mono.",
            .remedy =
                "Invert one channel. If you can hear which one is wrong, by a kick drum "
                "that should push, invert that."};
  }

  StreamFormat format_;
  PhaseTrack track_;
  Alignment alignment_;
  PhaseHistory history_;
  std::vector<bool> inverted_;  // moments that `polarity` has spoken for
};

}  // namespace

DetectorPointer phase_detector(StreamFormat format) {
  if (format.channel_count != 2) return nullptr;
  return std::make_unique<PhaseDetector>(format);
}

}  // namespace lacquer::measure
