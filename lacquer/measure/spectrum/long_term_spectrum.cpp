#include "lacquer/measure/spectrum/long_term_spectrum.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/measure/levels/loudness.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

constexpr int bands_of_a_third = 4;
constexpr int lowest_third = -17, highest_third = 13;  // 20 Hz to 20 kHz, counted from 1 kHz
constexpr double relative_gate_lu = -20.0;
constexpr double empty_power = 1e-20;  // below it lies the rounding of the transform

/// Lower edge of a twelfth of an octave, counted from the lowest third octave's own lower edge on.
double edge_hz(double band) {
  return 1000.0 * std::pow(10.0, (lowest_third - 0.5 + band / bands_of_a_third) / 10.0);
}

void add_to(std::vector<double>& sums, const std::vector<double>& more) {
  sums.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) sums[i] += more[i];
}

/// Mean level of each group of `width` bands.
std::vector<Maybe> levels(const std::vector<double>& sums, long long count, std::size_t width) {
  std::vector<Maybe> result;
  for (std::size_t first = 0; first + width <= sums.size(); first += width) {
    double power = 0.0;
    for (std::size_t band = first; band < first + width; ++band) power += sums[band];
    const double mean = count > 0 ? power / static_cast<double>(count) : 0.0;
    result.push_back(mean > empty_power ? Maybe{db_from_power(mean)} : Maybe{});
  }
  return result;
}

}  // namespace

TwelfthOctaveBands::TwelfthOctaveBands(StreamFormat format, int size) : format_{format} {
  const double bins_of_hz = size / format.sample_rate_hz;
  for (int third = 0; third <= highest_third - lowest_third; ++third) {
    const int first = third * bands_of_a_third;
    if (edge_hz(first + bands_of_a_third) > 0.5 * format.sample_rate_hz) break;
    for (int band = first; band < first + bands_of_a_third; ++band) {
      // Bin k reaches from k - 1/2 to k + 1/2.
      const double low = edge_hz(band) * bins_of_hz, high = edge_hz(band + 1) * bins_of_hz;
      const int first_bin = static_cast<int>(std::lround(low));
      const int last_bin = std::min(static_cast<int>(std::lround(high)), size / 2);
      bands_.push_back({first_bin, last_bin, first_bin + 0.5 - low,
                        first_bin == last_bin ? high - first_bin - 0.5 : high - last_bin + 0.5});
    }
  }
}

double TwelfthOctaveBands::centre_hz(int first, int width) { return edge_hz(first + 0.5 * width); }

void TwelfthOctaveBands::reduce(const SpectrumFrame& look, TwelfthOctaves& out) const {
  const bool stereo = look.mid != nullptr;
  out.mean.resize(bands_.size());
  out.mid.resize(bands_.size());
  out.side.resize(stereo ? bands_.size() : 0);
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const Band& band = bands_[b];
    const auto power = [&](const float* bins) {
      return std::max(0.0, band.first_share * static_cast<double>(bins[band.first_bin]) +
                               band.last_share * static_cast<double>(bins[band.last_bin]) +
                               sum(bins + band.first_bin + 1, band.last_bin - band.first_bin - 1));
    };
    if (stereo) {
      out.mid[b] = power(look.mid);
      out.side[b] = power(look.side);
      out.mean[b] = out.mid[b] + out.side[b];
      continue;
    }
    double all = 0.0;
    for (int c = 0; c < format_.channel_count; ++c) all += power(look.power[c]);
    out.mean[b] = out.mid[b] = all / format_.channel_count;
  }
}

LongTermSpectrum::LongTermSpectrum(StreamFormat format, const TwelfthOctaveBands& bands)
    : format_{format}, classes_(class_count) {
  const dsp::KWeighting weighting{format.sample_rate_hz, 1};
  for (int band = 0; band < bands.count(); ++band)
    weighting_.push_back(weighting.power_gain(TwelfthOctaveBands::centre_hz(band, 1)));
}

void LongTermSpectrum::add(const TwelfthOctaves& look) {
  double power = 0.0;
  for (std::size_t b = 0; b < look.mean.size(); ++b) power += weighting_[b] * look.mean[b];
  power *= format_.channel_count;
  const Maybe lufs = loudness_of(power);
  if (!lufs || *lufs < lowest_lufs) return;
  const int at = std::min(static_cast<int>((*lufs - lowest_lufs) / class_lu), class_count - 1);
  LoudnessClass& of_level = classes_[static_cast<std::size_t>(at)];
  ++of_level.count;
  of_level.power += power;
  add_to(of_level.sums.mean, look.mean);
  add_to(of_level.sums.mid, look.mid);
  add_to(of_level.sums.side, look.side);
}

void LongTermSpectrum::finish(Spectrum& result) const {
  LoudnessClass all;
  for (const LoudnessClass& of_level : classes_) {
    all.count += of_level.count;
    all.power += of_level.power;
  }
  std::size_t first = 0;
  if (all.count > 0)
    if (const Maybe mean = loudness_of(all.power / static_cast<double>(all.count)))
      first = static_cast<std::size_t>(
          std::max(0.0, (*mean + relative_gate_lu - lowest_lufs) / class_lu));
  const auto band_count = weighting_.size();
  LoudnessClass kept;
  kept.sums.mean.resize(band_count);
  kept.sums.mid.resize(band_count);
  if (format_.channel_count == 2) kept.sums.side.resize(band_count);
  for (std::size_t at = first; at < classes_.size(); ++at) {
    if (classes_[at].count == 0) continue;
    kept.count += classes_[at].count;
    add_to(kept.sums.mean, classes_[at].sums.mean);
    add_to(kept.sums.mid, classes_[at].sums.mid);
    add_to(kept.sums.side, classes_[at].sums.side);
  }
  for (int band = 0; band < static_cast<int>(band_count); ++band) {
    if (band % bands_of_a_third == 0)
      result.third_octave_hz.push_back(TwelfthOctaveBands::centre_hz(band, bands_of_a_third));
    if (format_.channel_count <= 2)
      result.twelfth_octave_hz.push_back(TwelfthOctaveBands::centre_hz(band, 1));
  }
  result.third_octave_db = levels(kept.sums.mean, kept.count, bands_of_a_third);
  if (format_.channel_count > 2) return;
  result.twelfth_octave_mid_db = levels(kept.sums.mid, kept.count, 1);
  if (format_.channel_count != 2) return;
  result.twelfth_octave_side_db = levels(kept.sums.side, kept.count, 1);
  result.third_octave_mid_db = levels(kept.sums.mid, kept.count, bands_of_a_third);
  result.third_octave_side_db = levels(kept.sums.side, kept.count, bands_of_a_third);
}

}  // namespace lacquer::measure
