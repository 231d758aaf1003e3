#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/faults/detectors.h"
#include "lacquer/measure/faults/listing.h"
#include "lacquer/measure/halve.h"

namespace lacquer::measure {
namespace {

constexpr double worth_knowing_db = 1.0;  // section 13 of the methods: K-weighted median
constexpr double worth_listening_db = 2.0;
constexpr double arrangement_factor = 2.0;  // both twice as high where the centre stands straight
constexpr double beyond_any_mix_db = 30.0;  // a missing channel is another fault
constexpr double silence_dbfs = -70.0;
constexpr double gate_db = -20.0;  // re the mean: windows below do not count
constexpr std::size_t least_windows = 8;
constexpr int every = 8;  // looks: one window each 340 ms
// An hour of them. Full, every second one goes, and so it does of those to come: their median
// stays what it is.
constexpr std::size_t most_windows = 10800;

// Where the centre of the image is: bins whose two phases agree come from one place, and their
// ratio of levels says from where. The middle of a mix holds more of them than any other place.
constexpr float in_phase = 0.98F * 0.98F;
constexpr double lowest_hz = 200.0, highest_hz = 8000.0;
constexpr double quiet_bin_db = -40.0;  // re the loudest bin
constexpr double cell_db = 0.25;
constexpr int cells_of_side = 48;      // +-12 dB
constexpr int blur_cells = 2;          // +-0.5 dB
constexpr double centre_share = 0.25;  // of all such bins: less is no centre
constexpr double centre_agrees_db = 0.75;

LACQUER_KERNEL void weighted_kernel(const float* powers, const float* weights, int count,
                                    double& sum) {
  dsp::Float8 even{}, odd{};
  int k = 0;
  for (; k + 16 <= count; k += 16) {
    even += dsp::eights(powers + k)[0] * dsp::eights(weights + k)[0];
    odd += dsp::eights(powers + k)[1] * dsp::eights(weights + k)[1];
  }
  even += odd;
  sum = dsp::sum_of(even);
  for (; k < count; ++k) sum += static_cast<double>(powers[k] * weights[k]);
}
LACQUER_WIDE void weighted_wide(const float* powers, const float* weights, int count, double& sum) {
  weighted_kernel(powers, weights, count, sum);
}
double weighted_sum(const float* powers, const float* weights, int count) {
  double sum = 0.0;
  (dsp::has_wide_registers() ? weighted_wide : weighted_kernel)(powers, weights, count, sum);
  return sum;
}

/// Right over left, of the bins that come from one place.
LACQUER_KERNEL void in_phase_kernel(const SpectrumFrame& look, int first, int end, float* ratios,
                                    int& count) {
  const float *left = look.power[0], *right = look.power[1], *mid = look.mid, *side = look.side;
  dsp::Float8 loudest_eight{};
  int k = first;
  for (; k + 8 <= end; k += 8) {
    const dsp::Float8 cross = *dsp::eights(mid + k) - *dsp::eights(side + k);
    loudest_eight = cross > loudest_eight ? cross : loudest_eight;
  }
  float loudest = 0.0F;
  for (int lane = 0; lane < 8; ++lane) loudest = std::max(loudest, loudest_eight[lane]);
  for (; k < end; ++k) loudest = std::max(loudest, mid[k] - side[k]);
  const float quiet = loudest * static_cast<float>(power_from_db(quiet_bin_db));
  count = 0;
  for (k = first; k < end; ++k) {
    const float cross = mid[k] - side[k];
    // Whether the next one writes over it cannot be predicted, so there is no branch.
    ratios[count] = right[k] / left[k];
    count += static_cast<int>(cross > quiet) &
             static_cast<int>(cross * cross >= in_phase * left[k] * right[k]);
  }
}
LACQUER_WIDE void in_phase_wide(const SpectrumFrame& look, int first, int end, float* ratios,
                                int& count) {
  in_phase_kernel(look, first, end, ratios, count);
}

/// One channel louder than the other as a rule, not just where an instrument stands on one side.
class ChannelImbalanceDetector final : public Detector {
 public:
  explicit ChannelImbalanceDetector(StreamFormat format) : format_{format} {}

  void add(AudioBlock, std::int64_t) override {}

  void add_short(const SpectrumFrame& look) override {
    if (looks_++ % every != 0) return;
    if (weights_.empty()) prepare(look);
    const double left = weighted_sum(look.power[0], weights_.data(), look.bins);
    const double right = weighted_sum(look.power[1], weights_.data(), look.bins);
    if (left + right < power_from_db(silence_dbfs)) return;
    const double least = 1e-6 * (left + right);
    keep({static_cast<float>(left + right),
          static_cast<float>(db_from_power(std::max(right, least) / std::max(left, least)))});
    add_places(look);
  }

  void finish(const Heard& heard, std::vector<Finding>& found) override {
    const auto differences_db = gated_differences();
    if (differences_db.size() < least_windows) return;
    const auto median_db = static_cast<double>(differences_db[differences_db.size() / 2]);
    const double size_db = std::abs(median_db);
    const bool centre_too = centre_agrees(median_db);
    const double factor = centre_too ? 1.0 : arrangement_factor;
    if (size_db <= factor * worth_knowing_db || size_db > beyond_any_mix_db) return;
    const int softer = median_db < 0.0 ? 1 : 0;
    found.push_back(
        {.kind = "channel_imbalance",
         .severity = size_db > factor * worth_listening_db ? Severity::warn : Severity::info,
         .start_s = 0.0,
         .end_s = static_cast<double>(heard.numbers.frame_count) / format_.sample_rate_hz,
         .channel = softer,
         .value = median_db,
         .unit = "dB",
         .confidence = centre_too ? 0.9 : 0.5,
         .message = channel_name(softer, 2) + " is " + number(size_db, 1) +
                    " dB softer than the other, K-weighted, in half of all moments or more. " +
                    (centre_too ? "What stands in the centre leans just as far, so this is a "
                                  "gain, not an arrangement."
                                : "What stands in the centre does not lean as far, so the "
                                  "arrangement may want it."),
         .remedy = "If it is not meant, trim the balance by " + number(size_db, 1) + " dB."});
  }

 private:
  struct Window {
    float power, difference_db;
  };

  void keep(Window window) {
    if (window_count_++ % kept_every_ != 0) return;
    windows_.push_back(window);
    if (windows_.size() < most_windows) return;
    halve(windows_, [](const Window& first, const Window&) { return first; });
    kept_every_ *= 2;
  }

  void prepare(const SpectrumFrame& look) {
    const dsp::KWeighting weighting{format_.sample_rate_hz, 2};
    for (int k = 0; k < look.bins; ++k)
      weights_.push_back(static_cast<float>(weighting.power_gain(k * look.bin_hz)));
    windows_.reserve(most_windows);  // takes no memory before it is filled
  }

  void add_places(const SpectrumFrame& look) {
    const int first = static_cast<int>(lowest_hz / look.bin_hz);
    const int end = std::min(look.bins, static_cast<int>(highest_hz / look.bin_hz));
    ratios_.resize(static_cast<std::size_t>(std::max(0, end - first)) + 1);
    int count = 0;
    (dsp::has_wide_registers() ? in_phase_wide : in_phase_kernel)(look, first, end, ratios_.data(),
                                                                  count);
    for (int i = 0; i < count; ++i) {
      const double cell =
          db_from_power(static_cast<double>(ratios_[static_cast<std::size_t>(i)])) / cell_db;
      if (std::abs(cell) >= cells_of_side) continue;
      places_[static_cast<std::size_t>(std::lround(cell) + cells_of_side)] += 1;
    }
  }

  /// Of the windows above the gate, in order of size.
  std::vector<float> gated_differences() const {
    double power = 0.0;
    for (const Window& window : windows_) power += static_cast<double>(window.power);
    const double gate = windows_.empty()
                            ? 0.0
                            : power / static_cast<double>(windows_.size()) * power_from_db(gate_db);
    std::vector<float> differences_db;
    for (const Window& window : windows_)
      if (static_cast<double>(window.power) > gate) differences_db.push_back(window.difference_db);
    std::sort(differences_db.begin(), differences_db.end());
    return differences_db;
  }

  bool centre_agrees(double median_db) const {
    std::int64_t all = 0, most = 0;
    int place = 0;
    for (int cell = 0; cell <= 2 * cells_of_side; ++cell) {
      all += places_[static_cast<std::size_t>(cell)];
      std::int64_t near = 0;
      for (int of = std::max(0, cell - blur_cells);
           of <= std::min(2 * cells_of_side, cell + blur_cells); ++of)
        near += places_[static_cast<std::size_t>(of)];
      if (near <= most) continue;
      most = near;
      place = cell;
    }
    return static_cast<double>(most) > centre_share * static_cast<double>(all) &&
           std::abs((place - cells_of_side) * cell_db - median_db) < centre_agrees_db;
  }

  StreamFormat format_;
  std::int64_t looks_ = 0;
  std::vector<float> weights_;  // K, by bin
  std::vector<float> ratios_;   // of one look
  std::vector<Window> windows_;
  std::int64_t window_count_ = 0, kept_every_ = 1;  // of those loud enough
  std::array<std::int64_t, 2 * cells_of_side + 1> places_{};
};

}  // namespace

DetectorPointer channel_imbalance_detector(StreamFormat format) {
  if (format.channel_count != 2) return nullptr;
  return std::make_unique<ChannelImbalanceDetector>(format);
}

}  // namespace lacquer::measure
