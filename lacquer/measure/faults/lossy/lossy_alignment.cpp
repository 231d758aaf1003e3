#include "lacquer/measure/faults/lossy/lossy_alignment.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "lacquer/measure/faults/lossy/lossy_grid.h"

namespace lacquer::measure {
namespace {

constexpr double most_of_a_passage = 6.0;  // deviations
// As many clear passages, and the ten others would have to speak against it by a deviation each.
constexpr int certain_passages = 6;
constexpr double certain_runner_up = 0.6;
constexpr double deviation_of_median = 0.6745;  // median of |x| of a normal distribution

/// In deviations from the median, by the median distance: what stands out does not count.
void standardise(std::vector<double>& values) {
  std::vector<double> sorted = values;
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double median = *middle;
  for (double& value : sorted) value = std::abs(value - median);
  std::nth_element(sorted.begin(), middle, sorted.end());
  const double deviation = std::max(*middle / deviation_of_median, 1e-6);
  for (double& value : values) value = (value - median) / deviation;
}

/// How far each offset dips below those two samples beside it, which a level that changes over the
/// passage does not touch.
std::vector<double> dips(const GridTrial& trial, int period) {
  constexpr int margin = LossyGrid::margin;
  std::vector<double> dips;
  for (int offset = 0; offset < period; ++offset) {
    const auto here = static_cast<std::size_t>(offset + margin);
    dips.push_back(0.5 * (trial.log_power[here - margin] + trial.log_power[here + margin]) -
                   trial.log_power[here]);
  }
  standardise(dips);
  return dips;
}

/// One codec and window, over all passages.
class Tally {
 public:
  /// `step`: frames may move against each other by multiples of it (0: never).
  Tally(std::string codec, int period, int step)
      : codec_{std::move(codec)},
        period_{step == 0 ? period : step},
        clipped_(static_cast<std::size_t>(period_)),
        sums_(static_cast<std::size_t>(period_)) {}

  void add(const std::vector<double>& dips, std::int64_t first_frame) {
    std::vector<double> folded(sums_.size(), -1e9);
    for (std::size_t offset = 0; offset < dips.size(); ++offset) {
      double& of = folded[(static_cast<std::size_t>(first_frame) + offset) % folded.size()];
      of = std::max(of, dips[offset]);
    }
    for (std::size_t offset = 0; offset < folded.size(); ++offset) sums_[offset] += folded[offset];
    if (folded.size() < dips.size()) standardise(folded);
    for (std::size_t offset = 0; offset < folded.size(); ++offset)
      clipped_[offset] += std::min(folded[offset], most_of_a_passage);
    ++passages_;
  }

  LossyAlignment alignment() const {
    const auto best =
        static_cast<int>(std::max_element(clipped_.begin(), clipped_.end()) - clipped_.begin());
    const double height = clipped_[static_cast<std::size_t>(best)];
    // A history may be so clear that every passage counts for the most it may at more than one
    // offset (layer III shows at multiples of its 32 subbands too); the whole sums then differ.
    const double runner_up =
        std::min(highest_beside(clipped_, best) / height,
                 highest_beside(sums_, best) / sums_[static_cast<std::size_t>(best)]);
    return {.codec = codec_,
            .period_frames = period_,
            .offset_frames = best,
            .passages = passages_,
            .deviations = height / std::sqrt(static_cast<double>(passages_)),
            .runner_up = runner_up};
  }

  int passages() const { return passages_; }
  /// True if the passages to come would all have to speak against it to take it back.
  bool is_certain() const {
    if (passages_ < certain_passages) return false;
    const LossyAlignment now = alignment();
    return now.deviations * std::sqrt(static_cast<double>(passages_)) >=
               certain_passages * most_of_a_passage &&
           now.runner_up <= certain_runner_up;
  }
  /// What tells windows apart that all fit somehow.
  double highest_sum() const { return *std::max_element(sums_.begin(), sums_.end()); }

 private:
  double highest_beside(const std::vector<double>& values, int best) const {
    double highest = 0.0;
    for (int offset = 0; offset < period_; ++offset) {
      const int distance = std::abs(offset - best);
      if (std::min(distance, period_ - distance) > LossyGrid::margin)
        highest = std::max(highest, values[static_cast<std::size_t>(offset)]);
    }
    return highest;
  }

  std::string codec_;
  int period_;
  int passages_ = 0;
  std::vector<double> clipped_, sums_;
};

struct Candidate {
  LossyGridPointer grid;
  std::vector<Tally> tallies;  // one for each window shape
};

std::vector<Candidate> candidates(double sample_rate_hz) {
  // Vorbis changes between frames of 2048 and 256, which shifts what follows by multiples of 128.
  constexpr int vorbis_step = 128;
  std::vector<Candidate> all;
  all.push_back({mdct_grid(sample_rate_hz),
                 {{"AAC", 1024, 0}, {"AAC", 1024, 0}, {"Ogg Vorbis", 1024, vorbis_step}}});
  all.push_back({hybrid_grid(sample_rate_hz), {{"MP3", 576, 0}}});
  if (sample_rate_hz == 48000.0) all.push_back({celt_grid(), {{"Opus", 960, 0}}});
  return all;
}

}  // namespace

std::vector<LossyAlignment> lossy_alignments(StreamFormat format,
                                             const std::vector<LossyPassage>& passages) {
  std::vector<Candidate> all = candidates(format.sample_rate_hz);
  for (const LossyPassage& passage : passages) {
    bool certain = false;
    for (Candidate& candidate : all) {
      const auto trials = candidate.grid->trials(passage);
      for (std::size_t shape = 0; shape < trials.size(); ++shape) {
        Tally& tally = candidate.tallies[shape];
        tally.add(dips(trials[shape], candidate.grid->period_frames()),
                  passage.first_frame + LossyGrid::margin);
        certain = certain || tally.is_certain();
      }
    }
    if (certain) break;
  }

  std::vector<Tally> tallies;
  for (const Candidate& candidate : all)
    for (const Tally& tally : candidate.tallies)
      if (tally.passages() > 0) tallies.push_back(tally);
  std::stable_sort(tallies.begin(), tallies.end(), [](const Tally& a, const Tally& b) {
    return a.highest_sum() > b.highest_sum();
  });
  std::vector<LossyAlignment> alignments;
  for (const Tally& tally : tallies) alignments.push_back(tally.alignment());
  return alignments;
}

}  // namespace lacquer::measure
