#include "lacquer/dsp/oversampler.h"

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

/// out[j] = sum of weights[k] (left[j - k] + left[j + 1 + k]); whole groups of lanes, so up to 7
/// values more than asked for are read and written. Registers wider still gain nothing: it is
/// reading, not adding, that takes the time.
LACQUER_KERNEL void halfway_kernel(const double* weights, int reach, const double* left, int count,
                                   double* out) {
  for (int j = 0; j < count; j += lanes) {
    Quad first = {}, second = {};  // two sums hide each other's latency
    const double* before = left + j - (reach - 1);
    const double* after = left + j + reach;
    for (int k = reach; k-- > 0; ++before, --after) {  // the small ones first
      first += weights[k] * (quads(before)[0] + quads(after)[0]);
      second += weights[k] * (quads(before)[1] + quads(after)[1]);
    }
    quads(out + j)[0] = first;
    quads(out + j)[1] = second;
  }
}
LACQUER_WIDE void halfway_wide(const double* weights, int reach, const double* left, int count,
                               double* out) {
  halfway_kernel(weights, reach, left, count, out);
}
void halfway_plain(const double* weights, int reach, const double* left, int count, double* out) {
  halfway_kernel(weights, reach, left, count, out);
}
void halfway(const std::vector<double>& weights, const double* left, int count, double* out) {
  const auto work = has_wide_registers() ? halfway_wide : halfway_plain;
  work(weights.data(), static_cast<int>(weights.size()), left, count, out);
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
  between_ = zeros(most_samples);
}

void HalfBandUpsampler::reset() noexcept { std::fill(samples_.begin(), samples_.end(), 0.0); }

void HalfBandUpsampler::process(const double* in, int count, double* out) noexcept {
  const int past = 2 * reach_ - 1;
  std::copy_n(in, count, samples_.begin() + past);
  const double* left = samples_.data() + reach_ - 1;
  halfway(weights_, left, count, between_.data());
  for (int j = 0; j < count; ++j) {
    out[2 * j] = left[j];
    out[2 * j + 1] = between_[static_cast<std::size_t>(j)];
  }
  slide(samples_, past, count);
}

void HalfBandDownsampler::prepare(int reach, double kaiser_beta, int most_samples) {
  assert(reach >= 1 && most_samples % lanes == 0);
  reach_ = reach;
  weights_ = half_band_weights(reach, kaiser_beta);
  for (double& weight : weights_) weight *= 0.5;
  even_ = zeros(reach - 1 + most_samples);
  odd_ = zeros(2 * reach - 1 + most_samples);
  between_ = zeros(most_samples);
}

void HalfBandDownsampler::reset() noexcept {
  std::fill(even_.begin(), even_.end(), 0.0);
  std::fill(odd_.begin(), odd_.end(), 0.0);
}

void HalfBandDownsampler::process(const double* in, int count, double* out) noexcept {
  double* even = even_.data() + reach_ - 1;
  double* odd = odd_.data() + 2 * reach_ - 1;
  for (int j = 0; j < count; ++j) {
    even[j] = in[2 * j];
    odd[j] = in[2 * j + 1];
  }
  halfway(weights_, odd_.data() + reach_ - 1, count, between_.data());
  for (std::size_t j = 0; j < static_cast<std::size_t>(count); ++j)
    out[j] = 0.5 * even_[j] + between_[j];
  slide(even_, reach_ - 1, count);
  slide(odd_, 2 * reach_ - 1, count);
}

void Oversampler::prepare() {
  outer_up_.prepare(outer_reach, kaiser_beta, most_frames);
  inner_up_.prepare(inner_reach, kaiser_beta, 2 * most_frames);
  inner_down_.prepare(inner_reach, kaiser_beta, 2 * most_frames);
  outer_down_.prepare(outer_reach, kaiser_beta, most_frames);
  twice_ = zeros(2 * most_frames);
}

void Oversampler::reset() noexcept {
  outer_up_.reset();
  inner_up_.reset();
  inner_down_.reset();
  outer_down_.reset();
}

void Oversampler::up(const double* in, int frames, double* out) noexcept {
  outer_up_.process(in, frames, twice_.data());
  inner_up_.process(twice_.data(), 2 * frames, out);
}

void Oversampler::down(const double* in, int frames, double* out) noexcept {
  inner_down_.process(in, 2 * frames, twice_.data());
  outer_down_.process(twice_.data(), frames, out);
}

}  // namespace lacquer::dsp
