#pragma once

#include <Eigen/Dense>
#include <cmath>
#include <random>

#include "lacquer/advise/targets/targets.h"
#include "lacquer/base/units.h"
#include "lacquer/measure/measurement.h"

/// Mixes made of numbers: what the assistant's tests are about.
namespace lacquer::advise {

inline bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

inline const Targets& shipped_targets() {
  static const Targets targets = [] {
    auto loaded = Targets::load(LACQUER_SOURCE_DIR "/data/targets");
    if (!loaded.ok()) throw std::runtime_error{loaded.error().text()};
    return std::move(loaded).value();
  }();
  return targets;
}

inline const Targets::Population& population(const std::string& name) {
  return *shipped_targets().find(name);
}

/// The shares as a meter gives them: powers that sum to one.
inline std::vector<double> normalised(std::vector<double> shares_db) {
  double sum = 0.0;
  for (const double db : shares_db) sum += power_from_db(db);
  for (double& db : shares_db) db -= db_from_power(sum);
  return shares_db;
}

/// An unremarkable stereo mix of the population with the given shares: middle loudness and width,
/// peaks where its loudness puts them, third octaves that follow the shares.
inline measure::Measurement mix_with(const Targets::Population& population,
                                     std::vector<double> shares_db) {
  shares_db = normalised(std::move(shares_db));
  measure::Measurement mix;
  mix.format = {48000.0, 2};
  mix.frame_count = 48000 * 180;
  mix.loudness.integrated_lufs = quantile(population.integrated_lufs, 50.0);
  mix.peak.true_dbtp = -1.0;
  mix.spectrum.bands_hz = population.bands_hz;
  for (std::size_t band = 0; band < shares_db.size(); ++band) {
    mix.spectrum.share_db.emplace_back(shares_db[band]);
    mix.spectrum.side_minus_mid_db.emplace_back(quantile(population.side_minus_mid_db[band], 50.0));
  }
  for (int i = -17; i <= 13; ++i) {
    const double hz = 1000.0 * std::pow(10.0, i / 10.0);
    std::size_t band = 0;
    while (band + 1 < shares_db.size() && population.bands_hz[band + 1] < hz) ++band;
    const double thirds =
        3.0 * std::log2(population.bands_hz[band + 1] / population.bands_hz[band]);
    mix.spectrum.third_octave_hz.push_back(hz);
    mix.spectrum.third_octave_db.emplace_back(-20.0 + shares_db[band] - db_from_power(thirds));
  }
  return mix;
}

inline measure::Measurement middle_mix(const Targets::Population& population) {
  std::vector<double> shares_db;
  for (const Quantiles& share : population.share_db) shares_db.push_back(quantile(share, 50.0));
  return mix_with(population, shares_db);
}

/// Draws share vectors from the population's own Gaussian.
class Draw {
 public:
  Draw(const Targets::Population& population, std::uint32_t seed)
      : population_{population}, random_{seed} {
    const auto count = static_cast<Eigen::Index>(population.share_mean_db.size());
    Eigen::MatrixXd covariance(count, count);
    for (Eigen::Index i = 0; i < count; ++i)
      for (Eigen::Index j = 0; j < count; ++j)
        covariance(i, j) =
            population
                .share_covariance_db2[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    root_ = covariance.llt().matrixL();
  }

  /// Independent of the standard library's distributions, which differ between them.
  double normal() {
    const auto uniform = [&] { return (static_cast<double>(random_()) + 0.5) / 4294967296.0; };
    return std::sqrt(-2.0 * std::log(uniform())) * std::cos(2.0 * pi * uniform());
  }

  std::vector<double> shares_db() {
    Eigen::VectorXd free(root_.rows());
    for (double& one : free) one = normal();
    const Eigen::VectorXd off = root_ * free;
    std::vector<double> shares = population_.share_mean_db;
    for (std::size_t i = 0; i < shares.size(); ++i) shares[i] += off[static_cast<Eigen::Index>(i)];
    return shares;
  }

 private:
  const Targets::Population& population_;
  std::mt19937 random_;
  Eigen::MatrixXd root_;
};

}  // namespace lacquer::advise
