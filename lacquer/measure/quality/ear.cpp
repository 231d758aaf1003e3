#include "lacquer/measure/quality/ear.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr int most_bands = 40;
constexpr double lowest_hz = 20.0, highest_hz = 20000.0;
constexpr double full_scale_sine_db_spl = 92.0;
// How far below a masker noise has to lie: as for a low tone that masks noise (14.5 dB; noise masks
// tones 5.5 dB below already). J. Johnston 1988, "Transform coding of audio signals using
// perceptual noise criteria".
constexpr double offset_db = 14.0;
constexpr double lower_slope_db_per_bark = 27.0;
constexpr double nothing = 1e-30;

double erb_number(double hz) { return 21.4 * std::log10(1.0 + 0.00437 * hz); }
double hz_of_erb_number(double number) { return (std::pow(10.0, number / 21.4) - 1.0) / 0.00437; }
double bark(double hz) { return 7.0 * std::asinh(hz / 650.0); }

double threshold_in_quiet_db_spl(double hz) {
  const double khz = std::max(hz, lowest_hz) / 1000.0;
  return 3.64 * std::pow(khz, -0.8) - 6.5 * std::exp(-0.6 * (khz - 3.3) * (khz - 3.3)) +
         0.001 * std::pow(khz, 4.0);
}

/// Of a mean square.
double db_spl(double power) {
  return db_from_power(std::max(power, nothing) / 0.5) + full_scale_sine_db_spl;
}

}  // namespace

Ear::Ear(double sample_rate_hz, int size) {
  const double bin_hz = sample_rate_hz / size;
  const double low = erb_number(lowest_hz), high = erb_number(highest_hz);
  for (int b = 0; b < most_bands; ++b) {
    const auto edge = [&](int at) {
      const double hz = hz_of_erb_number(low + (high - low) * at / most_bands);
      return std::min(static_cast<int>(std::lround(hz / bin_hz)), size / 2);
    };
    const int first = std::max({edge(b), 1, bands_.empty() ? 1 : bands_.back().end_bin});
    const int end = edge(b + 1);
    if (end <= first) continue;  // narrower than a bin, or above half the rate
    bands_.push_back({first, end, 0.5 * (first + end - 1) * bin_hz});
  }
  for (const Band& band : bands_) {
    bark_.push_back(bark(band.centre_hz));
    quiet_.push_back(
        0.5 * power_from_db(threshold_in_quiet_db_spl(band.centre_hz) - full_scale_sine_db_spl));
  }
}

void Ear::mask(const std::vector<double>& power, std::vector<double>& masked) const {
  std::copy(quiet_.begin(), quiet_.end(), masked.begin());
  const double offset = power_from_db(-offset_db);
  for (std::size_t from = 0; from < bands_.size(); ++from) {
    if (power[from] * offset < 1e-3 * quiet_[from]) continue;  // masks nothing that is heard
    const double upper_slope_db_per_bark =
        std::max(0.0, 24.0 + 230.0 / bands_[from].centre_hz - 0.2 * db_spl(power[from]));
    for (std::size_t to = 0; to < bands_.size(); ++to) {
      const double distance = bark_[to] - bark_[from];
      const double slope_db =
          distance < 0.0 ? lower_slope_db_per_bark * -distance : upper_slope_db_per_bark * distance;
      masked[to] += offset * power[from] * power_from_db(-slope_db);
    }
  }
}

}  // namespace lacquer::measure
