#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/levels_db.h"
#include "lacquer/measure/spectrum/look_bands.h"

namespace lacquer::measure {
namespace {

constexpr double lowest_hz = 160.0, highest_hz = 8000.0;
constexpr int points_per_octave = 24;
constexpr int reach = points_per_octave / 3;  // of the baseline, either side
constexpr float excess_db = 6.0F;
constexpr int every = 2;  // looks: they overlap by half
constexpr double active_dbfs = -50.0;
constexpr double active_db = 15.0;  // under the mean so far
constexpr double least_s = 10.0;
constexpr std::size_t most_told = 4;
// The notes of a key sound a third of the time or more, a drone all the time, and either brings its
// octave. On 1.5 hours of finished masters two of 33 pieces have a tone that passes.
constexpr double least_share = 0.65;
constexpr double least_alone = 0.65;
constexpr double half_a_step = 0.0145;  // of the grid, as a ratio

constexpr std::size_t around = 2 * reach + 1;  // points of a baseline

/// Knuth volume 3, section 5.2.2, algorithm M: who is compared with whom to put them in order.
struct Comparisons {
  std::array<std::pair<std::size_t, std::size_t>, 128> pairs{};
  std::size_t count = 0;

  constexpr Comparisons() {
    constexpr std::size_t half = std::bit_ceil(around) / 2;
    for (std::size_t p = half; p > 0; p /= 2)
      for (std::size_t q = half, r = 0, d = p;; d = q - p, q /= 2, r = p) {
        for (std::size_t i = 0; i + d < around; ++i)
          if ((i & p) == r) pairs[count++] = {i, i + d};
        if (q == p) break;
      }
  }
};

template <std::size_t... i>
LACQUER_KERNEL void sort_lanes(dsp::Float8 (&v)[around], std::index_sequence<i...>) {
  constexpr Comparisons comparisons;
  const auto order = [](dsp::Float8 & a, dsp::Float8 & b) __attribute__((always_inline)) {
    const dsp::Float8 low = b < a ? b : a;
    b = a < b ? b : a;
    a = low;
  };
  (order(v[comparisons.pairs[i].first], v[comparisons.pairs[i].second]), ...);
}

/// Each level over the median of those within reach, for the points that have all of them.
LACQUER_KERNEL void excess_kernel(const float* db, int count, float* excess) {
  const int end = count - reach;
  for (int first = reach; first < end; first += 8) {
    const int i = std::max(reach, std::min(first, end - 8));  // the last eight may overlap
    dsp::Float8 v[around];
    for (std::size_t k = 0; k < around; ++k)
      v[k] = *dsp::eights(db + i - reach + static_cast<int>(k));
    sort_lanes(v, std::make_index_sequence<Comparisons{}.count>{});  // of which one is used
    *dsp::eights(excess + i) = *dsp::eights(db + i) - v[reach];
  }
}
LACQUER_WIDE void excess_wide(const float* db, int count, float* excess) {
  excess_kernel(db, count, excess);
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
    if (looks_++ % every != 0) return;
    if (points_.empty()) prepare(look);
    double total = 0.0;
    std::fill(power_.begin(), power_.end(), 0.0);
    add_bands(look, format_.channel_count, edges_.data(), static_cast<int>(power_.size()),
              power_.data());
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const double power = power_[i] + power_[i + 1];
      total += power;
      levels_[i] = power * share_of_bin_[i];
    }
    total /= 2 * format_.channel_count;  // each bin is in two points
    if (total < power_from_db(active_dbfs) ||
        total < power_from_db(-active_db) * total_ / static_cast<double>(frames_ + 1))
      return;
    total_ += total;
    ++frames_;
    end_frame_ = look.first_frame + look.size;

    make_levels_db(levels_.data(), static_cast<int>(levels_.size()), 1e-20);
    for (std::size_t i = 0; i < levels_.size(); ++i) db_[i] = static_cast<float>(levels_[i]);
    const int count = static_cast<int>(points_.size());
    (dsp::has_wide_registers() ? excess_wide : excess_kernel)(db_.data(), count, excess_.data());
    for (int i = 0; i < std::min(reach, count); ++i) measure_at_end(i);
    for (int i = std::max(reach, count - reach); i < count; ++i) measure_at_end(i);
    for (int i = 0; i < count; ++i) {
      Point& point = points_[static_cast<std::size_t>(i)];
      const float excess = excess_[static_cast<std::size_t>(i)];
      if (excess < excess_db) continue;
      ++point.frames;
      point.excess_sum_db += static_cast<double>(excess);
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
    hop_s_ = every * look.hop / format_.sample_rate_hz;
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
    for (std::size_t i = 0; i < points_.size(); ++i)
      share_of_bin_.push_back(1.0 / (edges_[i + 2] - edges_[i]));
    levels_.resize(points_.size());
    db_.resize(points_.size() + 8);  // of which eight are read at once
    excess_.resize(points_.size() + 8);
  }

  /// Where the baseline has one side only.
  void measure_at_end(int i) {
    const int from = std::max(0, i - reach);
    const int to = std::min(static_cast<int>(points_.size()), i + reach + 1);
    float& excess = excess_[static_cast<std::size_t>(i)];
    const float db = db_[static_cast<std::size_t>(i)];
    const auto below = std::count_if(db_.begin() + from, db_.begin() + to,
                                     [&](float near) { return near <= db - excess_db; });
    excess = 0.0F;
    if (below <= (to - from) / 2) return;  // told without sorting
    std::array<float, around> near;
    std::copy(db_.begin() + from, db_.begin() + to, near.begin());
    const auto middle = near.begin() + (to - from) / 2;
    std::nth_element(near.begin(), middle, near.begin() + (to - from));
    excess = db - *middle;
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
        if (near >= 0 && near < static_cast<int>(points_.size()) &&
            excess_[static_cast<std::size_t>(near)] >= excess_db)
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
                "than a dynamic one.",
            .details = {{"frequency_hz", point.hz}}};
  }

  StreamFormat format_;
  double hop_s_ = 0.0;
  std::vector<Point> points_;
  std::vector<int> edges_;                     // bins: point i covers from edge i to edge i + 2
  std::vector<double> power_;                  // between two edges
  std::vector<double> share_of_bin_, levels_;  // by point
  std::vector<float> db_, excess_;
  std::int64_t looks_ = 0;                   // all of them
  std::int64_t frames_ = 0, end_frame_ = 0;  // of those looked at
  double total_ = 0.0;
};

}  // namespace

DetectorPointer resonance_detector(StreamFormat format) {
  return std::make_unique<ResonanceDetector>(format);
}

}  // namespace lacquer::measure
