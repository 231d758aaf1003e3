#include "lacquer/advise/rules/image.h"

#include <algorithm>
#include <cmath>

#include "lacquer/advise/tone/tone.h"
#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

// Wider only above both. Source: dsp-methods 4.
constexpr double least_mono_loss_db = -1.5, least_correlation = 0.2;
/// So far below the middle a side is spill, noise or what a codec left of it: lifted, it stays one.
constexpr double hardly_a_side_db = -25.0;
constexpr double farthest_sd = 4.0;
constexpr double all_side = 1e12;  // over the middle

double deviation_sd(const Quantiles& quantiles, double value) {
  return std::clamp(normal_quantile(std::clamp(share_below(quantiles, value), 1e-6, 1.0 - 1e-6)),
                    -farthest_sd, farthest_sd);
}

/// Side over middle, in power, of all bands together.
double side_over_middle(const measure::Spectrum& spectrum) {
  double mid = 0.0, side = 0.0;
  const std::size_t bands = std::min(spectrum.share_db.size(), spectrum.side_minus_mid_db.size());
  for (std::size_t band = 0; band < bands; ++band) {
    if (!spectrum.share_db[band] || !spectrum.side_minus_mid_db[band]) continue;
    const double power = power_from_db(*spectrum.share_db[band]);
    const double ratio = power_from_db(*spectrum.side_minus_mid_db[band]);
    mid += power / (1.0 + ratio);
    side += power * ratio / (1.0 + ratio);
  }
  return mid > 0.0 ? std::min(side / mid, all_side) : all_side;
}

}  // namespace

double mono_loss_db(const measure::Spectrum& spectrum) {
  return -db_from_power(1.0 + side_over_middle(spectrum));
}

Image::Image(const Case& about)
    : about_{about},
      zones_{{{"low-mids", true, "width_low", 1, 2},
              {"middle", false, "width_middle", 2, 6},
              {"top", false, "width_high", 6, 9}}} {
  const auto& widths_db = about.so_far.spectrum.side_minus_mid_db;
  const TonalView view = tonal_view(about.so_far.spectrum, about.population);
  for (Zone& zone : zones_) {
    for (const std::size_t band : view.bands)
      if (band >= zone.first && band < zone.end && band < widths_db.size() && widths_db[band])
        zone.bands.push_back(band);
    if (!zone.bands.empty()) zone.score_sd = score(zone.bands, 0.0);
    bands_.insert(bands_.end(), zone.bands.begin(), zone.bands.end());
  }
  if (!bands_.empty()) score_sd_ = score(bands_, 0.0);
}

bool Image::as_one() const {
  return std::all_of(zones_.begin(), zones_.end(), [&](const Zone& zone) {
    return !zone.bands.empty() && zone.score_sd * score_sd_ > 0.0 &&
           std::abs(zone.score_sd) >= quiet_sd;
  });
}

bool Image::hardly_a_side() const {
  return std::all_of(bands_.begin(), bands_.end(), [&](std::size_t band) {
    return *about_.so_far.spectrum.side_minus_mid_db[band] < hardly_a_side_db;
  });
}

double Image::score(const std::vector<std::size_t>& bands, double gain_db) const {
  double sum = 0.0;
  for (const std::size_t band : bands)
    sum += deviation_sd(about_.population.side_minus_mid_db[band],
                        *about_.so_far.spectrum.side_minus_mid_db[band] + gain_db);
  return sum / static_cast<double>(bands.size());
}

double Image::gain_back_db(const std::vector<std::size_t>& bands, double most_db) const {
  const bool wide = score(bands, 0.0) > 0.0;
  const double goal_sd = wide ? quiet_sd : -quiet_sd;
  double low = wide ? -most_db : 0.0, high = wide ? 0.0 : most_db;
  for (int halving = 0; halving < 30; ++halving) {
    const double middle = 0.5 * (low + high);
    (score(bands, middle) < goal_sd ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double Image::room_db() const {
  const auto& measured = about_.mix.stereo;
  if ((measured.correlation && *measured.correlation < least_correlation) ||
      (measured.mono_loss_db && *measured.mono_loss_db < least_mono_loss_db))
    return 0.0;
  const double most = power_from_db(-least_mono_loss_db) - 1.0;  // side over middle
  return std::max(0.0, db_from_power(most / side_over_middle(about_.so_far.spectrum)));
}

double Image::mono_loss_db() const { return advise::mono_loss_db(about_.so_far.spectrum); }

double Image::usual_mono_loss_db() const {
  measure::Spectrum middle;
  for (const Quantiles& share : about_.population.share_db)
    middle.share_db.emplace_back(quantile(share, 50.0));
  for (const Quantiles& width : about_.population.side_minus_mid_db)
    middle.side_minus_mid_db.emplace_back(quantile(width, 50.0));
  return advise::mono_loss_db(middle);
}

}  // namespace lacquer::advise
