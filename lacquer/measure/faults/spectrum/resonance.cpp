#include <algorithm>
#include <array>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

constexpr double lowest_hz = 160.0, highest_hz = 8000.0;
constexpr int points_per_octave = 24;
constexpr int reach = points_per_octave / 3;  // of the baseline, either side
constexpr double excess_db = 6.0;
constexpr double active_dbfs = -50.0;
constexpr double active_db = 15.0;  // under the mean so far
constexpr double least_s = 10.0;
constexpr std::size_t most_told = 4;
// The notes of a key sound a third of the time or more, a drone all the time, and either brings its
// octave. On 1.5 hours of finished masters two of 33 pieces have a tone that passes.
constexpr double least_share = 0.65;
constexpr double least_alone = 0.65;
constexpr double half_a_step = 0.0145;  // of the grid, as a ratio

/// How many of the levels within reach lie so far below each one, eight of them at a time.
LACQUER_KERNEL void below_kernel(const float* db, int count, int* below) {
  using Integers = int __attribute__((vector_size(32)));
  typedef int IntegersAnywhere __attribute__((vector_size(32), aligned(4), may_alias));
  constexpr auto excess = static_cast<float>(excess_db);
  int i = reach;
  for (; i + 8 + reach <= count; i += 8) {
    const dsp::Float8 limit = *dsp::eights(db + i) - excess;
    Integers sum{};
    for (int k = i - reach; k <= i + reach; ++k) sum -= *dsp::eights(db + k) <= limit;
    *reinterpret_cast<IntegersAnywhere*>(below + i) = sum;
  }
  const auto one = [&](int at) {
    below[at] = 0;
    for (int k = std::max(0, at - reach); k <= std::min(count - 1, at + reach); ++k)
      below[at] += db[k] <= db[at] - excess ? 1 : 0;
  };
  for (int at = 0; at < std::min(reach, count); ++at) one(at);
  for (; i < count; ++i) one(i);
}
LACQUER_WIDE void below_wide(const float* db, int count, int* below) {
  below_kernel(db, count, below);
}

/// Narrow peaks that stay where they are whatever is played.
///
/// Excess of the level in 1/12 octave over its median within 1/3 octave either side. A note comes
/// and goes and brings its octave; a resonance stays, and stands alone.
class ResonanceDetector final : public Detector {
 public:
  explicit ResonanceDetector(StreamFormat format) : format_{format} {}

  bool hears_steps() const override { return false; }

  void add_long(const SpectrumFrame& look) override {
    if (points_.empty()) prepare(look);
    double total = 0.0;
    std::fill(power_.begin(), power_.end(), 0.0);
    for (int c = 0; c < format_.channel_count; ++c)
      add_bands(look.power[c], edges_.data(), static_cast<int>(power_.size()), power_.data());
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double power = power_[i] + power_[i + 1];
      total += power;
      db_[i] = static_cast<float>(db_from_power(power / (edges_[i + 2] - edges_[i]) + 1e-20));
    }
    total /= 2 * format_.channel_count;  // each bin is in two points
    if (total < power_from_db(active_dbfs) ||
        total < power_from_db(-active_db) * total_ / static_cast<double>(frames_ + 1))
      return;
    total_ += total;
    ++frames_;
    end_frame_ = look.first_frame + look.size;

    const int count = static_cast<int>(points_.size());
    // Most do not stand out, which is told without sorting: too few are that far below.
    (dsp::has_wide_registers() ? below_wide : below_kernel)(db_.data(), count, below_.data());
    for (int i = 0; i < count; ++i) {
      const int from = std::max(0, i - reach), to = std::min(count, i + reach + 1);
      double& excess = excess_[static_cast<std::size_t>(i)];
      const auto db = static_cast<double>(db_[static_cast<std::size_t>(i)]);
      excess = 0.0;
      if (below_[static_cast<std::size_t>(i)] <= (to - from) / 2) continue;
      double around[2 * reach + 1];
      std::copy(db_.begin() + from, db_.begin() + to, around);
      const auto middle = around + (to - from) / 2;
      std::nth_element(around, middle, around + (to - from));
      excess = db - *middle;
    }
    for (int i = 0; i < count; ++i) {
      Point& point = points_[static_cast<std::size_t>(i)];
      const double excess = excess_[static_cast<std::size_t>(i)];
      if (excess < excess_db) continue;
      ++point.frames;
      point.excess_sum_db += excess;
      if (!partnered(i)) ++point.alone;
    }
  }

  void finish(const Heard&, std::vector<Finding>& found) override {
    if (points_.empty() || static_cast<double>(frames_) * hop_s_ < least_s) return;
    std::vector<std::size_t> lasting, peaks;
    for (std::size_t i = reach; i + reach < points_.size(); ++i)
      if (share(points_[i]) >= least_share && highest(i)) lasting.push_back(i);
    for (const std::size_t i : lasting) {
      const Point& point = points_[i];
      if (static_cast<double>(point.alone) < least_alone * static_cast<double>(point.frames))
        continue;
      const bool partial = std::any_of(lasting.begin(), lasting.end(), [&](std::size_t other) {
        return other != i && related(point.hz, points_[other].hz);
      });
      if (!partial) peaks.push_back(i);
    }
    std::stable_sort(peaks.begin(), peaks.end(), [this](std::size_t a, std::size_t b) {
      return points_[a].frames > points_[b].frames;
    });
    if (peaks.size() > most_told) peaks.resize(most_told);
    for (const std::size_t i : peaks) found.push_back(finding(points_[i]));
  }

 private:
  struct Point {
    double hz;
    std::int64_t frames = 0;  // in which it stands out
    std::int64_t alone = 0;   // of these, without an octave
    double excess_sum_db = 0.0;
  };

  void prepare(const SpectrumFrame& look) {
    hop_s_ = 0.5 * look.size / format_.sample_rate_hz;
    const double highest = std::min(highest_hz, 0.4 * format_.sample_rate_hz);
    for (int i = 0;; ++i) {
      const double hz = lowest_hz * std::exp2(static_cast<double>(i) / points_per_octave);
      if (hz > highest) break;
      points_.push_back({.hz = hz});
    }
    for (int i = -1; i <= static_cast<int>(points_.size()); ++i) {
      const double hz = lowest_hz * std::exp2(static_cast<double>(i) / points_per_octave);
      edges_.push_back(static_cast<int>(hz / look.bin_hz + 0.5));
    }
    power_.resize(points_.size() + 1);
    db_.resize(points_.size());
    below_.resize(points_.size());
    excess_.resize(points_.size());
  }

  double share(const Point& point) const {
    return static_cast<double>(point.frames) / static_cast<double>(frames_);
  }

  bool highest(std::size_t i) const {
    for (std::size_t near = i - 4; near <= i + 4; ++near)
      if (points_[near].frames > points_[i].frames ||
          (points_[near].frames == points_[i].frames && near < i))
        return false;
    return true;
  }

  /// True if the two can be partials of one drone.
  static bool related(double a_hz, double b_hz) {
    const double ratio = std::max(a_hz, b_hz) / std::min(a_hz, b_hz);
    for (const double below : {1.0, 2.0, 3.0}) {
      const double above = std::round(ratio * below);
      if (above <= 8.0 && std::abs(ratio * below / above - 1.0) < half_a_step) return true;
    }
    return false;
  }

  bool partnered(int i) const {
    for (const int partner : {i - points_per_octave, i + points_per_octave})
      for (int near = partner - 1; near <= partner + 1; ++near)
        if (near >= 0 && near < static_cast<int>(excess_.size()) &&
            excess_[static_cast<std::size_t>(near)] > excess_db)
          return true;
    return false;
  }

  Finding finding(const Point& point) const {
    const double part = share(point);
    const double db = point.excess_sum_db / static_cast<double>(point.frames);
    return {.kind = "resonance",
            .severity = Severity::info,
            .start_s = 0.0,
            .end_s = static_cast<double>(end_frame_) / format_.sample_rate_hz,
            .channel = {},
            .value = db,
            .unit = "dB",
            // A drone without an octave looks the same.
            .confidence = std::clamp(part - 0.2, 0.4, 0.7),
            .message = "A narrow peak at " + number(point.hz, 0) + " Hz stands " + number(db, 1) +
                       " dB over its surroundings in " + number(100.0 * part, 0) +
                       " % of the time, without an octave: more likely a resonance than a note.",
            .remedy =
                "Sweep a narrow bell there; if it rings, a static cut of a few dB is cleaner "
                "than a dynamic one."};
  }

  StreamFormat format_;
  double hop_s_ = 0.0;
  std::vector<Point> points_;
  std::vector<int> edges_;     // bins: point i covers from edge i to edge i + 2
  std::vector<double> power_;  // between two edges
  std::vector<float> db_;
  std::vector<int> below_;
  std::vector<double> excess_;  // 0 for less than excess_db
  std::int64_t frames_ = 0, end_frame_ = 0;
  double total_ = 0.0;
};

}  // namespace

DetectorPointer resonance_detector(StreamFormat format) {
  return std::make_unique<ResonanceDetector>(format);
}

}  // namespace lacquer::measure
