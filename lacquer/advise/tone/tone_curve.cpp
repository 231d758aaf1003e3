// The wanted correction of tone.cpp as a curve, and the curve as six bands.
#include <algorithm>
#include <array>
#include <cassert>

#include "lacquer/advise/tone/tone.h"

namespace lacquer::advise {

ResponseDb correction_curve(const measure::Spectrum& mix, const TonalView& view) {
  assert(!view.bands.empty());
  std::vector<double> centres_hz, wanted_db;
  for (const std::size_t band : view.bands) {
    centres_hz.push_back(centre_hz(mix.bands_hz, band));
    wanted_db.push_back(view.wanted_db[band]);
  }
  const auto curve_through = [&](const std::vector<double>& nodes_db) -> ResponseDb {
    return [curve = BandCurve{centres_hz, nodes_db},
            no_boost_from = view.no_boost_from_hz](double hz) {
      const double db = curve(hz);
      return no_boost_from && hz > *no_boost_from ? std::min(db, 0.0) : db;
    };
  };
  // A band's power rarely sits at its centre: move the nodes until the band means are right.
  std::vector<double> nodes_db = wanted_db;
  for (int round = 0; round < 4; ++round) {
    const ResponseDb curve = curve_through(nodes_db);
    for (std::size_t i = 0; i < nodes_db.size(); ++i)
      nodes_db[i] =
          std::clamp(nodes_db[i] + wanted_db[i] - band_change_db(mix, view.bands[i], curve),
                     -1.2 * most_correction_db, 1.2 * most_correction_db);
  }
  return curve_through(nodes_db);
}

EqualiserFit fit_correction(const measure::Spectrum& mix, const TonalView& view,
                            double sample_rate_hz) {
  constexpr double most_boost_db = 0.3;
  const ResponseDb curve = correction_curve(mix, view);
  const double highest_hz = std::min(20000.0, 0.45 * sample_rate_hz);
  std::array<double, fit_point_count> wanted_db{}, weight{};
  for (int i = 0; i < fit_point_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    wanted_db[at] = curve(fit_point_hz(i));
    weight[at] = fit_point_hz(i) <= highest_hz ? 1.0 : 0.0;
  }
  EqualiserFit fit = fit_equaliser(wanted_db, weight);
  if (!view.no_boost_from_hz) return fit;
  // Lifting what a codec cut off, or what hides hiss, lifts the noise: hold the fit down there ever
  // harder, and if that is not enough give up the boosts that reach up.
  const auto boosts_above = [&] {
    for (int i = 0; i < fit_point_count; ++i)
      if (fit_point_hz(i) > *view.no_boost_from_hz && fit_point_hz(i) <= highest_hz &&
          fit.response_db(fit_point_hz(i)) > most_boost_db)
        return true;
    return false;
  };
  for (int round = 0; round < 3 && boosts_above(); ++round) {
    for (int i = 0; i < fit_point_count; ++i)
      if (fit_point_hz(i) > *view.no_boost_from_hz) weight[static_cast<std::size_t>(i)] *= 8.0;
    fit = fit_equaliser(wanted_db, weight);
  }
  for (auto band = fit.bands.rbegin(); band != fit.bands.rend() && boosts_above(); ++band)
    band->gain_db = std::min(band->gain_db, 0.0);
  return fit;
}

}  // namespace lacquer::advise
