#include "lacquer/measure/spectrum/spectrum.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/dsp/transform/float_fft_registers.h"

namespace lacquer::measure {
namespace {

using dsp::float_fft::Eight;
using dsp::float_fft::Sixteen;

constexpr double loudness_offset_db = -0.691;  // BS.1770-4, equation 2
constexpr double absolute_gate_db = -70.0 - loudness_offset_db;
constexpr double programme_gate_db = -10.0;  // BS.1770-4
constexpr double relative_gate_db = -20.0;
// Mid and side levels of the priors stand on this floor, so that an empty side has a level.
constexpr double side_floor = 1e-7;
// The level at which that floor and the absolute gate mean what they mean in the priors: the median
// of their masters. A programme of another level is judged as if it were turned up to this one.
constexpr double level_of_priors_db = -12.0 - loudness_offset_db;
// Of the blocks' powers: from below what the gates let through to above what fits.
constexpr double lowest_class_db = -115.0, highest_class_db = 15.0;
constexpr int classes_per_db = 20;
// Above, the K-weighting is a straight line over sixteen bins (40 Hz), to 1e-4 dB.
constexpr int weights_at_once = 16;
constexpr double exact_below_hz = 1000.0;

struct LevelStatistics {
  double mean_db, sd_db;
};

/// Mean and spread in dB of the blocks above (mean - 20 dB), the mean being of those above
/// `gate_db`; nothing if there are none. All stand on a floor, in power.
std::optional<LevelStatistics> statistics(const LevelHistogram& levels, double gate_db,
                                          double floor) {
  struct Sums {
    double count = 0.0, levels = 0.0, squares = 0.0;
    double mean() const { return levels / count; }
    void add(double blocks, double level_db) {
      count += blocks;
      levels += blocks * level_db;
      squares += blocks * level_db * level_db;
    }
  };
  const auto sums_above = [&](double threshold_db) {
    Sums sums;
    double below = static_cast<double>(levels.count());
    for (const auto& one : levels.classes()) {
      if (one.count == 0) continue;
      below -= one.count;
      const double level_db = db_from_power(one.mean() + floor);
      if (level_db >= threshold_db) sums.add(one.count, level_db);
    }
    if (below > 0.0 && floor > 0.0 && db_from_power(floor) >= threshold_db)
      sums.add(below, db_from_power(floor));
    return sums;
  };
  const Sums all = sums_above(gate_db);
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

/// Bins of a transform whose real part is left and whose imaginary part is right.
struct Bins {
  const float *real, *imaginary;  // bins -1 to size
  int size;
  int first;
  const float* weights;  // from the first bin on
  int count;             // of weights, a multiple of sixteen
};

struct MidSide {
  double mid, side;
};

/// Powers of left + right and left - right under a sine window, weighted and added up. Half a bin
/// above bin k the window leaves the difference of bins k and k + 1, whose opposite is that of
/// size - k - 1 and size - k. Sixteen sums side by side, whatever the registers.
template <typename Wide>
LACQUER_KERNEL void powers_kernel(const Bins& bins, MidSide& sums) {
  using Vector = typename Wide::Vector;
  constexpr int lanes = 16, registers = lanes / Wide::lanes;
  Vector mid[registers]{}, side[registers]{};
  const auto difference = [](const float* at, Vector& value) __attribute__((always_inline)) {
    Vector next;
    Wide::load(at, value);
    Wide::load(at + 1, next);
    value -= next;
  };
  for (int i = 0; i < bins.count; i += lanes)
    for (int r = 0; r < registers; ++r) {
      const int from = i + r * Wide::lanes, k = bins.first + from;
      const int opposite = bins.size - k - Wide::lanes;
      Vector weight, re, im, other_re, other_im;
      Wide::load(bins.weights + from, weight);
      difference(bins.real + k, re);
      difference(bins.imaginary + k, im);
      difference(bins.real + opposite, other_re);
      difference(bins.imaginary + opposite, other_im);
      Wide::reverse(other_re);
      Wide::reverse(other_im);
      const Vector left_re = re - other_re, left_im = im + other_im;
      const Vector right_re = im - other_im, minus_right_im = re + other_re;
      const Vector sum_re = left_re + right_re, sum_im = left_im - minus_right_im;
      const Vector difference_re = left_re - right_re, difference_im = left_im + minus_right_im;
      mid[r] += weight * (sum_re * sum_re + sum_im * sum_im);
      side[r] += weight * (difference_re * difference_re + difference_im * difference_im);
    }
  alignas(64) float mids[lanes], sides[lanes];
  for (int r = 0; r < registers; ++r) {
    Wide::store(mid[r], mids + r * Wide::lanes);
    Wide::store(side[r], sides + r * Wide::lanes);
  }
  sums = {0.0, 0.0};
  for (int i = 0; i < lanes; ++i) {
    sums.mid += static_cast<double>(mids[i]);
    sums.side += static_cast<double>(sides[i]);
  }
}

LACQUER_WIDE void powers_wide(const Bins& bins, MidSide& sums) { powers_kernel<Eight>(bins, sums); }
LACQUER_WIDEST void powers_widest(const Bins& bins, MidSide& sums) {
  powers_kernel<Sixteen>(bins, sums);
}

}  // namespace

SpectrumMeter::Band::Band()
    : all{lowest_class_db, highest_class_db, classes_per_db}, mid{all}, side{all} {}

SpectrumMeter::SpectrumMeter(StreamFormat format, int size)
    : format_{format},
      size_{size},
      bands_(band_count),
      whole_{lowest_class_db, highest_class_db, classes_per_db} {
  const double bin_hz = format.sample_rate_hz / size;
  // One-sided power, so that the bins add up to the mean square; the squares of a sine window add
  // up to half its size. A quarter of it, because two channels in one transform come out as sums of
  // two bins, and again, because the sine is half of the difference of two turns.
  const double scale = 2.0 / (0.5 * size * size) / 4.0 / 4.0;
  const dsp::KWeighting weighting{format.sample_rate_hz, 1};
  const auto weight = [&](int bin) { return scale * weighting.power_gain((bin + 0.5) * bin_hz); };
  // Half a bin below each edge, rounded down as in the priors, stands what both bands share.
  const auto edge_bin = [&](std::size_t edge) {
    return std::min(static_cast<int>(band_edges_hz[edge] / bin_hz), size / 2) - 1;
  };
  for (std::size_t b = 0; b < band_count; ++b) {
    const int first = edge_bin(b), last = edge_bin(b + 1);
    if (last <= first) break;  // above the Nyquist frequency
    Band& band = bands_[b];
    band.first_bin = first;
    for (int at = first; at <= last; at += weights_at_once) {
      const bool exact = at * bin_hz < exact_below_hz;
      const double here = weight(at),
                   step = (weight(at + weights_at_once) - here) / weights_at_once;
      for (int i = 0; i < weights_at_once; ++i)
        band.weights.push_back(static_cast<float>(at + i > last ? 0.0
                                                  : exact       ? weight(at + i)
                                                                : here + i * step));
    }
    band.weights.front() *= 0.5F;
    band.weights[static_cast<std::size_t>(last - first)] *= 0.5F;
  }
}

void SpectrumMeter::add(const PairTransform& transform) {
  assert(transform.size() == size_);
  const bool stereo = format_.channel_count == 2;
  const auto powers = dsp::has_widest_registers() ? powers_widest
                      : dsp::has_wide_registers() ? powers_wide
                                                  : powers_kernel<Eight>;
  std::array<MidSide, band_count> sums;
  for (std::size_t b = 0; b < band_count; ++b) {
    powers({.real = transform.real(),
            .imaginary = transform.imaginary(),
            .size = size_,
            .first = bands_[b].first_bin,
            .weights = bands_[b].weights.data(),
            .count = static_cast<int>(bands_[b].weights.size())},
           sums[b]);
    if (!stereo) sums[b].side = 0.0;
  }
  double whole = 0.0;
  // All at once, so that the waits for memory overlap: a class has long left the cache.
  for (std::size_t b = 0; b < band_count; ++b) {
    bands_[b].all.add((stereo ? 0.5 : 1.0) * (sums[b].mid + sums[b].side));
    bands_[b].mid.add(sums[b].mid);
    bands_[b].side.add(sums[b].side);
    whole += (stereo ? 0.5 : 1.0) * (sums[b].mid + sums[b].side);
  }
  whole_.add(whole);
}

Spectrum SpectrumMeter::spectrum() const {
  Spectrum result;
  const bool stereo = format_.channel_count == 2;
  result.bands_hz.assign(band_edges_hz.begin(), band_edges_hz.end());
  result.share_db.resize(band_count);
  result.side_minus_mid_db.resize(band_count);
  result.band_sd_400ms_db.resize(band_count);

  // How much the programme is louder than the priors' masters.
  const double open = whole_.mean_from(power_from_db(absolute_gate_db));
  const double gated = whole_.mean_from(open * power_from_db(programme_gate_db));
  const double louder_db = gated > 0.0 ? db_from_power(gated) - level_of_priors_db : 0.0;
  const double floor = side_floor * power_from_db(louder_db);

  std::array<Maybe, band_count> level_db;
  double power_sum = 0.0;
  for (std::size_t b = 0; b < band_count; ++b) {
    if (0.5 * format_.sample_rate_hz < least_share_of_band * band_edges_hz[b + 1]) continue;
    const Band& band = bands_[b];
    const auto of_total = statistics(band.all, absolute_gate_db + louder_db, 0.0);
    if (!of_total) continue;
    level_db[b] = of_total->mean_db + loudness_offset_db;
    power_sum += power_from_db(*level_db[b]);
    result.band_sd_400ms_db[b] = of_total->sd_db;
    if (!stereo) continue;
    result.side_minus_mid_db[b] = statistics(band.side, minus_infinity, floor)->mean_db -
                                  statistics(band.mid, minus_infinity, floor)->mean_db;
  }
  for (std::size_t b = 0; b < band_count; ++b)
    if (level_db[b]) result.share_db[b] = *level_db[b] - db_from_power(power_sum);
  result.band_level_lufs.assign(level_db.begin(), level_db.end());

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
