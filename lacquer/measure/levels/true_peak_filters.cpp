#include "lacquer/measure/levels/true_peak_filters.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace lacquer::measure {
namespace {

/// The weights an interpolator gives to each of its samples, one vector a phase.
std::vector<std::vector<double>> weights(const dsp::PolyphaseInterpolator& interpolator) {
  const auto taps = static_cast<std::size_t>(interpolator.taps_per_phase());
  const auto phases = static_cast<std::size_t>(interpolator.factor());
  std::vector<std::vector<double>> all(phases, std::vector<double>(taps));
  std::vector<double> impulse(taps), out(phases);
  for (std::size_t tap = 0; tap < taps; ++tap) {
    impulse.assign(taps, 0.0);
    impulse[tap] = 1.0;
    interpolator.interpolate(impulse.data() + taps / 2 - 1, out.data());
    for (std::size_t phase = 0; phase < phases; ++phase) all[phase][tap] = out[phase];
  }
  return all;
}

/// Weights of half samples (index 0 at `first`, counted from the cell's left end), written as
/// weights of samples around frame 0. `odd` cells begin at the value half-way after frame 0.
class InSamples {
 public:
  InSamples(const std::vector<double>& half_sample_weights, int first, bool odd,
            const std::vector<double>& middle_weights) {
    for (std::size_t k = 0; k < half_sample_weights.size(); ++k) {
      const int at = first + static_cast<int>(k) + (odd ? 1 : 0);
      const int frame = at >= 0 ? at / 2 : (at - 1) / 2;
      if (at % 2 == 0) {
        of(frame) += half_sample_weights[k];
      } else {
        for (int tap = 0; tap < TruePeakFilters::taps; ++tap)
          of(frame + tap - TruePeakFilters::taps / 2 + 1) +=
              half_sample_weights[k] * middle_weights[static_cast<std::size_t>(tap)];
      }
    }
  }

  /// Sum of sizes of the difference to a strict phase.
  double distance_to(const std::vector<double>& strict_weights) {
    for (int tap = 0; tap < TruePeakFilters::taps; ++tap)
      of(tap - TruePeakFilters::taps / 2 + 1) -= strict_weights[static_cast<std::size_t>(tap)];
    double sum = 0.0;
    for (const double weight : weights_) sum += std::abs(weight);
    return sum;
  }

 private:
  static constexpr int reach = 48;
  double& of(int frame) { return weights_.at(static_cast<std::size_t>(frame + reach)); }
  std::array<double, 2 * reach + 1> weights_{};
};

}  // namespace

TruePeakFilters::TruePeakFilters() {
  const auto strict_weights = weights(strict);
  const auto cell_weights = weights(cell);
  const auto& middle_weights = strict_weights[phases / 2];
  for (std::size_t tap = 0; tap < middle.size(); ++tap)
    middle[tap] = middle_weights[taps / 2 + tap];

  for (std::size_t phase = 0; phase < cell_phases; ++phase)
    for (const bool odd : {false, true}) {
      const auto& target = strict_weights[phase + (odd ? phases / 2 : 0)];
      cell_residual = std::max(
          cell_residual,
          InSamples{cell_weights[phase], -(cell_taps / 2 - 1), odd, middle_weights}.distance_to(
              target));
    }
}

}  // namespace lacquer::measure
