#include "lacquer/measure/faults/spectrum/steady_comb.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double highest_hz = 690.0;  // as LowSpectrum

// Mains stays within 0.1 Hz of its name; the step is a third of what 25 s tell apart at the tenth
// harmonic.
constexpr int offsets = 25;  // either side
constexpr std::size_t steps = 2 * offsets + 1;
constexpr double offset_step_hz = 0.004;
constexpr int padded = 256;  // cells and zeros, for lines between two bins

// One cell in forty shares the greatest weight, or one soft cell would be all.
constexpr int softest_share = 40;
constexpr double least_power = 1e-10;
// Hum is always there: so many cells (one in so many) may hold less than this part of its power.
constexpr int may_miss_one_in = 8;
constexpr double missing = 0.16;         // -8 dB
constexpr double chance = 2.0;           // what a line has without hum, and a little more
constexpr double most_of_a_line = 24.0;  // one line alone is a drone, however strong
constexpr double own_evidence = 6.0;     // chance comes to that once in e^6

// In 379 stretches of 25 s of real music the best came to 1.34 times the best elsewhere; on the
// exact hertz, where a sequenced rhythm stands and mains seldom, to 1.78. Hum 35 dB under the
// example's mixes comes to 2.4 and more.
constexpr double enough = 22.0;
constexpr double over_elsewhere = 1.8;
constexpr double over_elsewhere_exact = 2.8;
constexpr double exact_hz = 0.006;
constexpr int fewest_lines = 3;
constexpr double beside_the_mains_hz = 1.0;

// Fundamentals that share few harmonics with either mains: some near by; those on which a rhythm
// of 75, 100, 120, 150 or 200 beats a minute has lines when it has them on 50 or 60 Hz.
constexpr double nobodys_mains_hz[] = {51.0, 53.0,    58.0, 46.3,    46.6667, 47.5, 48.0,
                                       51.7, 52.0,    52.5, 53.3333, 54.0,    55.0, 56.0,
                                       57.5, 56.6667, 57.9, 62.5,    64.0,    65.0};

}  // namespace

bool SteadyComb::found() const noexcept {
  const bool exact = std::abs(frequency_hz - mains_hz) < exact_hz;
  return evidence >= enough && lines >= fewest_lines &&
         evidence >= (exact ? over_elsewhere_exact : over_elsewhere) * elsewhere;
}

double SteadyComb::total_power() const noexcept {
  return std::accumulate(power.begin(), power.end(), 0.0);
}

SteadyCombs::SteadyCombs(std::size_t channel_count, double rate_hz)
    : channel_count_{channel_count},
      rate_hz_{rate_hz},
      bin_hz_{rate_hz / window_samples},
      bins_{static_cast<std::size_t>(highest_hz / bin_hz_) + 5},
      window_fft_{window_samples},
      line_fft_{padded} {
  // A Hann window adds up to half its length; the power of a cell is a mean square.
  const double scale = 2.0 * std::sqrt(2.0) / window_samples;
  for (std::size_t i = 0; i < window_samples; ++i)
    window_.push_back(static_cast<float>(
        scale * (0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(i) / window_samples))));
  for (std::size_t c = 0; c < channel_count_; ++c) {
    cell_real_[c].resize(bins_ * cells);
    cell_imaginary_[c].resize(bins_ * cells);
  }
  for (auto* row : {&samples_[0], &samples_[1], &real_, &imaginary_}) row->resize(window_samples);
  for (auto* row : {&in_real_, &in_imaginary_, &out_real_, &out_imaginary_}) row->resize(padded);
  for (auto* row : {&line_.evidence, &line_.power, &total_, &strongest_}) row->resize(steps);
}

bool SteadyCombs::add(const float* left, const float* right, int count) {
  assert(count <= room());
  std::copy_n(left, count, samples_[0].begin() + static_cast<std::ptrdiff_t>(filled_));
  std::copy_n(right, count, samples_[1].begin() + static_cast<std::ptrdiff_t>(filled_));
  filled_ += static_cast<std::size_t>(count);
  if (filled_ < window_samples) return false;
  transform();
  for (auto& samples : samples_)
    std::copy(samples.begin() + hop_samples, samples.end(), samples.begin());
  filled_ -= hop_samples;
  return true;
}

void SteadyCombs::transform() {
  const std::size_t n = window_samples;
  window_fft_.forward_windowed(samples_[0].data(), samples_[1].data(), window_.data(), real_.data(),
                               imaginary_.data());
  // Left in the real part and right in the imaginary: the even half is left's, the odd one right's.
  for (std::size_t k = 1; k < bins_; ++k) {
    const std::size_t at = next_ * bins_ + k;
    const float re = real_[k], im = imaginary_[k], re2 = real_[n - k], im2 = imaginary_[n - k];
    cell_real_[0][at] = 0.5F * (re + re2);
    cell_imaginary_[0][at] = 0.5F * (im - im2);
    if (channel_count_ < 2) continue;
    cell_real_[1][at] = 0.5F * (im + im2);
    cell_imaginary_[1][at] = 0.5F * (re2 - re);
  }
  next_ = (next_ + 1) % cells;
  count_ = std::min(count_ + 1, cells);
}

/// Music beside a cell, where a steady tone has nothing: a tone and music can cancel in the cell
/// itself, which is then soft but knows nothing.
double SteadyCombs::beside(std::size_t channel, std::size_t at) const {
  double sum = 0.0;
  for (const std::size_t k : {at - 4, at - 3, at + 3, at + 4}) {
    const double re = static_cast<double>(cell_real_[channel][k]);
    const double im = static_cast<double>(cell_imaginary_[channel][k]);
    sum += re * re + im * im;
  }
  return sum / 4.0;
}

/// Adds the evidence and the power of a line to line_.
void SteadyCombs::listen(std::size_t channel, double hz, double times) {
  const auto bin = static_cast<std::size_t>(hz / bin_hz_ + 0.5);
  const auto count = static_cast<std::size_t>(count_);
  const std::size_t first = (next_ + cells - count) % cells;
  double noise[cells] = {}, powers[cells] = {}, sorted[cells] = {};
  for (std::size_t t = 0; t < count; ++t) {
    const std::size_t at = (first + t) % cells * bins_ + bin;
    in_real_[t] = cell_real_[channel][at];
    in_imaginary_[t] = cell_imaginary_[channel][at];
    const auto re = static_cast<double>(in_real_[t]), im = static_cast<double>(in_imaginary_[t]);
    powers[t] = re * re + im * im;
    noise[t] = std::max(powers[t], beside(channel, at));
  }
  std::copy_n(noise, count, sorted);
  std::nth_element(sorted, sorted + count / softest_share, sorted + count);
  const double least = std::max(least_power, sorted[count / softest_share]);
  std::copy_n(powers, count, sorted);
  std::nth_element(sorted, sorted + count / may_miss_one_in, sorted + count);
  const double highest_power = sorted[count / may_miss_one_in] / missing;

  const double step = -2.0 * pi * hz * hop_s();
  const double turn_re = std::cos(step), turn_im = std::sin(step);
  double at_re = 1.0, at_im = 0.0, squares = 0.0, weights = 0.0;
  for (std::size_t t = 0; t < count; ++t) {
    const double weight = 1.0 / std::max(least, noise[t]);
    const double re = static_cast<double>(in_real_[t]) * weight;
    const double im = static_cast<double>(in_imaginary_[t]) * weight;
    squares += re * re + im * im;
    weights += weight;
    in_real_[t] = static_cast<float>(re * at_re - im * at_im);
    in_imaginary_[t] = static_cast<float>(re * at_im + im * at_re);
    const double next_re = at_re * turn_re - at_im * turn_im;
    at_im = at_re * turn_im + at_im * turn_re;
    at_re = next_re;
  }
  if (!(squares > 0.0)) return;
  std::fill(in_real_.begin() + static_cast<std::ptrdiff_t>(count), in_real_.end(), 0.0F);
  std::fill(in_imaginary_.begin() + static_cast<std::ptrdiff_t>(count), in_imaginary_.end(), 0.0F);
  line_fft_.forward(in_real_.data(), in_imaginary_.data(), out_real_.data(), out_imaginary_.data());
  const double share = 1.0 / static_cast<double>(channel_count_);
  for (std::size_t i = 0; i < steps; ++i) {
    const double offset_hz = (static_cast<double>(i) - offsets) * offset_step_hz * times;
    const int lag = static_cast<int>(std::lround(offset_hz * padded * hop_s()));
    const auto k = static_cast<std::size_t>((lag + padded) % padded);
    const auto re = static_cast<double>(out_real_[k]), im = static_cast<double>(out_imaginary_[k]);
    const double sum = re * re + im * im;
    const double power = sum / (weights * weights);
    if (power > highest_power) continue;
    line_.evidence[i] += share * sum / squares;
    line_.power[i] += share * power;
  }
}

void SteadyCombs::gather() {
  for (std::size_t i = 0; i < steps; ++i) {
    const double evidence = std::clamp(line_.evidence[i] - chance, 0.0, most_of_a_line);
    total_[i] += std::min(strongest_[i], evidence);
    strongest_[i] = std::max(strongest_[i], evidence);
  }
}

double SteadyCombs::evidence_elsewhere(double comb_hz, double mains_hz) {
  std::fill(total_.begin(), total_.end(), 0.0);
  std::fill(strongest_.begin(), strongest_.end(), 0.0);
  for (std::size_t h = 0; h < SteadyComb::harmonics; ++h) {
    const double times = static_cast<double>(h + 1), hz = times * comb_hz;
    if (std::abs(std::remainder(hz, mains_hz)) < beside_the_mains_hz) continue;
    if (hz + 2.0 * bin_hz_ > highest_hz) break;
    std::fill(line_.evidence.begin(), line_.evidence.end(), 0.0);
    for (std::size_t c = 0; c < channel_count_; ++c) listen(c, hz, times);
    gather();
  }
  return *std::max_element(total_.begin(), total_.end());
}

SteadyComb SteadyCombs::search(double mains_hz) {
  Line lines[SteadyComb::harmonics];
  std::fill(total_.begin(), total_.end(), 0.0);
  std::fill(strongest_.begin(), strongest_.end(), 0.0);
  std::size_t harmonics = 0;
  for (; harmonics < SteadyComb::harmonics; ++harmonics) {
    const double times = static_cast<double>(harmonics + 1), hz = times * mains_hz;
    if (hz + 2.0 * bin_hz_ > highest_hz) break;
    std::fill(line_.evidence.begin(), line_.evidence.end(), 0.0);
    std::fill(line_.power.begin(), line_.power.end(), 0.0);
    for (std::size_t c = 0; c < channel_count_; ++c) listen(c, hz, times);
    gather();
    lines[harmonics] = line_;
  }
  const auto best =
      static_cast<std::size_t>(std::max_element(total_.begin(), total_.end()) - total_.begin());
  SteadyComb comb{.mains_hz = mains_hz,
                  .frequency_hz = mains_hz + (static_cast<double>(best) - offsets) * offset_step_hz,
                  .evidence = total_[best]};
  for (std::size_t h = 0; h < harmonics; ++h) {
    if (lines[h].evidence[best] < own_evidence) continue;
    ++comb.lines;
    comb.power[h] = lines[h].power[best];
  }
  if (!comb.found()) return comb;
  for (const double hz : nobodys_mains_hz)
    comb.elsewhere = std::max(comb.elsewhere, evidence_elsewhere(hz, mains_hz));
  comb.elsewhere = std::max(comb.elsewhere, evidence_elsewhere(110.0 - mains_hz, mains_hz));
  return comb;
}

}  // namespace lacquer::measure
