#include "lacquer/measure/spectrum/spectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"
#include "lacquer/measure/levels/loudness.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

using dsp::Quad;
using dsp::quads;

constexpr double absolute_gate_db = -70.0;
constexpr double relative_gate_db = -20.0;
// Mid and side levels of the priors stand on this floor, so that an empty side has a level.
constexpr double side_floor = 1e-7;
int size_within(double frames) {
  return static_cast<int>(std::bit_floor(static_cast<unsigned>(frames)));
}

struct LevelStatistics {
  double mean_db, sd_db;
};

/// Mean and spread in dB of the blocks above (mean - 20 dB), the mean being of those above
/// `floor_db`; nothing if there are none.
std::optional<LevelStatistics> statistics(const std::vector<double>& levels_db, double floor_db) {
  const auto mean_above = [&](double threshold_db) -> Maybe {
    double sum = 0.0;
    int count = 0;
    for (const double level : levels_db) {
      if (level < threshold_db) continue;
      sum += level;
      ++count;
    }
    return count > 0 ? Maybe{sum / count} : Maybe{};
  };
  const Maybe all = mean_above(floor_db);
  if (!all) return {};
  const double threshold_db = *all + relative_gate_db;
  const double mean_db = *mean_above(threshold_db);
  double squares = 0.0;
  int count = 0;
  for (const double level : levels_db) {
    if (level < threshold_db) continue;
    squares += (level - mean_db) * (level - mean_db);
    ++count;
  }
  return LevelStatistics{mean_db, std::sqrt(squares / count)};
}

double slope(const std::vector<double>& x, const std::vector<double>& y) {
  const auto n = static_cast<double>(x.size());
  double sum_x = 0, sum_y = 0, sum_xx = 0, sum_xy = 0;
  for (std::size_t i = 0; i < x.size(); ++i) {
    sum_x += x[i];
    sum_y += y[i];
    sum_xx += x[i] * x[i];
    sum_xy += x[i] * y[i];
  }
  return (n * sum_xy - sum_x * sum_y) / (n * sum_xx - sum_x * sum_x);
}

LACQUER_KERNEL void mid_side_kernel(const double* left, const double* right, int count, float* mid,
                                    float* side) {
  int f = 0;
  for (; f + 4 <= count; f += 4) {
    const Quad sum = *quads(left + f) + *quads(right + f);
    const Quad difference = *quads(left + f) - *quads(right + f);
    *reinterpret_cast<dsp::Float4Anywhere*>(mid + f) = __builtin_convertvector(sum, dsp::Float4);
    *reinterpret_cast<dsp::Float4Anywhere*>(side + f) =
        __builtin_convertvector(difference, dsp::Float4);
  }
  for (; f < count; ++f) {
    mid[f] = static_cast<float>(left[f] + right[f]);
    side[f] = static_cast<float>(left[f] - right[f]);
  }
}

/// Power of mid, and of mid and side together, of the bins from 1 on.
LACQUER_KERNEL void powers_kernel(const float* real, const float* imaginary, int size, double scale,
                                  double* mid, double* both) {
  const double of_sum = 0.25 * scale, of_both = 0.5 * scale;
  for (int k = 1; k < size / 2; k += 4) {
    Quad re, im, mirror_re, mirror_im;
    dsp::widen(real + k, re);
    dsp::widen(imaginary + k, im);
    dsp::widen_backwards(real + size - k, mirror_re);
    dsp::widen_backwards(imaginary + size - k, mirror_im);
    const Quad mid_re = re + mirror_re, mid_im = im - mirror_im;
    *quads(mid + k) = of_sum * (mid_re * mid_re + mid_im * mid_im);
    *quads(both + k) =
        of_both * ((re * re + im * im) + (mirror_re * mirror_re + mirror_im * mirror_im));
  }
}

LACQUER_WIDE void mid_side_wide(const double* left, const double* right, int count, float* mid,
                                float* side) {
  mid_side_kernel(left, right, count, mid, side);
}
LACQUER_WIDE void powers_wide(const float* real, const float* imaginary, int size, double scale,
                              double* mid, double* both) {
  powers_kernel(real, imaginary, size, scale, mid, both);
}

}  // namespace

SpectrumMeter::SpectrumMeter(StreamFormat format)
    : format_{format},
      block_frames_{static_cast<int>(std::lround(0.4 * format.sample_rate_hz))},
      size_{size_within(0.4 * format.sample_rate_hz)},
      fft_{size_} {
  const double rate_hz = format.sample_rate_hz;
  const auto bins = static_cast<std::size_t>(size_ / 2 + 1);
  for (int n = 0; n < size_; ++n)
    window_.push_back(static_cast<float>(std::sin(pi * (n + 0.5) / size_)));
  for (std::size_t b = 0; b < band_edges_hz.size(); ++b)
    band_bins_[b] = std::min(static_cast<int>(band_edges_hz[b] * size_ / rate_hz), size_ / 2);
  const auto size = static_cast<std::size_t>(size_);
  for (auto* array : {&real_, &imaginary_}) array->resize(size);
  for (auto* frames : {&mid_, &side_}) frames->resize(2 * static_cast<std::size_t>(block_frames_));
  mid_power_.resize(bins);
  both_power_.resize(bins);
}

void SpectrumMeter::add(const double* const* weighted, int frame_count) {
  const double* left = weighted[0];
  const double* right = weighted[format_.channel_count - 1];
  // Room for some blocks, so that frames are moved to the front seldom.
  if (static_cast<std::size_t>(filled_ + frame_count) > mid_.size()) {
    for (auto* frames : {&mid_, &side_})
      std::copy(frames->begin() + filled_ - block_frames_, frames->begin() + filled_,
                frames->begin());
    filled_ = block_frames_;
  }
  const bool wide = dsp::has_wide_registers();
  if (format_.channel_count == 2)
    (wide ? mid_side_wide : mid_side_kernel)(left, right, frame_count, mid_.data() + filled_,
                                             side_.data() + filled_);
  else
    dsp::narrow(left, frame_count, mid_.data() + filled_);
  filled_ += frame_count;
  ++step_count_;
  if (step_count_ % step_hop == 0 && step_count_ >= step_window) add_block();
}

void SpectrumMeter::add_block() {
  const bool wide = dsp::has_wide_registers();
  // The window stands in the middle of the 400 ms that end here.
  const int from = filled_ - (block_frames_ - (block_frames_ - size_) / 2);
  const auto size = static_cast<std::size_t>(size_);
  fft_.forward_windowed(mid_.data() + from, side_.data() + from, window_.data(), real_.data(),
                        imaginary_.data());

  // Mid went in as the real, side as the imaginary part: the parts of the spectrum that are even
  // and odd under conjugation. One-sided power, so that the bins add up to the mean square.
  const double scale = 2.0 / (static_cast<double>(size_) * 0.5 * size_);
  (wide ? powers_wide : powers_kernel)(real_.data(), imaginary_.data(), size_, scale,
                                       mid_power_.data(), both_power_.data());
  mid_power_[0] = both_power_[0] = 0.0;
  mid_power_[size / 2] = both_power_[size / 2] = 0.0;
  const auto sum_of_bins = [](const std::vector<double>& values, int first, int end) {
    return sum(values.data() + first, std::max(end - first, 0));
  };

  Block block{};
  for (std::size_t b = 0; b < band_count; ++b) {
    const double mid = sum_of_bins(mid_power_, band_bins_[b], band_bins_[b + 1]);
    const double both = sum_of_bins(both_power_, band_bins_[b], band_bins_[b + 1]);
    block.mid[b] = static_cast<float>(mid);
    block.side[b] = static_cast<float>(std::max(0.0, both - mid));
  }
  blocks_.push_back(block);
}

Spectrum SpectrumMeter::spectrum() const {
  Spectrum result;
  const bool stereo = format_.channel_count == 2;
  result.bands_hz.assign(band_edges_hz.begin(), band_edges_hz.end());
  result.share_db.resize(band_count);
  result.side_minus_mid_db.resize(band_count);
  result.band_sd_400ms_db.resize(band_count);

  std::array<Maybe, band_count> level_db;
  double power_sum = 0.0;
  for (std::size_t b = 0; b < band_count; ++b) {
    if (0.5 * format_.sample_rate_hz < least_share_of_band * band_edges_hz[b + 1]) continue;
    std::vector<double> total, mid, side;
    for (const Block& block : blocks_) {
      const double both = static_cast<double>(block.mid[b]) + static_cast<double>(block.side[b]);
      total.push_back(-0.691 + db_from_power(1e-37 + (stereo ? 0.5 : 1.0) * both));
      mid.push_back(db_from_power(side_floor + static_cast<double>(block.mid[b])));
      side.push_back(db_from_power(side_floor + static_cast<double>(block.side[b])));
    }
    const auto of_total = statistics(total, absolute_gate_db);
    if (!of_total) continue;
    level_db[b] = of_total->mean_db;
    power_sum += power_from_db(of_total->mean_db);
    result.band_sd_400ms_db[b] = of_total->sd_db;
    if (!stereo) continue;
    result.side_minus_mid_db[b] =
        statistics(side, minus_infinity)->mean_db - statistics(mid, minus_infinity)->mean_db;
  }
  for (std::size_t b = 0; b < band_count; ++b)
    if (level_db[b]) result.share_db[b] = *level_db[b] - db_from_power(power_sum);

  add_tilt(result, level_db);
  return result;
}

/// Slope over the bands from 148 Hz to 12 kHz of their level an octave, K-weighting undone.
void SpectrumMeter::add_tilt(Spectrum& result,
                             const std::array<Maybe, band_count>& level_db) const {
  const dsp::KWeighting weighting{format_.sample_rate_hz, 1};
  std::vector<double> octaves, per_octave_db;
  for (std::size_t b = 1; b + 1 < band_count; ++b) {
    if (!level_db[b]) continue;
    const double centre_hz = std::sqrt(band_edges_hz[b] * band_edges_hz[b + 1]);
    octaves.push_back(std::log2(centre_hz));
    per_octave_db.push_back(*level_db[b] - db_from_power(weighting.power_gain(centre_hz)) -
                            db_from_power(std::log2(band_edges_hz[b + 1] / band_edges_hz[b])));
  }
  if (octaves.size() >= 3) result.tilt_db_per_octave = slope(octaves, per_octave_db);
}

}  // namespace lacquer::measure
