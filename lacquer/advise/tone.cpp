#include "lacquer/advise/tone.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

/// How far a score has to go back: 0 up to `speak`, from there on to `quiet`.
double excess(double score_sd, double strictness) {
  if (std::abs(score_sd) <= speak_sd * strictness) return 0.0;
  return std::copysign(std::abs(score_sd) - quiet_sd * strictness, score_sd);
}

/// The most one component may move any band: 1.5 dB where it begins to speak, all of
/// most_correction_db from 2 sd on, evenly in between.
double component_cap_db(double score_sd) {
  const double share = std::clamp((std::abs(score_sd) - speak_sd) / (2.0 - speak_sd), 0.0, 1.0);
  return std::lerp(0.5 * most_correction_db, most_correction_db, share);
}

bool takes_part(const measure::Spectrum& mix, const Targets::Population& population,
                std::size_t band, measure::Maybe cut_off) {
  if (!mix.share_db[band] || !std::isfinite(*mix.share_db[band])) return false;
  // A band mostly above the cut-off tells about the codec, not about the music.
  return !cut_off || *cut_off >= centre_hz(population.bands_hz, band);
}

/// Shifts the correction so that the K-weighted power of the mix stays the same, within the cap.
void keep_loudness(const measure::Spectrum& mix, const std::vector<std::size_t>& bands,
                   std::vector<double>& wanted_db) {
  double rest = 0.0, before = 0.0;
  for (const measure::Maybe& share : mix.share_db)
    if (share) rest += power_from_db(*share);
  before = rest;
  for (const std::size_t band : bands) rest -= power_from_db(*mix.share_db[band]);
  for (int round = 0; round < 30; ++round) {
    double after = std::max(rest, 0.0);
    for (const std::size_t band : bands)
      after += power_from_db(*mix.share_db[band] + wanted_db[band]);
    const double change_db = db_from_power(after / before);
    if (std::abs(change_db) < 1e-6) return;
    for (const std::size_t band : bands)
      wanted_db[band] =
          std::clamp(wanted_db[band] - change_db, -most_correction_db, most_correction_db);
  }
}

}  // namespace

bool TonalView::leaves_alone() const {
  return std::all_of(wanted_db.begin(), wanted_db.end(), [](double db) { return db == 0.0; });
}

TonalView tonal_view(const measure::Spectrum& mix, const Targets::Population& population) {
  const std::size_t all_bands = population.share_mean_db.size();
  TonalView view;
  view.band_sd.assign(all_bands, 0.0);
  view.wanted_db.assign(all_bands, 0.0);
  view.cut_off_hz = cut_off_hz(mix);
  if (mix.share_db.size() != all_bands || mix.bands_hz.size() != all_bands + 1) return view;
  for (std::size_t band = 0; band < all_bands; ++band)
    if (takes_part(mix, population, band, view.cut_off_hz)) view.bands.push_back(band);
  const auto count = static_cast<Eigen::Index>(view.bands.size());
  if (count < 4) return view;  // too few to tell three components and a rest

  const auto band_at = [&](Eigen::Index i) { return view.bands[static_cast<std::size_t>(i)]; };
  Eigen::VectorXd deviation(count);
  Eigen::MatrixXd covariance(count, count);
  view.within_middle_half = true;
  for (Eigen::Index i = 0; i < count; ++i) {
    const double share_db = *mix.share_db[band_at(i)];
    deviation[i] = share_db - population.share_mean_db[band_at(i)];
    for (Eigen::Index j = 0; j < count; ++j)
      covariance(i, j) = population.share_covariance_db2[band_at(i)][band_at(j)];
    const Quantiles& shares = population.share_db[band_at(i)];
    view.within_middle_half = view.within_middle_half && share_db >= quantile(shares, 25.0) &&
                              share_db <= quantile(shares, 75.0);
  }

  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen{covariance};
  Eigen::VectorXd correction = Eigen::VectorXd::Zero(count);
  Eigen::MatrixXd explained = Eigen::MatrixXd::Zero(count, count);
  for (Eigen::Index c = 0; c < 3; ++c) {
    const Eigen::Index column = count - 1 - c;  // eigenvalues rise
    const Eigen::VectorXd direction = eigen.eigenvectors().col(column);
    const double variance = std::max(eigen.eigenvalues()[column], 1e-6);
    explained += variance * direction * direction.transpose();
    const double score_sd = direction.dot(deviation) / std::sqrt(variance);
    // A direction's sign is the solver's whim: let positive mean more of the highest band.
    view.component_sd[static_cast<std::size_t>(c)] =
        direction[count - 1] < 0.0 ? -score_sd : score_sd;
    Eigen::VectorXd move = -excess(score_sd, 1.0) * std::sqrt(variance) * direction;
    const double largest = move.cwiseAbs().maxCoeff();
    if (const double cap = component_cap_db(score_sd); largest > cap) move *= cap / largest;
    correction += move;
  }

  // Each band against what the others lead to expect, with the components for a model and what
  // they leave unexplained for noise: the conditional mean of a Gaussian, from its precision.
  Eigen::MatrixXd model = explained;
  model.diagonal() += (covariance - explained).diagonal().cwiseMax(1e-3);
  const Eigen::MatrixXd precision = model.inverse();
  const Eigen::VectorXd pull = precision * deviation;
  for (Eigen::Index i = 0; i < count; ++i) {
    const double band_sd_db = 1.0 / std::sqrt(precision(i, i));
    const double score_sd = pull[i] * band_sd_db;
    view.band_sd[band_at(i)] = score_sd;
    correction[i] -= excess(score_sd, band_strictness) * band_sd_db;
  }
  if (view.within_middle_half) return view;

  // Do no harm: no band is driven away from the middle of its population, or past it.
  for (Eigen::Index i = 0; i < count; ++i) {
    const std::size_t band = band_at(i);
    const double off_middle = *mix.share_db[band] - quantile(population.share_db[band], 50.0);
    const double towards = -off_middle;
    if (correction[i] * towards <= 0.0)
      correction[i] = 0.0;
    else
      correction[i] = std::copysign(std::min(std::abs(correction[i]), std::abs(towards)), towards);
    view.wanted_db[band] = std::clamp(correction[i], -most_correction_db, most_correction_db);
  }
  const auto [least, most] = std::minmax_element(view.wanted_db.begin(), view.wanted_db.end());
  if (std::max(*most, -*least) < least_correction_db)
    view.wanted_db.assign(all_bands, 0.0);
  else
    keep_loudness(mix, view.bands, view.wanted_db);
  return view;
}

ResponseDb correction_curve(const measure::Spectrum& mix, const TonalView& view) {
  assert(!view.bands.empty());
  std::vector<double> centres_hz, wanted_db;
  for (const std::size_t band : view.bands) {
    centres_hz.push_back(centre_hz(mix.bands_hz, band));
    wanted_db.push_back(view.wanted_db[band]);
  }
  const auto curve_through = [&](const std::vector<double>& nodes_db) -> ResponseDb {
    return [curve = BandCurve{centres_hz, nodes_db}, cut_off = view.cut_off_hz](double hz) {
      const double db = curve(hz);
      return cut_off && hz > *cut_off ? std::min(db, 0.0) : db;
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
  constexpr double most_boost_above_cut_off_db = 0.3;
  const ResponseDb curve = correction_curve(mix, view);
  const double highest_hz = std::min(20000.0, 0.45 * sample_rate_hz);
  std::array<double, fit_point_count> wanted_db{}, weight{};
  for (int i = 0; i < fit_point_count; ++i) {
    const auto at = static_cast<std::size_t>(i);
    wanted_db[at] = curve(fit_point_hz(i));
    weight[at] = fit_point_hz(i) <= highest_hz ? 1.0 : 0.0;
  }
  EqualiserFit fit = fit_equaliser(wanted_db, weight);
  if (!view.cut_off_hz) return fit;
  // Lifting what a codec cut off lifts only its noise: hold the fit down there ever harder, and
  // if that is not enough give up the boosts that reach up.
  const auto boosts_above = [&] {
    for (int i = 0; i < fit_point_count; ++i)
      if (fit_point_hz(i) > *view.cut_off_hz && fit_point_hz(i) <= highest_hz &&
          fit.response_db(fit_point_hz(i)) > most_boost_above_cut_off_db)
        return true;
    return false;
  };
  for (int round = 0; round < 3 && boosts_above(); ++round) {
    for (int i = 0; i < fit_point_count; ++i)
      if (fit_point_hz(i) > *view.cut_off_hz) weight[static_cast<std::size_t>(i)] *= 8.0;
    fit = fit_equaliser(wanted_db, weight);
  }
  for (auto band = fit.bands.rbegin(); band != fit.bands.rend() && boosts_above(); ++band)
    band->gain_db = std::min(band->gain_db, 0.0);
  return fit;
}

}  // namespace lacquer::advise
