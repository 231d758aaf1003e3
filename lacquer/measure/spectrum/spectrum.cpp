#include "lacquer/measure/spectrum/spectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels/loudness.h"

namespace lacquer::measure {
namespace {

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

}  // namespace

SpectrumMeter::SpectrumMeter(StreamFormat format)
    : format_{format},
      block_frames_{static_cast<int>(std::lround(0.4 * format.sample_rate_hz))},
      size_{size_within(0.4 * format.sample_rate_hz)},
      fft_{size_} {
  const double rate_hz = format.sample_rate_hz;
  const auto bins = static_cast<std::size_t>(size_ / 2 + 1);
  for (int n = 0; n < size_; ++n) window_.push_back(std::sin(pi * (n + 0.5) / size_));
  for (std::size_t b = 0; b < band_edges_hz.size(); ++b)
    band_bins_[b] = std::min(static_cast<int>(band_edges_hz[b] * size_ / rate_hz), size_ / 2);
  const auto size = static_cast<std::size_t>(size_);
  for (auto* array : {&windowed_mid_, &windowed_side_, &real_, &imaginary_}) array->resize(size);
  mid_power_.resize(bins);
  both_power_.resize(bins);
}

void SpectrumMeter::add(const double* const* weighted, int frame_count) {
  const double* left = weighted[0];
  if (format_.channel_count == 1) {
    mid_.insert(mid_.end(), left, left + frame_count);
  } else {
    const double* right = weighted[1];
    const std::size_t first = mid_.size();
    mid_.resize(first + static_cast<std::size_t>(frame_count));
    side_.resize(mid_.size());
    for (int f = 0; f < frame_count; ++f) {
      mid_[first + static_cast<std::size_t>(f)] = left[f] + right[f];
      side_[first + static_cast<std::size_t>(f)] = left[f] - right[f];
    }
  }
  ++step_count_;
  if (step_count_ % step_hop != 0 || step_count_ < step_window) return;
  add_block();
  for (auto* frames : {&mid_, &side_})
    if (const auto surplus = static_cast<std::ptrdiff_t>(frames->size()) - block_frames_;
        surplus > 0)
      frames->erase(frames->begin(), frames->begin() + surplus);
}

void SpectrumMeter::add_block() {
  const bool stereo = format_.channel_count == 2;
  // The window stands in the middle of the 400 ms that end here.
  const auto from =
      mid_.size() - static_cast<std::size_t>(block_frames_ - (block_frames_ - size_) / 2);
  const auto size = static_cast<std::size_t>(size_);
  for (std::size_t n = 0; n < size; ++n) {
    windowed_mid_[n] = mid_[from + n] * window_[n];
    if (stereo) windowed_side_[n] = side_[from + n] * window_[n];
  }
  fft_.forward(windowed_mid_.data(), windowed_side_.data(), real_.data(), imaginary_.data());

  // Mid went in as the real, side as the imaginary part: the parts of the spectrum that are even
  // and odd under conjugation. One-sided power, so that the bins add up to the mean square.
  const double scale = 2.0 / (static_cast<double>(size_) * 0.5 * size_);
  mid_power_[0] = both_power_[0] = 0.0;
  mid_power_[size / 2] = both_power_[size / 2] = 0.0;
  for (std::size_t k = 1; k < size / 2; ++k) {
    const double re = real_[k], im = imaginary_[k];
    const double mirror_re = real_[size - k], mirror_im = imaginary_[size - k];
    const double mid_re = 0.5 * (re + mirror_re), mid_im = 0.5 * (im - mirror_im);
    const double both = 0.5 * (re * re + im * im + mirror_re * mirror_re + mirror_im * mirror_im);
    mid_power_[k] = scale * (mid_re * mid_re + mid_im * mid_im);
    both_power_[k] = scale * both;  // mid and side
  }

  Block block{};
  for (std::size_t b = 0; b < band_count; ++b) {
    double mid = 0.0, both = 0.0;
    for (int k = band_bins_[b]; k < band_bins_[b + 1]; ++k) {
      mid += mid_power_[static_cast<std::size_t>(k)];
      both += both_power_[static_cast<std::size_t>(k)];
    }
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
