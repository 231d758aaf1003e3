#include "lacquer/advise/tone/tone.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::advise {
namespace {

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

/// The mix's shares in the bands that take part, and how they move when bands are turned.
class Shares {
 public:
  Shares(const measure::Spectrum& mix, const std::vector<std::size_t>& bands)
      : start_db_(static_cast<Eigen::Index>(bands.size())) {
    for (const measure::Maybe& share : mix.share_db)
      if (share) whole_ += power_from_db(*share);
    elsewhere_ = whole_;
    for (Eigen::Index i = 0; i < start_db_.size(); ++i) {
      start_db_[i] = *mix.share_db[bands[static_cast<std::size_t>(i)]];
      elsewhere_ -= power_from_db(start_db_[i]);
    }
    elsewhere_ = std::max(elsewhere_, 0.0);
  }

  const Eigen::VectorXd& start_db() const { return start_db_; }

  /// How much louder the whole gets, in dB, when each band is turned by so much.
  double loudness_change_db(const Eigen::VectorXd& turned_db) const {
    double after = elsewhere_;
    for (Eigen::Index i = 0; i < turned_db.size(); ++i)
      after += power_from_db(start_db_[i] + turned_db[i]);
    return db_from_power(after / whole_);
  }

  Eigen::VectorXd after_db(const Eigen::VectorXd& turned_db) const {
    return start_db_ + (turned_db.array() - loudness_change_db(turned_db)).matrix();
  }

  /// The same change with the whole as loud as before, no band moving by more than the cap.
  Eigen::VectorXd loudness_kept(Eigen::VectorXd turned_db) const {
    for (int round = 0; round < 60; ++round) {
      const double change_db = loudness_change_db(turned_db);
      turned_db =
          (turned_db.array() - change_db).max(-most_correction_db).min(most_correction_db).matrix();
      if (std::abs(change_db) < 1e-7) break;
    }
    return turned_db;
  }

 private:
  Eigen::VectorXd start_db_;
  double whole_ = 0.0, elsewhere_ = 0.0;
};

/// The population as a Gaussian over the bands that take part.
class Gaussian {
 public:
  Gaussian(const Targets::Population& population, const std::vector<std::size_t>& bands)
      : mean_(static_cast<Eigen::Index>(bands.size())), middle_(mean_.size()) {
    // Two meters, two sets of ears for the same band: half a decibel is not evidence. A reference
    // was measured as the mix was.
    const double meter_sd_db = std::lerp(0.5, 0.2, population.referenced);
    Eigen::MatrixXd covariance(mean_.size(), mean_.size());
    for (Eigen::Index i = 0; i < mean_.size(); ++i) {
      const std::size_t band = bands[static_cast<std::size_t>(i)];
      mean_[i] = population.share_mean_db[band];
      middle_[i] = quantile(population.share_db[band], 50.0);
      for (Eigen::Index j = 0; j < mean_.size(); ++j)
        covariance(i, j) =
            population.share_covariance_db2[band][bands[static_cast<std::size_t>(j)]];
    }
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> eigen{covariance};
    const Eigen::VectorXd variances = eigen.eigenvalues().cwiseMax(0.0);  // rising
    for (Eigen::Index c = 0; c < 3; ++c) {
      const Eigen::Index column = mean_.size() - 1 - c;
      Component& component = components_[static_cast<std::size_t>(c)];
      component.direction = eigen.eigenvectors().col(column);
      // A direction's sign is the solver's whim: let positive mean more of the highest band.
      if (component.direction[mean_.size() - 1] < 0.0) component.direction *= -1.0;
      component.sd_db = std::sqrt(std::max(variances[column], 1e-6));
    }
    spread_db_ = (covariance.diagonal().array().max(0.0) + meter_sd_db * meter_sd_db).sqrt();
    precision_ = eigen.eigenvectors() *
                 (variances.array() + meter_sd_db * meter_sd_db).inverse().matrix().asDiagonal() *
                 eigen.eigenvectors().transpose();
  }

  struct Component {
    Eigen::VectorXd direction;
    double sd_db = 1.0;
  };
  const std::array<Component, 3>& components() const { return components_; }
  const Eigen::VectorXd& middle_db() const { return middle_; }

  /// How far each share lies from the mean, by its own spread and the meter's.
  Eigen::VectorXd apart_sd(const Eigen::VectorXd& shares_db) const {
    return (shares_db - mean_).cwiseQuotient(spread_db_);
  }
  const Eigen::VectorXd& spread_db() const { return spread_db_; }

  double component_sd(std::size_t component, const Eigen::VectorXd& shares_db) const {
    return components_[component].direction.dot(shares_db - mean_) / components_[component].sd_db;
  }

  /// The matched filter for "this band alone was turned up, and so every share went down".
  double band_sd(Eigen::Index band, const Eigen::VectorXd& shares_db) const {
    Eigen::VectorXd pattern =
        Eigen::VectorXd::Constant(mean_.size(), -power_from_db(shares_db[band]));
    pattern[band] += 1.0;
    const Eigen::VectorXd filter = precision_ * pattern;
    return filter.dot(shares_db - mean_) / std::sqrt(filter.dot(pattern));
  }

 private:
  Eigen::VectorXd mean_, middle_, spread_db_;
  std::array<Component, 3> components_;
  Eigen::MatrixXd precision_;
};

/// Towards one master somebody named: no distribution whose shape could tell fault from character,
/// so every band goes back to quiet_sd of it, as soon as all of them together speak, or one alone
/// as loudly as any single band must.
Eigen::VectorXd towards_reference(const Shares& shares, const Gaussian& reference) {
  const Eigen::VectorXd apart_sd = reference.apart_sd(shares.start_db());
  const double all_sd = std::sqrt(apart_sd.squaredNorm() / static_cast<double>(apart_sd.size()));
  if (all_sd < speak_sd && apart_sd.cwiseAbs().maxCoeff() < speak_sd * band_strictness)
    return Eigen::VectorXd::Zero(apart_sd.size());
  const Eigen::VectorXd rest_sd = apart_sd.cwiseMax(-quiet_sd).cwiseMin(quiet_sd);
  return (rest_sd - apart_sd).cwiseProduct(reference.spread_db());
}

/// Answers the voices that speak, strongest first, each once.
class Answer {
 public:
  Answer(const Shares& shares, const Gaussian& gaussian)
      : shares_{shares},
        gaussian_{gaussian},
        turned_db_{Eigen::VectorXd::Zero(shares.start_db().size())},
        answered_(static_cast<std::size_t>(turned_db_.size()) + 3, false) {
    while (answer_strongest()) {
    }
  }

  const Eigen::VectorXd& turned_db() const { return turned_db_; }
  /// The band that was moved most by the first answer.
  Eigen::Index speaking_band() const { return speaking_band_; }

 private:
  static constexpr double most_turn_db = 2.0 * most_correction_db;  // before loudness is kept

  bool answer_strongest() {
    const Eigen::VectorXd now_db = shares_.after_db(turned_db_);
    std::size_t strongest = answered_.size();
    double loudest = 1.0;
    for (std::size_t voice = 0; voice < answered_.size(); ++voice) {
      const double volume = voice < 3 ? std::abs(gaussian_.component_sd(voice, now_db)) / speak_sd
                                      : std::abs(gaussian_.band_sd(band_of(voice), now_db)) /
                                            (speak_sd * band_strictness);
      if (!answered_[voice] && volume > loudest) {
        loudest = volume;
        strongest = voice;
      }
    }
    if (strongest == answered_.size()) return false;
    const bool first = turned_db_.isZero(0.0);
    const Eigen::VectorXd move =
        strongest < 3 ? component_move(strongest, now_db) : band_move(band_of(strongest), now_db);
    answered_[strongest] = true;
    turned_db_ = (turned_db_ + move).cwiseMax(-most_turn_db).cwiseMin(most_turn_db);
    if (first) move.cwiseAbs().maxCoeff(&speaking_band_);
    return true;
  }

  static Eigen::Index band_of(std::size_t voice) { return static_cast<Eigen::Index>(voice) - 3; }

  Eigen::VectorXd component_move(std::size_t component, const Eigen::VectorXd& now_db) const {
    const double score_sd = gaussian_.component_sd(component, now_db);
    const auto& [direction, sd_db] = gaussian_.components()[component];
    Eigen::VectorXd move =
        -std::copysign(std::abs(score_sd) - quiet_sd, score_sd) * sd_db * direction;
    if (const double cap = component_cap_db(score_sd), most = move.cwiseAbs().maxCoeff();
        most > cap)
      move *= cap / most;
    // Do no harm: no band is driven away from the middle of its population, or past it.
    const Eigen::VectorXd towards = gaussian_.middle_db() - now_db;
    for (Eigen::Index i = 0; i < move.size(); ++i)
      move[i] = move[i] * towards[i] <= 0.0
                    ? 0.0
                    : std::copysign(std::min(std::abs(move[i]), std::abs(towards[i])), move[i]);
    return move;
  }

  /// As far as brings the band's score to `quiet`, taking in how all shares follow.
  Eigen::VectorXd band_move(Eigen::Index band, const Eigen::VectorXd& now_db) const {
    const double sign = gaussian_.band_sd(band, now_db) < 0.0 ? -1.0 : 1.0;
    const auto turned_by = [&](double gain_db) {
      Eigen::VectorXd turned = turned_db_;
      turned[band] += gain_db;
      return turned;
    };
    double enough_db = most_turn_db, too_little_db = 0.0;
    for (int halving = 0; halving < 40; ++halving) {
      const double gain_db = 0.5 * (enough_db + too_little_db);
      const double score_sd = gaussian_.band_sd(band, shares_.after_db(turned_by(-sign * gain_db)));
      (sign * score_sd > quiet_sd ? too_little_db : enough_db) = gain_db;
    }
    return turned_by(-sign * enough_db) - turned_db_;
  }

  const Shares& shares_;
  const Gaussian& gaussian_;
  Eigen::VectorXd turned_db_;
  std::vector<bool> answered_;  // three components, then the bands
  Eigen::Index speaking_band_ = 0;
};

}  // namespace

bool TonalView::leaves_alone() const {
  return std::all_of(wanted_db.begin(), wanted_db.end(), [](double db) { return db == 0.0; });
}

TonalView tonal_view(const measure::Spectrum& mix, const Targets::Population& population,
                     measure::Maybe noisy_from_hz) {
  const std::size_t all_bands = population.share_mean_db.size();
  TonalView view;
  view.band_sd.assign(all_bands, 0.0);
  view.wanted_db.assign(all_bands, 0.0);
  view.cut_off_hz = cut_off_hz(mix);
  view.no_boost_from_hz = view.cut_off_hz ? view.cut_off_hz : noisy_from_hz;
  if (noisy_from_hz) view.no_boost_from_hz = std::min(*view.no_boost_from_hz, *noisy_from_hz);
  if (mix.share_db.size() != all_bands || mix.bands_hz.size() != all_bands + 1) return view;
  for (std::size_t band = 0; band < all_bands; ++band)
    if (takes_part(mix, population, band, view.cut_off_hz)) view.bands.push_back(band);
  if (!view.has_components()) return view;

  const Shares shares{mix, view.bands};
  const Gaussian gaussian{population, view.bands};
  for (std::size_t c = 0; c < 3; ++c) {
    view.component_sd[c] = gaussian.component_sd(c, shares.start_db());
    view.strongest_sd = std::max(view.strongest_sd, std::abs(view.component_sd[c]));
  }
  view.within_middle_half = true;
  for (std::size_t i = 0; i < view.bands.size(); ++i) {
    const std::size_t band = view.bands[i];
    const double percent = percentile(population.share_db[band], *mix.share_db[band]);
    view.within_middle_half = view.within_middle_half && percent >= 25.0 && percent <= 75.0;
    view.band_sd[band] = gaussian.band_sd(static_cast<Eigen::Index>(i), shares.start_db());
    view.strongest_sd = std::max(view.strongest_sd, std::abs(view.band_sd[band]) / band_strictness);
  }
  if (view.within_middle_half) return view;

  Eigen::Index speaking_band = 0;
  Eigen::VectorXd turned_db;
  if (population.referenced == 1.0) {
    turned_db = towards_reference(shares, gaussian);
    turned_db.cwiseAbs().maxCoeff(&speaking_band);
  } else {
    const Answer answer{shares, gaussian};
    turned_db = answer.turned_db();
    speaking_band = answer.speaking_band();
  }
  Eigen::VectorXd wanted_db = shares.loudness_kept(turned_db);
  for (Eigen::Index i = 0; i < wanted_db.size(); ++i) {
    const std::size_t band = view.bands[static_cast<std::size_t>(i)];
    if (noisy_from_hz && centre_hz(population.bands_hz, band) > *noisy_from_hz)
      wanted_db[i] = std::min(wanted_db[i], 0.0);
  }
  if (wanted_db.cwiseAbs().maxCoeff() < least_correction_db) return view;
  view.speaking_band = view.bands[static_cast<std::size_t>(speaking_band)];
  for (std::size_t i = 0; i < view.bands.size(); ++i)
    view.wanted_db[view.bands[i]] = wanted_db[static_cast<Eigen::Index>(i)];
  return view;
}

}  // namespace lacquer::advise
