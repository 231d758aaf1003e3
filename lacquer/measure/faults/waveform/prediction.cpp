#include "lacquer/measure/faults/waveform/prediction.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {

namespace {
constexpr std::size_t most_terms = 65;
// Adds noise 70 dB below the music, without which a pure tone has no single best prediction.
constexpr double white = 1e-7;

using dsp::Quad;
using dsp::quads;

LACQUER_KERNEL void errors_kernel(const double* samples, int count, std::span<const double> filter,
                                  double* forward, double* backward) {
  const int order = static_cast<int>(filter.size()) - 1;
  const double* weights = filter.data();
  const int usable = count - order;
  int n = 0;
  for (; n + 8 <= usable; n += 8) {
    Quad forward0{}, forward1{}, backward0{}, backward1{};
    for (int k = 0; k <= order; ++k) {
      const double* behind = samples + n + order - k;
      const double* ahead = samples + n + k;
      forward0 += weights[k] * quads(behind)[0];
      forward1 += weights[k] * quads(behind)[1];
      backward0 += weights[k] * quads(ahead)[0];
      backward1 += weights[k] * quads(ahead)[1];
    }
    quads(forward + n)[0] = forward0;
    quads(forward + n)[1] = forward1;
    quads(backward + n)[0] = backward0;
    quads(backward + n)[1] = backward1;
  }
  for (; n < usable; ++n) {
    forward[n] = backward[n] = 0.0;
    for (int k = 0; k <= order; ++k) {
      forward[n] += weights[k] * samples[n + order - k];
      backward[n] += weights[k] * samples[n + k];
    }
  }
}

LACQUER_WIDE void errors_wide(const double* samples, int count, std::span<const double> filter,
                              double* forward, double* backward) {
  errors_kernel(samples, count, filter, forward, backward);
}

/// Four sums side by side for each lag.
LACQUER_KERNEL void correlation_kernel(std::span<const double> samples,
                                       std::span<double> correlation) {
  for (std::size_t lag = 0; lag < correlation.size(); ++lag) {
    Quad sums{};
    std::size_t n = lag;
    for (; n + 4 <= samples.size(); n += 4)
      sums += *quads(samples.data() + n) * *quads(samples.data() + n - lag);
    for (; n < samples.size(); ++n) sums[0] += samples[n] * samples[n - lag];
    correlation[lag] += dsp::sum_of(sums);
  }
}

LACQUER_WIDE void correlation_wide(std::span<const double> samples, std::span<double> correlation) {
  correlation_kernel(samples, correlation);
}

}  // namespace

void add_autocorrelation(std::span<const double> samples, std::span<double> correlation) noexcept {
  (dsp::has_wide_registers() ? correlation_wide : correlation_kernel)(samples, correlation);
}

bool fit_prediction(std::span<const double> correlation, std::span<double> filter) noexcept {
  assert(correlation.size() == filter.size() && filter.size() <= most_terms);
  std::fill(filter.begin(), filter.end(), 0.0);
  filter[0] = 1.0;
  double error = correlation[0] * (1.0 + white);
  if (!(error > 1e-12)) return false;
  for (std::size_t m = 1; m < filter.size(); ++m) {
    double sum = correlation[m];
    for (std::size_t k = 1; k < m; ++k) sum += filter[k] * correlation[m - k];
    const double reflection = -sum / error;
    std::array<double, most_terms> next{};
    for (std::size_t k = 1; k < m; ++k) next[k] = filter[k] + reflection * filter[m - k];
    for (std::size_t k = 1; k < m; ++k) filter[k] = next[k];
    filter[m] = reflection;
    error *= 1.0 - reflection * reflection;
    if (!(error > 0.0)) return false;
  }
  return true;
}

void prediction_errors(const double* samples, int count, std::span<const double> filter,
                       std::span<double> forward, std::span<double> backward) noexcept {
  (dsp::has_wide_registers() ? errors_wide : errors_kernel)(samples, count, filter, forward.data(),
                                                            backward.data());
}

std::vector<double> interpolated(std::span<const double> around, int frames,
                                 std::span<const double> filter) {
  const int order = static_cast<int>(filter.size()) - 1;
  assert(static_cast<int>(around.size()) == frames + 2 * order);
  const auto size = static_cast<std::size_t>(frames);
  // The matrix holds the filter's own correlation: b[|i - j|], nothing beyond the order.
  std::array<double, most_terms> b{};
  for (int lag = 0; lag <= order; ++lag)
    for (int k = 0; k + lag <= order; ++k)
      b[static_cast<std::size_t>(lag)] +=
          filter[static_cast<std::size_t>(k)] * filter[static_cast<std::size_t>(k + lag)];
  std::vector<double> right(size);
  for (int i = 0; i < frames; ++i)
    for (int lag = -order; lag <= order; ++lag) {
      const int j = i + lag;
      if (j >= 0 && j < frames) continue;
      right[static_cast<std::size_t>(i)] -=
          b[static_cast<std::size_t>(std::abs(lag))] * around[static_cast<std::size_t>(j + order)];
    }
  // Cholesky of the band; row i is kept as its last order + 1 entries.
  const auto width = static_cast<std::size_t>(order) + 1;
  std::vector<double> band(size * width);
  const auto entry = [&](int i, int j) -> double& {
    return band[static_cast<std::size_t>(i) * width + static_cast<std::size_t>(j - i + order)];
  };
  for (int i = 0; i < frames; ++i)
    for (int j = std::max(0, i - order); j <= i; ++j) {
      double sum = b[static_cast<std::size_t>(i - j)];
      for (int k = std::max(0, i - order); k < j; ++k) sum -= entry(i, k) * entry(j, k);
      entry(i, j) = i == j ? std::sqrt(std::max(sum, 1e-30)) : sum / entry(j, j);
    }
  std::vector<double> solution = std::move(right);
  for (int i = 0; i < frames; ++i) {
    auto& value = solution[static_cast<std::size_t>(i)];
    for (int k = std::max(0, i - order); k < i; ++k)
      value -= entry(i, k) * solution[static_cast<std::size_t>(k)];
    value /= entry(i, i);
  }
  for (int i = frames - 1; i >= 0; --i) {
    auto& value = solution[static_cast<std::size_t>(i)];
    for (int k = i + 1; k <= std::min(frames - 1, i + order); ++k)
      value -= entry(k, i) * solution[static_cast<std::size_t>(k)];
    value /= entry(i, i);
  }
  return solution;
}

}  // namespace lacquer::measure
