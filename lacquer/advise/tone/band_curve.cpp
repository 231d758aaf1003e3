#include "lacquer/advise/tone/band_curve.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

/// |H|^2 in dB of the K-weighting's analogue prototype (ITU-R BS.1770-4, annex 1; constants as
/// libebur128 derives them from the standard's coefficients).
double k_weight_db(double frequency_hz) {
  const auto polynomial = [](double x, double high, double per_q, double low) {
    const double even = low - high * x;  // s^2 = -x
    return even * even + per_q * per_q * x;
  };
  const double shelf_x = std::pow(frequency_hz / 1681.974450955533, 2.0);
  constexpr double shelf_q = 0.7071752369554196;
  const double high_gain = gain_from_db(3.999843853973347);
  const double band_gain = std::pow(high_gain, 0.4996667741545416);
  const double shelf = polynomial(shelf_x, high_gain, band_gain / shelf_q, 1.0) /
                       polynomial(shelf_x, 1.0, 1.0 / shelf_q, 1.0);
  const double pass_x = std::pow(frequency_hz / 38.13547087602444, 2.0);
  const double pass = pass_x * pass_x / polynomial(pass_x, 1.0, 1.0 / 0.5003270373238773, 1.0);
  return db_from_power(shelf * pass);
}

/// A level per third octave at a frequency, in between the measured third octaves.
double level_db(const std::vector<double>& centres, const std::vector<measure::Maybe>& levels,
                double frequency_hz) {
  double below_hz = 0.0, below_db = minus_infinity;
  for (std::size_t i = 0; i < std::min(centres.size(), levels.size()); ++i) {
    const double db = levels[i].value_or(-150.0);
    if (centres[i] >= frequency_hz) {
      if (below_hz == 0.0) return db;
      const double share = std::log(frequency_hz / below_hz) / std::log(centres[i] / below_hz);
      return std::lerp(below_db, db, share);
    }
    below_hz = centres[i];
    below_db = db;
  }
  return below_hz == 0.0 ? 0.0 : below_db;
}

}  // namespace

BandCurve::BandCurve(const std::vector<double>& frequencies_hz, std::vector<double> values_db)
    : values_db_{std::move(values_db)}, slopes_(values_db_.size(), 0.0) {
  assert(!values_db_.empty() && frequencies_hz.size() == values_db_.size());
  for (const double hz : frequencies_hz) octaves_.push_back(std::log2(hz));
  const auto step = [&](std::size_t i) { return octaves_[i + 1] - octaves_[i]; };
  const auto secant = [&](std::size_t i) { return (values_db_[i + 1] - values_db_[i]) / step(i); };
  for (std::size_t i = 1; i + 1 < values_db_.size(); ++i) {
    if (secant(i - 1) * secant(i) <= 0.0) continue;
    const double left = 2.0 * step(i) + step(i - 1), right = step(i) + 2.0 * step(i - 1);
    slopes_[i] = (left + right) / (left / secant(i - 1) + right / secant(i));
  }
}

double BandCurve::operator()(double frequency_hz) const {
  const double octave = std::log2(frequency_hz);
  if (octave <= octaves_.front()) return values_db_.front();
  if (octave >= octaves_.back()) return values_db_.back();
  const auto above = static_cast<std::size_t>(
      std::upper_bound(octaves_.begin(), octaves_.end(), octave) - octaves_.begin());
  const std::size_t below = above - 1;
  const double width = octaves_[above] - octaves_[below];
  const double t = (octave - octaves_[below]) / width;
  const double u = 1.0 - t;
  return (1.0 + 2.0 * t) * u * u * values_db_[below] + t * u * u * width * slopes_[below] +
         t * t * (3.0 - 2.0 * t) * values_db_[above] - t * t * u * width * slopes_[above];
}

double centre_hz(const std::vector<double>& edges_hz, std::size_t band) {
  return std::sqrt(edges_hz[band] * edges_hz[band + 1]);
}

double band_change_db(const measure::Spectrum& spectrum, std::size_t band,
                      const ResponseDb& response_db) {
  return band_change_db(spectrum, spectrum.third_octave_db, band, response_db);
}

double band_change_db(const measure::Spectrum& spectrum,
                      const std::vector<measure::Maybe>& third_octave_db, std::size_t band,
                      const ResponseDb& response_db) {
  constexpr int points = 32;
  const double low = spectrum.bands_hz[band], high = spectrum.bands_hz[band + 1];
  double before = 0.0, after = 0.0;
  for (int i = 0; i < points; ++i) {
    const double frequency_hz = low * std::pow(high / low, (i + 0.5) / points);
    const double power =
        power_from_db(level_db(spectrum.third_octave_hz, third_octave_db, frequency_hz) +
                      k_weight_db(frequency_hz));
    before += power;
    after += power * power_from_db(response_db(frequency_hz));
  }
  return db_from_power(after / before);
}

Prediction predict(const measure::Spectrum& spectrum, const ResponseDb& response_db) {
  Prediction prediction;
  double before = 0.0, after = 0.0;
  for (std::size_t band = 0; band < spectrum.share_db.size(); ++band) {
    measure::Maybe share = spectrum.share_db[band];
    if (share) {
      before += power_from_db(*share);
      *share += band_change_db(spectrum, band, response_db);
      after += power_from_db(*share);
    }
    prediction.share_db.push_back(share);
  }
  if (before <= 0.0) return prediction;
  prediction.loudness_change_lu = db_from_power(after / before);
  for (measure::Maybe& share : prediction.share_db)
    if (share) *share -= prediction.loudness_change_lu;
  return prediction;
}

measure::Maybe cut_off_hz(const measure::Spectrum& spectrum) {
  constexpr double cliff_db = 20.0, search_from_hz = 4000.0, half_third_octave = 1.1224620483;
  const auto& centres = spectrum.third_octave_hz;
  const std::size_t count = std::min(centres.size(), spectrum.third_octave_db.size());
  const auto level = [&](std::size_t i) {
    return std::max(spectrum.third_octave_db[i].value_or(-150.0), -150.0);
  };
  for (std::size_t i = 1; i < count; ++i) {
    if (centres[i] < search_from_hz || level(i) > level(i - 1) - cliff_db) continue;
    bool stays_away = true;
    for (std::size_t above = i; above < count; ++above)
      stays_away = stays_away && level(above) <= level(i - 1) - cliff_db;
    if (stays_away) return centres[i] / half_third_octave;
  }
  return std::nullopt;
}

}  // namespace lacquer::advise
