#include "lacquer/advise/targets/posterior.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <numbers>

#include "lacquer/advise/tone/band_curve.h"

namespace lacquer::advise {
namespace {

/// Before anything is heard. The genres share the rest evenly: how many tracks were analysed of
/// each says nothing about what people bring to be mastered.
constexpr double unknown_beforehand = 0.1;
/// A Student distribution's width against the statistics', and its freedom: the lower, the heavier
/// its tails.
struct Shape {
  double spread, freedom;
};
/// What covariances from 50 to 200 tracks allow to say.
constexpr Shape known{1.0, 30.0};
/// Wider than all genres together, and where no genre reaches it still reaches.
constexpr Shape unknown_shape{2.0, 3.0};
/// Whose p90 the statistics' p90 is taken for.
constexpr double p90_of_normal = 1.2816;
/// Meters differ by about half a decibel where their blocks and filters do.
constexpr double meter_sd_db = 0.5;
/// Nine bands of width, or of spread, are worth this many independent numbers: the participation
/// ratio of the correlations of the nine shares of `all`, the only ones known, is 2.4.
constexpr double independent_of_nine = 2.4;
/// The groups overlap too (dense music is bright and wide), the tracks come from few albums, and
/// a mix is not yet a master. Chosen on simulated mixes whose bands and groups correlate, so that
/// no class of confidence is over-confident (posterior_test).
constexpr double temper = 0.5;

/// log density of a Student distribution in `d` dimensions at squared distance `d2`.
double log_student(double d2, double d, double log_determinant, double freedom) {
  return std::lgamma(0.5 * (freedom + d)) - std::lgamma(0.5 * freedom) -
         0.5 * (d * std::log(freedom * std::numbers::pi) + log_determinant) -
         0.5 * (freedom + d) * std::log1p(d2 / freedom);
}

/// Two halves of a Student distribution that meet in the median and keep p10 and p90.
double log_density(const Quantiles& quantiles, double value, const Shape& shape) {
  const double middle = quantile(quantiles, 50.0);
  const double down = middle - quantile(quantiles, 10.0), up = quantile(quantiles, 90.0) - middle;
  const auto sd = [&](double reach) {
    return shape.spread * std::hypot(reach / p90_of_normal, meter_sd_db);
  };
  const double low = sd(down), high = sd(up);
  const double z = (value - middle) / (value < middle ? low : high);
  // Both halves have the same height, so that the density does not jump.
  return log_student(z * z, 1.0, 2.0 * std::log(0.5 * (low + high)), shape.freedom);
}

/// One mix against populations.
class Listener {
 public:
  Listener(const measure::Measurement& mix, const Targets::Population& all) : mix_{mix} {
    const measure::Spectrum& spectrum = mix.spectrum;
    const std::size_t bands = all.share_mean_db.size();
    if (spectrum.share_db.size() == bands && spectrum.bands_hz.size() == bands + 1) {
      const measure::Maybe cut_off = cut_off_hz(spectrum);
      for (std::size_t band = 0; band < bands; ++band)
        if (spectrum.share_db[band] && std::isfinite(*spectrum.share_db[band]) &&
            (!cut_off || *cut_off >= centre_hz(all.bands_hz, band)))
          bands_.push_back(band);
    }
    has_width_ = count(spectrum.side_minus_mid_db) > 0;
    has_spread_ = count(spectrum.band_sd_400ms_db) > 0;
  }

  std::vector<std::string> heard() const {
    std::vector<std::string> words{"tone"};
    if (has_width_) words.push_back("width");
    if (has_spread_) words.push_back("dynamics");
    if (mix_.loudness.range_lu) words.push_back("loudness range");
    return words;
  }
  bool hears_tone() const { return bands_.size() >= 4; }

  double log_likelihood(const Targets::Population& population, const Shape& shape) const {
    double sum = tone(population, shape);
    sum += group(mix_.spectrum.side_minus_mid_db, population.side_minus_mid_db, shape);
    sum += group(mix_.spectrum.band_sd_400ms_db, population.band_sd_400ms_db, shape);
    if (mix_.loudness.range_lu)
      sum += log_density(population.range_lu, *mix_.loudness.range_lu, shape);
    return temper * sum;
  }

 private:
  bool speaks(const std::vector<measure::Maybe>& values, std::size_t band) const {
    return band < values.size() && values[band] && std::isfinite(*values[band]);
  }
  std::size_t count(const std::vector<measure::Maybe>& values) const {
    return static_cast<std::size_t>(std::count_if(
        bands_.begin(), bands_.end(), [&](std::size_t band) { return speaks(values, band); }));
  }

  double tone(const Targets::Population& population, const Shape& shape) const {
    const auto size = static_cast<Eigen::Index>(bands_.size());
    Eigen::VectorXd off(size);
    Eigen::MatrixXd covariance(size, size);
    for (Eigen::Index i = 0; i < size; ++i) {
      const std::size_t row = bands_[static_cast<std::size_t>(i)];
      off(i) = *mix_.spectrum.share_db[row] - population.share_mean_db[row];
      for (Eigen::Index j = 0; j < size; ++j)
        covariance(i, j) =
            population.share_covariance_db2[row][bands_[static_cast<std::size_t>(j)]];
      covariance(i, i) += meter_sd_db * meter_sd_db;
    }
    const Eigen::LLT<Eigen::MatrixXd> root{covariance * (shape.spread * shape.spread)};
    const Eigen::VectorXd white = root.matrixL().solve(off);
    double log_determinant = 0.0;
    for (Eigen::Index i = 0; i < size; ++i)
      log_determinant += 2.0 * std::log(root.matrixLLT()(i, i));
    return log_student(white.squaredNorm(), static_cast<double>(size), log_determinant,
                       shape.freedom);
  }

  double group(const std::vector<measure::Maybe>& values, const std::vector<Quantiles>& statistics,
               const Shape& shape) const {
    double sum = 0.0;
    const auto heard = static_cast<double>(count(values));
    for (const std::size_t band : bands_)
      if (speaks(values, band)) sum += log_density(statistics[band], *values[band], shape);
    return heard > 0.0 ? sum * std::min(independent_of_nine / heard, 1.0) : 0.0;
  }

  const measure::Measurement& mix_;
  std::vector<std::size_t> bands_;
  bool has_width_ = false, has_spread_ = false;
};

}  // namespace

Posterior genre_posterior(const measure::Measurement& mix, const Targets& targets) {
  const Targets::Population& all = *targets.find("all");
  const Listener listener{mix, all};
  Posterior posterior;
  if (!listener.hears_tone()) return posterior;
  posterior.heard = listener.heard();
  for (const Targets::Population& one : targets.populations())
    if (!one.own && one.name != "all") posterior.shares.push_back({&one, 0.0});
  if (posterior.shares.empty()) return posterior;

  const double each = (1.0 - unknown_beforehand) / static_cast<double>(posterior.shares.size());
  const double unknown = std::log(unknown_beforehand) + listener.log_likelihood(all, unknown_shape);
  double most = unknown;
  for (auto& [population, logarithm] : posterior.shares) {
    logarithm = std::log(each) + listener.log_likelihood(*population, known);
    most = std::max(most, logarithm);
  }
  posterior.unknown = std::exp(unknown - most);
  double sum = posterior.unknown;
  for (auto& [population, probability] : posterior.shares)
    sum += probability = std::exp(probability - most);
  posterior.unknown /= sum;
  for (auto& [population, probability] : posterior.shares) probability /= sum;
  std::stable_sort(posterior.shares.begin(), posterior.shares.end(),
                   [](const auto& a, const auto& b) { return a.probability > b.probability; });
  return posterior;
}

}  // namespace lacquer::advise
