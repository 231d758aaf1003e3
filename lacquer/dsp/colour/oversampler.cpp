#include "lacquer/dsp/colour/oversampler.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/kaiser.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {
namespace {

// Values computed side by side; each sums over the taps on its own and in the same order.
constexpr int lanes = 8;

/// Value j halfway between left[j] and left[j + 1]: the sum of weights[k] (left[j - k] +
/// left[j + 1 + k]), eight at a time into `halves`. Registers wider still gain nothing: it is
/// reading, not adding, that takes the time.
LACQUER_KERNEL void halfway(const double* weights, int reach, const double* left, double* halves) {
  Quad first = {}, second = {};  // two sums hide each other's latency
  const double* before = left - (reach - 1);
  const double* after = left + reach;
  for (int k = reach; k-- > 0; ++before, --after) {  // the small ones first
    first += weights[k] * (quads(before)[0] + quads(after)[0]);
    second += weights[k] * (quads(before)[1] + quads(after)[1]);
  }
  quads(halves)[0] = first;
  quads(halves)[1] = second;
}

// Both write whole groups of lanes, so up to 7 values (of the higher rate 14) more than asked for.

LACQUER_KERNEL void up_kernel(const double* weights, int reach, const double* left, int count,
                              double* out) {
  double halves[lanes];
  for (int j = 0; j < count; j += lanes) {
    halfway(weights, reach, left + j, halves);
    for (int i = 0; i < lanes; i += 4) {
      const Quad here = quads(left + j + i)[0], between = quads(halves + i)[0];
      quads(out + 2 * (j + i))[0] = __builtin_shufflevector(here, between, 0, 4, 1, 5);
      quads(out + 2 * (j + i))[1] = __builtin_shufflevector(here, between, 2, 6, 3, 7);
    }
  }
}
LACQUER_WIDE void up_wide(const double* weights, int reach, const double* left, int count,
                          double* out) {
  up_kernel(weights, reach, left, count, out);
}
void up_plain(const double* weights, int reach, const double* left, int count, double* out) {
  up_kernel(weights, reach, left, count, out);
}

LACQUER_KERNEL void down_kernel(const double* weights, int reach, const double* even,
                                const double* left, int count, double* out) {
  for (int j = 0; j < count; j += lanes) {
    halfway(weights, reach, left + j, out + j);
    for (int i = j; i < j + lanes; i += 4) quads(out + i)[0] += 0.5 * quads(even + i)[0];
  }
}
LACQUER_WIDE void down_wide(const double* weights, int reach, const double* even,
                            const double* left, int count, double* out) {
  down_kernel(weights, reach, even, left, count, out);
}
void down_plain(const double* weights, int reach, const double* even, const double* left, int count,
                double* out) {
  down_kernel(weights, reach, even, left, count, out);
}

/// Every other sample to `even`, the others to `odd`.
LACQUER_KERNEL void deal_kernel(const double* in, int count, double* even, double* odd) {
  int j = 0;
  for (; j + 4 <= count; j += 4) {
    const Quad first = quads(in + 2 * j)[0], second = quads(in + 2 * j)[1];
    quads(even + j)[0] = __builtin_shufflevector(first, second, 0, 2, 4, 6);
    quads(odd + j)[0] = __builtin_shufflevector(first, second, 1, 3, 5, 7);
  }
  for (; j < count; ++j) {
    even[j] = in[2 * j];
    odd[j] = in[2 * j + 1];
  }
}
LACQUER_WIDE void deal_wide(const double* in, int count, double* even, double* odd) {
  deal_kernel(in, count, even, odd);
}
void deal_plain(const double* in, int count, double* even, double* odd) {
  deal_kernel(in, count, even, odd);
}

std::vector<double> zeros(int count) {
  return std::vector<double>(static_cast<std::size_t>(count), 0.0);
}

/// Keeps the last `kept` of what was at the front, for the next call.
void slide(std::vector<double>& samples, int kept, int count) {
  std::copy(samples.begin() + count, samples.begin() + count + kept, samples.begin());
}

}  // namespace

std::vector<double> half_band_weights(int reach, double kaiser_beta) {
  std::vector<double> weights;
  double sum = 0.0;
  for (int k = 0; k < reach; ++k) {
    const double distance = k + 0.5;
    const double window = kaiser(distance / reach, kaiser_beta);
    weights.push_back(window * std::sin(pi * distance) / (pi * distance));
    sum += weights.back();
  }
  for (double& weight : weights) weight *= 0.5 / sum;
  return weights;
}

void HalfBandUpsampler::prepare(int reach, double kaiser_beta, int most_samples) {
  assert(reach >= 1 && most_samples % lanes == 0);
  reach_ = reach;
  weights_ = half_band_weights(reach, kaiser_beta);
  samples_ = zeros(2 * reach - 1 + most_samples);
  out_ = zeros(2 * most_samples);
}

void HalfBandUpsampler::reset() noexcept { std::fill(samples_.begin(), samples_.end(), 0.0); }

void HalfBandUpsampler::process(const double* in, int count, double* out) noexcept {
  const int past = 2 * reach_ - 1;
  std::copy_n(in, count, samples_.begin() + past);
  (has_wide_registers() ? up_wide : up_plain)(weights_.data(), reach_, samples_.data() + reach_ - 1,
                                              count, out_.data());
  std::copy_n(out_.begin(), 2 * count, out);
  slide(samples_, past, count);
}

void HalfBandDownsampler::prepare(int reach, double kaiser_beta, int most_samples) {
  assert(reach >= 1 && most_samples % lanes == 0);
  reach_ = reach;
  weights_ = half_band_weights(reach, kaiser_beta);
  for (double& weight : weights_) weight *= 0.5;
  even_ = zeros(reach - 1 + most_samples);
  odd_ = zeros(2 * reach - 1 + most_samples);
  out_ = zeros(most_samples);
}

void HalfBandDownsampler::reset() noexcept {
  std::fill(even_.begin(), even_.end(), 0.0);
  std::fill(odd_.begin(), odd_.end(), 0.0);
}

void HalfBandDownsampler::process(const double* in, int count, double* out) noexcept {
  const bool wide = has_wide_registers();
  (wide ? deal_wide : deal_plain)(in, count, even_.data() + reach_ - 1,
                                  odd_.data() + 2 * reach_ - 1);
  (wide ? down_wide : down_plain)(weights_.data(), reach_, even_.data(), odd_.data() + reach_ - 1,
                                  count, out_.data());
  std::copy_n(out_.begin(), count, out);
  slide(even_, reach_ - 1, count);
  slide(odd_, 2 * reach_ - 1, count);
}

void Oversampler::prepare() {
  outer_up_.prepare(outer_reach, kaiser_beta, most_frames);
  inner_up_.prepare(inner_reach, kaiser_beta, 2 * most_frames);
  innermost_up_.prepare(innermost_reach, kaiser_beta, 4 * most_frames);
  innermost_down_.prepare(innermost_reach, kaiser_beta, 4 * most_frames);
  inner_down_.prepare(inner_reach, kaiser_beta, 2 * most_frames);
  outer_down_.prepare(outer_reach, kaiser_beta, most_frames);
  twice_ = zeros(2 * most_frames);
  four_times_ = zeros(4 * most_frames);
}

void Oversampler::reset() noexcept {
  outer_up_.reset();
  inner_up_.reset();
  innermost_up_.reset();
  innermost_down_.reset();
  inner_down_.reset();
  outer_down_.reset();
}

void Oversampler::up(const double* in, int frames, double* out) noexcept {
  outer_up_.process(in, frames, twice_.data());
  inner_up_.process(twice_.data(), 2 * frames, four_times_.data());
  innermost_up_.process(four_times_.data(), 4 * frames, out);
}

void Oversampler::down(const double* in, int frames, double* out) noexcept {
  innermost_down_.process(in, 4 * frames, four_times_.data());
  inner_down_.process(four_times_.data(), 2 * frames, twice_.data());
  outer_down_.process(twice_.data(), frames, out);
}

}  // namespace lacquer::dsp
