#include "lacquer/measure/quality/ear_model.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

// All of BS.1387-1, annex 2, clause 2.1.
constexpr double lowest_hz = 80.0, highest_hz = 18000.0;
constexpr double band_bark = 0.25;
constexpr double least_power = 1e-12;
constexpr double lower_db_per_bark = 27.0;
constexpr double upper_db_per_bark = 24.0, upper_hz_db_per_bark = 230.0;
constexpr double upper_per_db = 0.2;  // so much less steep for each dB of level
constexpr double addition = 0.4;      // excitations add up in this power
constexpr double shortest_s = 0.008;
// Beyond 120 dB SPL the upward slope would rise; nothing at 92 dB SPL full scale comes near.
constexpr double flattest = -1e-3;
const double neper_per_db = std::numbers::ln10 / 10.0;

double hz_of_bark(double bark) { return 650.0 * std::sinh(bark / 7.0); }

}  // namespace

double EarModel::bark(double hz) { return 7.0 * std::asinh(hz / 650.0); }

double EarModel::weight_db(double hz) {
  const double khz = hz / 1000.0;
  return -0.6 * 3.64 * std::pow(khz, -0.8) + 6.5 * std::exp(-0.6 * (khz - 3.3) * (khz - 3.3)) -
         0.001 * std::pow(khz, 3.6);
}

double EarModel::internal_noise_db(double hz) { return 0.4 * 3.64 * std::pow(hz / 1000.0, -0.8); }

EarModel::EarModel(double sample_rate_hz, int size) : step_s_{0.5 * size / sample_rate_hz} {
  const double bin_hz = sample_rate_hz / size;
  weights_.assign(static_cast<std::size_t>(size / 2 + 1), 0.0);  // no ear for a constant
  for (std::size_t k = 1; k < weights_.size(); ++k)
    weights_[k] = power_from_db(weight_db(static_cast<double>(k) * bin_hz));

  const double low = bark(lowest_hz), high = bark(highest_hz);
  for (int i = 0; low + i * band_bark < high; ++i) {
    const double from_bark = low + i * band_bark, to_bark = std::min(from_bark + band_bark, high);
    // Bin k reaches from k - 1/2 to k + 1/2.
    const double from = hz_of_bark(from_bark) / bin_hz + 0.5,
                 to = hz_of_bark(to_bark) / bin_hz + 0.5;
    if (to > size / 2.0) break;
    const auto first = static_cast<std::size_t>(from), last = static_cast<std::size_t>(to);
    const double centre_hz = hz_of_bark(0.5 * (from_bark + to_bark));
    if (first == last)
      bands_.push_back({first, last, to - from, 0.0, centre_hz});
    else
      bands_.push_back({first, last, static_cast<double>(first + 1) - from,
                        to - static_cast<double>(last), centre_hz});
    internal_noise_.push_back(power_from_db(internal_noise_db(centre_hz)));
    mask_offsets_.push_back(power_from_db(std::max(3.0, band_bark * i * band_bark)));
    log_upper_.push_back(-neper_per_db * band_bark *
                         (upper_db_per_bark + upper_hz_db_per_bark / centre_hz));
  }
  norm_.assign(bands_.size(), 1.0);
  lines_.resize(bands_.size());
  excitation_.resize(bands_.size());
  spread(std::vector<double>(bands_.size(), 1.0), excitation_);
  norm_ = excitation_;
}

void EarModel::group(const std::vector<double>& bins, std::vector<double>& bands) const {
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const Band& band = bands_[b];
    double sum = band.first_part * bins[band.first_bin] + band.last_part * bins[band.last_bin];
    for (std::size_t k = band.first_bin + 1; k < band.last_bin; ++k) sum += bins[k];
    bands[b] = std::max(sum, least_power);
  }
}

void EarModel::excite(std::vector<double>& bands) {
  for (std::size_t b = 0; b < bands.size(); ++b) bands[b] += internal_noise_[b];
  spread(bands, excitation_);
  bands = excitation_;
}

void EarModel::spread(const std::vector<double>& power, std::vector<double>& excitation) {
  const std::size_t count = bands_.size();
  const double lower = std::exp(-neper_per_db * band_bark * lower_db_per_bark);
  const double lower_line = std::pow(lower, addition);
  std::fill(excitation.begin(), excitation.end(), 0.0);
  double lower_sum = 0.0;  // of the geometric series of the bands below, itself included
  for (std::size_t from = 0; from < count; ++from) {
    lower_sum = 1.0 + lower * lower_sum;
    const double log_power = std::log(power[from]);
    const double log_upper =
        std::min(log_upper_[from] + upper_per_db * band_bark * log_power, flattest);
    const double upper = std::exp(log_upper);
    const double upper_sum =
        (1.0 - std::exp(log_upper * static_cast<double>(count - from))) / (1.0 - upper);
    // What a band has is spread, not multiplied: the whole stays the same.
    double line = std::exp(addition * (log_power - std::log(lower_sum + upper_sum - 1.0)));
    lines_[from] = line;
    const double upper_line = std::exp(addition * log_upper);
    for (std::size_t to = from; to < count; ++to) {
      excitation[to] += line;
      line *= upper_line;
    }
  }
  double from_above = 0.0;
  for (std::size_t to = count; to-- > 0;) {
    excitation[to] += from_above;
    from_above = lower_line * (from_above + lines_[to]);
  }
  for (std::size_t to = 0; to < count; ++to)
    excitation[to] = std::pow(excitation[to], 1.0 / addition) / norm_[to];
}

std::vector<double> EarModel::keeps(double at_100_hz_s) const {
  std::vector<double> result;
  for (const Band& band : bands_) {
    const double time_s = shortest_s + 100.0 / band.centre_hz * (at_100_hz_s - shortest_s);
    result.push_back(std::exp(-step_s_ / time_s));
  }
  return result;
}

}  // namespace lacquer::measure
