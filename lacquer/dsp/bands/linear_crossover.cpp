#include "lacquer/dsp/bands/linear_crossover.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/dsp/transform/turns.h"

namespace lacquer::dsp {
namespace {

constexpr double shortest_filter_s = 0.3;
constexpr double fewest_taps = 4096.0;
constexpr int partition_count = 8;
constexpr int collected_count = partition_count / 2 + 1;

}  // namespace

void LinearCrossover::prepare(StreamFormat format) {
  format_ = format;
  const double least_taps = std::max(shortest_filter_s * format.sample_rate_hz, fewest_taps);
  tap_count_ = static_cast<int>(std::bit_ceil(static_cast<unsigned>(least_taps)));
  block_frames_ = tap_count_ / partition_count;
  fft_.emplace(2 * block_frames_);
  design_fft_.emplace(tap_count_);
  for (Filters& filters : filters_)
    for (SpectrumRows& rows : filters.rows) rows.prepare(partition_count, fft_->bins());
  const auto channels = static_cast<std::size_t>(format.channel_count);
  const auto frames = static_cast<std::size_t>(block_frames_);
  history_.resize(channels);
  for (SpectrumHistory& history : history_) history.prepare(block_frames_, partition_count);
  collected_.assign(channels, std::vector<double>(collected_count * frames));
  old_.fill(std::vector<double>(frames));
  bands_.assign(channels, old_);
  samples_.assign(2 * frames, 0.0);
  taps_.assign(static_cast<std::size_t>(tap_count_), 0.0);
  magnitude_.assign(static_cast<std::size_t>(design_fft_->bins()), 0.0);
  nothing_ = magnitude_;
  const auto padded = static_cast<std::size_t>(filters_[0].rows[0].stride());
  sum_real_.assign(padded, 0.0);
  sum_imaginary_.assign(padded, 0.0);
  fade_.resize(frames);
  const Turns turns{2 * block_frames_};
  for (std::size_t n = 0; n < frames; ++n) fade_[n] = turns.hann(n);
  reset();
}

void LinearCrossover::reset() noexcept {
  block_number_ = 0;
  fresh_ = true;
  changing_ = false;
  for (SpectrumHistory& history : history_) history.clear();
  for (auto& blocks : collected_) std::fill(blocks.begin(), blocks.end(), 0.0);
}

double* LinearCrossover::collected(int channel, std::int64_t number) noexcept {
  const std::int64_t row = (number + collected_count) % collected_count;
  return collected_[static_cast<std::size_t>(channel)].data() + row * block_frames_;
}

void LinearCrossover::tune(int band_count, const Corners& corners_hz) noexcept {
  Filters& next = filters_[1 - sounding_];
  const Filters& now = filters_[sounding_];
  changing_ =
      fresh_ || now.count != band_count ||
      !std::equal(corners_hz.begin(), corners_hz.begin() + band_count - 1, now.corners_hz.begin());
  if (!changing_) return;
  next.count = band_count;
  next.corners_hz = corners_hz;
  design(next);
}

/// The magnitudes are sampled where the transform has its bins, all phases 0; turned by half the
/// length, the middle of each filter is its tap tap_count_ / 2.
void LinearCrossover::design(Filters& filters) noexcept {
  const double bin_hz = format_.sample_rate_hz / tap_count_;
  for (int b = 0; b + 1 < filters.count; ++b) {
    for (std::size_t k = 0; k < magnitude_.size(); ++k) {
      double part = k % 2 == 0 ? 1.0 : -1.0;
      for (int c = 0; c <= b; ++c) {
        const double octave =
            static_cast<double>(k) * bin_hz / filters.corners_hz[static_cast<std::size_t>(c)];
        const double fourth = octave * octave * octave * octave;
        part *= (c == b ? 1.0 : fourth) / (1.0 + fourth);
      }
      magnitude_[k] = part;
    }
    design_fft_->inverse(magnitude_.data(), nothing_.data(), taps_.data());
    taps_[0] = 0.0;  // has no mirror image
    SpectrumRows& rows = filters.rows[static_cast<std::size_t>(b)];
    std::fill(samples_.begin() + block_frames_, samples_.end(), 0.0);
    for (int p = 0; p < partition_count; ++p) {
      std::copy_n(taps_.begin() + p * block_frames_, block_frames_, samples_.begin());
      fft_->forward(samples_.data(), rows.real(p), rows.imaginary(p));
    }
  }
}

/// What all bands together are stands in the highest; each other takes its part from it.
void LinearCrossover::divide(const Filters& filters, int channel, Bands& bands) noexcept {
  const auto highest = static_cast<std::size_t>(filters.count - 1);
  std::copy_n(collected(channel, block_number_ - partition_count / 2), block_frames_,
              bands[highest].begin());
  for (std::size_t b = 0; b < most_bands; ++b) {
    if (b == highest) continue;
    std::fill(sum_real_.begin(), sum_real_.end(), 0.0);
    std::fill(sum_imaginary_.begin(), sum_imaginary_.end(), 0.0);
    const bool sounds =
        b < highest && history_[static_cast<std::size_t>(channel)].convolve(
                           block_number_, filters.rows[b], sum_real_.data(), sum_imaginary_.data());
    if (!sounds) {
      std::fill(bands[b].begin(), bands[b].end(), 0.0);
      continue;
    }
    fft_->inverse(sum_real_.data(), sum_imaginary_.data(), samples_.data());
    std::copy_n(samples_.data() + block_frames_, block_frames_, bands[b].begin());
    for (std::size_t n = 0; n < bands[b].size(); ++n) bands[highest][n] -= bands[b][n];
  }
}

void LinearCrossover::split() noexcept {
  const Filters& before = filters_[sounding_];
  if (changing_) sounding_ = 1 - sounding_;
  for (int c = 0; c < format_.channel_count; ++c) {
    const auto channel = static_cast<std::size_t>(c);
    std::copy_n(collected(c, block_number_ - 1), block_frames_, samples_.data());
    std::copy_n(collected(c, block_number_), block_frames_, samples_.data() + block_frames_);
    history_[channel].add(block_number_, samples_.data(), *fft_);
    divide(filters_[sounding_], c, bands_[channel]);
    if (!changing_ || fresh_) continue;
    divide(before, c, old_);
    for (std::size_t b = 0; b < most_bands; ++b)
      for (std::size_t n = 0; n < fade_.size(); ++n)
        bands_[channel][b][n] = old_[b][n] + fade_[n] * (bands_[channel][b][n] - old_[b][n]);
  }
  fresh_ = changing_ = false;
  ++block_number_;
}

const double* LinearCrossover::band(int channel, int band) const noexcept {
  return bands_[static_cast<std::size_t>(channel)][static_cast<std::size_t>(band)].data();
}

/// The block that split() worked on is one back, and the bands are half a filter behind it.
const double* LinearCrossover::delayed(int channel) noexcept {
  return collected(channel, block_number_ - 1 - partition_count / 2);
}

}  // namespace lacquer::dsp
