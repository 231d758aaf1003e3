#include "lacquer/measure/true_peak.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstring>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

using Filters = TruePeakFilters;

constexpr int near_frames = 4;  // half samples of a cell filter lie within so many frames

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

/// Raised cosine with half roll-off at a distance in half samples: passes all the signal has at
/// twice the rate, and its sum of sizes, which is what the bound costs, is small.
double raised_cosine(double distance) {
  if (distance == 0.0) return 1.0;
  const double sinc = std::sin(pi * distance) / (pi * distance);
  const double off = 1.0 - distance * distance;
  return std::abs(off) < 1e-9 ? 0.0 : sinc * std::cos(0.5 * pi * distance) / off;
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
        for (int tap = 0; tap < Filters::taps; ++tap)
          of(frame + tap - Filters::taps / 2 + 1) +=
              half_sample_weights[k] * middle_weights[static_cast<std::size_t>(tap)];
      }
    }
  }

  /// Sum of sizes of the difference to a strict phase.
  double distance_to(const std::vector<double>& strict_weights) {
    for (int tap = 0; tap < Filters::taps; ++tap)
      of(tap - Filters::taps / 2 + 1) -= strict_weights[static_cast<std::size_t>(tap)];
    double sum = 0.0;
    for (const double weight : weights_) sum += std::abs(weight);
    return sum;
  }

 private:
  static constexpr int reach = 48;
  double& of(int frame) { return weights_.at(static_cast<std::size_t>(frame + reach)); }
  std::array<double, 2 * reach + 1> weights_{};
};

// The values half-way between samples are the one thing computed everywhere: four at a time,
// symmetric taps folded. Every output has its own sums in a fixed order, so the bits do not
// depend on the width the machine works in.
using Quad = double __attribute__((vector_size(32)));
using QuadAnywhere = double __attribute__((vector_size(32), aligned(8), may_alias));

__attribute__((always_inline)) inline void middle_kernel(const double* middle,
                                                         const double* samples, double* out,
                                                         int count) {
  const auto at = [](const double* from) -> const QuadAnywhere* {
    return reinterpret_cast<const QuadAnywhere*>(from);
  };
  for (int f = 0; f < count; f += 8) {  // may write up to 7 beyond count
    const double* left = samples + f;
    const double* right = left + 1;
    Quad even0{}, even1{}, odd0{}, odd1{};
    for (int tap = 0; tap < Filters::taps / 2; tap += 2) {
      even0 += middle[tap] * (at(left - tap)[0] + at(right + tap)[0]);
      even1 += middle[tap] * (at(left - tap)[1] + at(right + tap)[1]);
      odd0 += middle[tap + 1] * (at(left - tap - 1)[0] + at(right + tap + 1)[0]);
      odd1 += middle[tap + 1] * (at(left - tap - 1)[1] + at(right + tap + 1)[1]);
    }
    even0 += odd0;
    even1 += odd1;
    std::memcpy(out + f, &even0, sizeof(even0));
    std::memcpy(out + f + 4, &even1, sizeof(even1));
  }
}

#if defined(__x86_64__)
__attribute__((target("avx2"))) void middle_values_avx2(const double* middle, const double* samples,
                                                        double* out, int count) {
  middle_kernel(middle, samples, out, count);
}
#endif

void middle_values(const double* middle, const double* samples, double* out, int count) {
#if defined(__x86_64__)
  static const bool has_avx2 = __builtin_cpu_supports("avx2");
  if (has_avx2) return middle_values_avx2(middle, samples, out, count);
#endif
  middle_kernel(middle, samples, out, count);
}

double largest_size(const double* samples, int count) noexcept {
  double even = 0.0, odd = 0.0;
  int f = 0;
  for (; f + 1 < count; f += 2) {
    even = std::max(even, std::abs(samples[f]));
    odd = std::max(odd, std::abs(samples[f + 1]));
  }
  if (f < count) even = std::max(even, std::abs(samples[f]));
  return std::max(even, odd);
}

}  // namespace

TruePeakFilters::TruePeakFilters() {
  const auto strict_weights = weights(strict);
  const auto cell_weights = weights(cell);
  const auto& middle_weights = strict_weights[phases / 2];
  for (std::size_t tap = 0; tap < middle.size(); ++tap)
    middle[tap] = middle_weights[taps / 2 + tap];

  const int left_taps = cell_taps / 2 - 1;
  const auto raised_weights = [&](double at) {
    std::vector<double> all(cell_taps);
    double sum = 0.0;
    for (int tap = 0; tap < cell_taps; ++tap)
      sum += all[static_cast<std::size_t>(tap)] = raised_cosine(tap - left_taps - at);
    for (double& weight : all) weight /= sum;
    return all;
  };
  const auto half_way = raised_weights(0.5);
  for (std::size_t tap = 0; tap < cell_middle.size(); ++tap)
    cell_middle[tap] = half_way[cell_taps / 2 + tap];

  for (std::size_t phase = 0; phase < cell_phases; ++phase) {
    const double at = static_cast<double>(phase) / cell_phases;
    const auto raised = raised_weights(at);
    double off_two_points = 0.0, off_three_points = 0.0;
    for (int tap = 0; tap < cell_taps; ++tap) {
      const auto t = static_cast<std::size_t>(tap);
      const int point = tap - left_taps;  // 0 and 1 are the ends of the cell
      const auto hat = [](double x) { return std::max(0.0, 1.0 - std::abs(x)); };
      off_two_points += std::abs(raised[t] - hat(point - at));
      off_three_points +=
          std::abs(raised[t] - hat(2.0 * (point - at)) - hat(2.0 * at - 1.0) * half_way[t]);
    }
    two_point_gain = std::max(two_point_gain, off_two_points);
    three_point_gain = std::max(three_point_gain, off_three_points);
    for (const bool odd : {false, true}) {
      const auto& target = strict_weights[phase + (odd ? phases / 2 : 0)];
      point_residual = std::max(
          point_residual, InSamples{raised, -left_taps, odd, middle_weights}.distance_to(target));
      cell_residual = std::max(
          cell_residual,
          InSamples{cell_weights[phase], -left_taps, odd, middle_weights}.distance_to(target));
    }
  }
}

TruePeakMeter::TruePeakMeter(const TruePeakFilters& filters, double sample_rate_hz)
    : filters_{&filters}, sample_rate_hz_{sample_rate_hz}, pending_(2 * margin) {}

void TruePeakMeter::add(const double* samples, int frame_count) {
  pending_.insert(pending_.end(), samples, samples + frame_count);
  frame_count_ += frame_count;
  search_pending(block);
}

void TruePeakMeter::finish() {
  pending_.resize(pending_.size() + 2 * margin);
  search_pending(1);
}

double TruePeakMeter::peak() const noexcept {
  double peak = 0.0;
  for (const double of_second : peak_of_seconds_) peak = std::max(peak, of_second);
  return peak;
}

/// Searches whole blocks as long as at least `least` frames can be.
void TruePeakMeter::search_pending(int least) {
  auto at = static_cast<std::ptrdiff_t>(margin);
  for (;;) {
    const std::int64_t ready = static_cast<std::int64_t>(pending_.size()) - margin - at;
    if (ready < least || frame_count_ == 0) break;
    // Ringing outside the signal belongs to its first and last second.
    const auto inside = std::clamp<std::int64_t>(position_, 0, frame_count_ - 1);
    const auto second =
        static_cast<std::int64_t>(std::floor(static_cast<double>(inside) / sample_rate_hz_));
    auto end =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(second + 1) * sample_rate_hz_));
    if (end >= frame_count_) end = position_ + ready;
    const int count = static_cast<int>(std::min<std::int64_t>({block, ready, end - position_}));
    if (peak_of_seconds_.size() <= static_cast<std::size_t>(second))
      peak_of_seconds_.push_back(0.0);
    search(pending_.data() + at, count, peak_of_seconds_.back());
    position_ += count;
    at += count;
  }
  pending_.erase(pending_.begin(), pending_.begin() + (at - margin));
}

void TruePeakMeter::search(const double* samples, int count, double& peak) noexcept {
  const Filters& filters = *filters_;
  const double loudest = largest_size(samples - margin + 1, count + 2 * margin - 2);
  peak = std::max(peak, largest_size(samples, count));
  if (loudest * filters.strict.worst_gain() <= peak) return;

  // Half samples of the frames searched and of those a cell reaches; [0] is frame -near_frames.
  double middles[block + 2 * near_frames + 8] = {};
  const int middle_count = count + 2 * near_frames;
  middle_values(filters.middle.data(), samples - near_frames, middles, middle_count);
  peak = std::max(peak, largest_size(middles + near_frames, count));

  double sizes[block + 2 * near_frames];  // of both half samples of a frame
  for (int i = 0; i < middle_count; ++i)
    sizes[i] = std::max(std::abs(samples[i - near_frames]), std::abs(middles[i]));

  double half_samples[Filters::cell_taps + 2];
  double values[Filters::phases];
  const double point_slack = filters.point_residual * loudest;
  const double cell_slack = filters.cell_residual * loudest;
  int next = 0;  // first frame not yet looked at
  for (int hot = 0; hot < middle_count; ++hot) {
    if (sizes[hot] * (1.0 + filters.two_point_gain) + point_slack <= peak) continue;
    const int last = std::min(hot, count - 1);  // frames hot - 2 x near_frames .. hot are in reach
    for (int f = std::max(next, hot - 2 * near_frames); f <= last; ++f) {
      double near = 0.0;
      for (int i = f; i <= f + 2 * near_frames; ++i) near = std::max(near, sizes[i]);
      for (int odd = 0; odd < 2; ++odd) {
        const double left = odd ? middles[f + near_frames] : samples[f];
        const double right = odd ? samples[f + 1] : middles[f + near_frames];
        const double ends = std::max(std::abs(left), std::abs(right));
        if (ends + filters.two_point_gain * near + point_slack <= peak) continue;

        const int left_taps = Filters::cell_taps / 2 - 1;
        for (int k = 0; k < Filters::cell_taps; ++k) {
          const int at = k - left_taps + odd + 2 * near_frames;  // half samples from frame f - 4 on
          half_samples[k] = at % 2 == 0 ? samples[f - near_frames + at / 2] : middles[f + at / 2];
        }
        const double* centre = half_samples + left_taps;
        double middle = 0.0;
        for (int k = 0; k < Filters::cell_taps / 2; ++k)
          middle += filters.cell_middle[static_cast<std::size_t>(k)] * (centre[-k] + centre[k + 1]);
        const double three = std::max(ends, std::abs(middle));
        if (three + filters.three_point_gain * near + point_slack <= peak) continue;

        filters.cell.interpolate(centre, values);
        if (largest_size(values, Filters::cell_phases) + cell_slack <= peak) continue;
        filters.strict.interpolate(samples + f, values);
        peak = std::max(peak, largest_size(values, Filters::phases));
      }
    }
    next = last + 1;
  }
}

}  // namespace lacquer::measure
