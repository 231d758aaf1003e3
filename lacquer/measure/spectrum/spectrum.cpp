#include "lacquer/measure/spectrum/spectrum.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/float_fft_registers.h"
#include "lacquer/dsp/k_weighting.h"

namespace lacquer::measure {
namespace {

using dsp::float_fft::Eight;
using dsp::float_fft::Sixteen;

constexpr double loudness_offset_db = -0.691;  // BS.1770-4, equation 2
constexpr double absolute_gate_db = -70.0 - loudness_offset_db;
constexpr double relative_gate_db = -20.0;
// Mid and side levels of the priors stand on this floor, so that an empty side has a level.
constexpr double side_floor = 1e-7;
// Of the blocks' powers: from below what the gates let through to above what fits.
constexpr double lowest_class_db = -95.0, highest_class_db = 15.0;
constexpr int classes_per_db = 20;
// Above, the K-weighting is a straight line over sixteen bins (40 Hz), to 1e-4 dB.
constexpr double exact_below_hz = 1000.0;

int size_within(double frames) {
  return static_cast<int>(std::bit_floor(static_cast<unsigned>(frames)));
}

struct LevelStatistics {
  double mean_db, sd_db;
};

/// Mean and spread in dB of the blocks above (mean - 20 dB), the mean being of those above
/// `floor_db`; nothing if there are none.
std::optional<LevelStatistics> statistics(const LevelHistogram& levels, double floor_db) {
  struct Sums {
    double count = 0.0, levels = 0.0, squares = 0.0;
    double mean() const { return levels / count; }
  };
  const auto sums_above = [&](double threshold_db) {
    Sums sums;
    for (const auto& one : levels.classes()) {
      if (one.count == 0) continue;
      const double level_db = db_from_power(one.mean());
      if (level_db < threshold_db) continue;
      sums.count += one.count;
      sums.levels += one.count * level_db;
      sums.squares += one.count * level_db * level_db;
    }
    return sums;
  };
  const Sums all = sums_above(floor_db);
  if (all.count == 0.0) return {};
  const Sums above = sums_above(all.mean() + relative_gate_db);
  const double variance = above.squares / above.count - above.mean() * above.mean();
  return LevelStatistics{above.mean(), std::sqrt(std::max(0.0, variance))};
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

/// Of two rows of bins that face each other.
struct RowPowers {
  const float *re, *im, *mirror_re, *mirror_im;  // the mirror is read backwards
  const float* weights;
  int count;
  float *mid, *side, *mid_sums, *side_sums;
};

/// Powers of left + right and left - right, where left went into a transform as the real and right
/// as the imaginary part; `mirror` is where the opposite frequency of the first bin stands.
template <typename Wide>
LACQUER_KERNEL void powers_kernel(const RowPowers& row) {
  using Vector = typename Wide::Vector;
  for (int i = 0; i < row.count; i += Wide::lanes) {
    Vector re, im, other_re, other_im, weight, mid_sum, side_sum;
    Wide::load(row.re + i, re);
    Wide::load(row.im + i, im);
    Wide::load(row.mirror_re - i - (Wide::lanes - 1), other_re);
    Wide::load(row.mirror_im - i - (Wide::lanes - 1), other_im);
    Wide::reverse(other_re);
    Wide::reverse(other_im);
    Wide::load(row.weights + i, weight);
    Wide::load(row.mid_sums + i, mid_sum);
    Wide::load(row.side_sums + i, side_sum);
    const Vector left_re = re + other_re, left_im = im - other_im;
    const Vector right_re = im + other_im, right_im = other_re - re;
    const Vector sum_re = left_re + right_re, sum_im = left_im + right_im;
    const Vector difference_re = left_re - right_re, difference_im = left_im - right_im;
    const Vector mid = weight * (sum_re * sum_re + sum_im * sum_im);
    const Vector side = weight * (difference_re * difference_re + difference_im * difference_im);
    Wide::store(mid, row.mid + i);
    Wide::store(side, row.side + i);
    Wide::store(mid_sum + mid, row.mid_sums + i);
    Wide::store(side_sum + side, row.side_sums + i);
  }
}

LACQUER_WIDE void powers_wide(const RowPowers& row) { powers_kernel<Eight>(row); }
LACQUER_WIDEST void powers_widest(const RowPowers& row) { powers_kernel<Sixteen>(row); }

double sum_of(const dsp::AlignedVector<float>& values, int first, int end) {
  double sum = 0.0;
  for (int i = first; i < end; ++i) sum += static_cast<double>(values[static_cast<std::size_t>(i)]);
  return sum;
}

}  // namespace

SpectrumMeter::Levels::Levels()
    : all{lowest_class_db, highest_class_db, classes_per_db}, mid{all}, side{all} {}

SpectrumMeter::SpectrumMeter(StreamFormat format)
    : format_{format},
      block_frames_{static_cast<int>(std::lround(0.4 * format.sample_rate_hz))},
      size_{size_within(0.4 * format.sample_rate_hz)},
      column_count_{size_ / dsp::FloatFft::rows / 2},
      fft_{size_},
      levels_(band_count) {
  const double rate_hz = format.sample_rate_hz;
  window_.resize(static_cast<std::size_t>(size_));
  for (std::size_t n = 0; n < window_.size() / 2; ++n)
    window_[n] = window_[window_.size() - 1 - n] =
        static_cast<float>(std::sin(pi * (static_cast<double>(n) + 0.5) / size_));
  for (std::size_t b = 0; b < band_edges_hz.size(); ++b)
    band_bins_[b] = std::min(static_cast<int>(band_edges_hz[b] * size_ / rate_hz), size_ / 2);

  // One-sided power, so that the bins add up to the mean square; a quarter of it, because two
  // channels in one transform come out as sums of two bins.
  const double scale = 0.25 * 2.0 / (0.5 * size_ * size_);
  const dsp::KWeighting weighting{rate_hz, 1};
  const auto weight = [&](int bin) { return scale * weighting.power_gain(bin * rate_hz / size_); };
  weights_.resize(static_cast<std::size_t>(size_ / 2));
  for (int column = 0; column < column_count_; ++column) {
    const int first = dsp::FloatFft::rows * column;
    const double here = weight(first),
                 step = (weight(first + dsp::FloatFft::rows) - here) / dsp::FloatFft::rows;
    for (int row = 0; row < dsp::FloatFft::rows; ++row)
      weights_[static_cast<std::size_t>(row * column_count_ + column)] = static_cast<float>(
          first * rate_hz / size_ < exact_below_hz ? weight(first + row) : here + row * step);
  }
  weights_[0] = 0.0F;
  for (auto* columns : {&mid_, &side_, &row_mid_, &row_side_})
    columns->resize(static_cast<std::size_t>(column_count_));
  if (format.channel_count == 1) silence_.resize(static_cast<std::size_t>(size_));
}

void SpectrumMeter::add_step(const FloatFrames& frames) {
  ++step_count_;
  if (step_count_ % step_hop == 0 && step_count_ >= step_window) add_block(frames);
}

void SpectrumMeter::add_block(const FloatFrames& frames) {
  // The window stands in the middle of the 400 ms that end here.
  const auto from = frames.end() - (block_frames_ - (block_frames_ - size_) / 2);
  const bool stereo = format_.channel_count == 2;
  std::fill(mid_.begin(), mid_.end(), 0.0f);
  std::fill(side_.begin(), side_.end(), 0.0f);
  before_edge_.fill({});
  after_edge_.fill({});
  const int last = size_ / dsp::FloatFft::rows - 1;
  fft_.forward_rows(
      frames.at(0, from), stereo ? frames.at(1, from) : silence_.data(), window_.data(),
      [&](const dsp::FloatFft::RowPair& pair) {
        // Row 0 faces itself one element further on, since its first is bin 0.
        const int facing = pair.row == 0 ? last + 1 : last;
        add_row(pair.row, pair.re, pair.im, pair.mirror_re + facing, pair.mirror_im + facing);
        if (pair.mirror_row == pair.row) return;
        add_row(pair.mirror_row, pair.mirror_re, pair.mirror_im, pair.re + last, pair.im + last);
      });

  for (std::size_t b = 0; b < band_count; ++b) {
    const int first = band_bins_[b] / dsp::FloatFft::rows + 1;
    const int end = band_bins_[b + 1] / dsp::FloatFft::rows;
    if (end < first) continue;  // above the Nyquist frequency
    const double mid = after_edge_[b].mid + sum_of(mid_, first, end) + before_edge_[b + 1].mid;
    const double side =
        stereo ? after_edge_[b].side + sum_of(side_, first, end) + before_edge_[b + 1].side : 0.0;
    Levels& levels = levels_[b];
    levels.all.add((stereo ? 0.5 : 1.0) * (mid + side));
    levels.mid.add(side_floor + mid);
    levels.side.add(side_floor + side);
  }
}

void SpectrumMeter::add_row(int row, const float* re, const float* im, const float* mirror_re,
                            const float* mirror_im) {
  const bool in_sixteens = column_count_ % Sixteen::lanes == 0;
  (in_sixteens && dsp::has_widest_registers() ? powers_widest
   : dsp::has_wide_registers()
       ? powers_wide
       : powers_kernel<Eight>)({re, im, mirror_re, mirror_im, weights_.data() + row * column_count_,
                                column_count_, row_mid_.data(), row_side_.data(), mid_.data(),
                                side_.data()});
  for (std::size_t b = 0; b < band_bins_.size(); ++b) {
    const int column = band_bins_[b] / dsp::FloatFft::rows;
    if (column == column_count_) continue;
    auto& sums = row < band_bins_[b] % dsp::FloatFft::rows ? before_edge_[b] : after_edge_[b];
    sums.mid += static_cast<double>(row_mid_[static_cast<std::size_t>(column)]);
    sums.side += static_cast<double>(row_side_[static_cast<std::size_t>(column)]);
  }
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
    const Levels& levels = levels_[b];
    const auto of_total = statistics(levels.all, absolute_gate_db);
    if (!of_total) continue;
    level_db[b] = of_total->mean_db + loudness_offset_db;
    power_sum += power_from_db(*level_db[b]);
    result.band_sd_400ms_db[b] = of_total->sd_db;
    if (!stereo) continue;
    result.side_minus_mid_db[b] = statistics(levels.side, minus_infinity)->mean_db -
                                  statistics(levels.mid, minus_infinity)->mean_db;
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
