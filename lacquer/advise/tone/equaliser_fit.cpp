#include "lacquer/advise/tone/equaliser_fit.h"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

namespace lacquer::advise {
namespace {

using Shape = EqualiserBand::Shape;

constexpr int band_count = 6;
constexpr int parameter_count = 3 * band_count;

// What a mastering engineer would still call a tone control.
constexpr double lowest_q = 0.4, highest_q = 2.5;
constexpr double lowest_hz = 25.0, highest_hz = 16000.0;
constexpr double gain_pull = 0.006;  // rms dB of error one dB of gain is worth
constexpr double most_gain_db = 12.0;
constexpr int most_steps = 80;

using Vector = Eigen::Matrix<double, parameter_count, 1>;
using Matrix = Eigen::Matrix<double, parameter_count, parameter_count>;
using Bands = std::array<EqualiserBand, band_count>;

/// A value held between two bounds on a log scale, as an unbounded number.
struct Bounded {
  double low, high;
  double from(double free) const {
    return std::exp(std::lerp(std::log(low), std::log(high), 0.5 + 0.5 * std::tanh(free)));
  }
  double to(double value) const {
    const double share = std::log(value / low) / std::log(high / low);
    return std::atanh(2.0 * std::clamp(share, 0.02, 0.98) - 1.0);
  }
  double log_slope(double free) const {
    const double t = std::tanh(free);
    return 0.5 * std::log(high / low) * (1.0 - t * t);
  }
};
/// The same for a gain, on its own scale; near 0 the free number is the gain.
double gain_from(double free) { return most_gain_db * std::tanh(free / most_gain_db); }
double free_from_gain(double gain_db) {
  return most_gain_db * std::atanh(std::clamp(gain_db / most_gain_db, -0.95, 0.95));
}
double gain_slope(double free) {
  const double t = std::tanh(free / most_gain_db);
  return 1.0 - t * t;
}

constexpr Bounded frequency_range{lowest_hz, highest_hz};
constexpr Bounded q_range{lowest_q, highest_q};

constexpr std::array<Shape, band_count> shapes{Shape::low_shelf, Shape::bell, Shape::bell,
                                               Shape::bell,      Shape::bell, Shape::high_shelf};

Bands bands_from(const Vector& free) {
  Bands bands;
  for (int b = 0; b < band_count; ++b)
    bands[static_cast<std::size_t>(b)] = {
        shapes[static_cast<std::size_t>(b)], frequency_range.from(free[3 * b]),
        gain_from(free[3 * b + 1]), q_range.from(free[3 * b + 2])};
  return bands;
}

Vector free_from(const Bands& bands) {
  Vector free;
  for (int b = 0; b < band_count; ++b) {
    const EqualiserBand& band = bands[static_cast<std::size_t>(b)];
    free[3 * b] = frequency_range.to(band.frequency_hz);
    free[3 * b + 1] = free_from_gain(band.gain_db);
    free[3 * b + 2] = q_range.to(band.q);
  }
  return free;
}

/// Six bands in a row.
class Cascade {
 public:
  explicit Cascade(const Bands& bands) {
    for (std::size_t b = 0; b < band_count; ++b) prototypes_[b] = EqualiserPrototype{bands[b]};
  }
  double response_db(double frequency_hz) const {
    double power = 1.0;
    for (const EqualiserPrototype& one : prototypes_) power *= one.power(frequency_hz);
    return 10.0 * std::log10(power);
  }
  const EqualiserPrototype& operator[](int band) const {
    return prototypes_[static_cast<std::size_t>(band)];
  }

 private:
  std::array<EqualiserPrototype, band_count> prototypes_;
};

/// The least-squares problem: weighted error at the points plus the pull on the gains.
class Problem {
 public:
  Problem(std::span<const double, fit_point_count> wanted_db,
          std::span<const double, fit_point_count> weight)
      : wanted_db_{wanted_db} {
    double sum = 0.0;
    for (const double one : weight) sum += one;
    for (std::size_t i = 0; i < fit_point_count; ++i)
      root_weight_[i] = sum > 0.0 ? std::sqrt(weight[i] / sum) : 0.0;
  }

  double cost(const Vector& free) const {
    const Cascade cascade{bands_from(free)};
    double cost = 0.0;
    for (int i = 0; i < fit_point_count; ++i) cost += square(error(cascade, i));
    for (int b = 0; b < band_count; ++b) cost += square(gain_pull * gain_from(free[3 * b + 1]));
    return cost;
  }

  double rms_error_db(const Bands& bands) const {
    const Cascade cascade{bands};
    double sum = 0.0;
    for (int i = 0; i < fit_point_count; ++i) sum += square(error(cascade, i));
    return std::sqrt(sum);
  }

  /// Gauss and Newton's equations at `free`.
  void linearise(const Vector& free, Matrix& normal, Vector& gradient) const {
    const Cascade cascade{bands_from(free)};
    normal.setZero();
    gradient.setZero();
    Vector chain;  // from the slopes in ln frequency, gain and ln q to those in the free numbers
    for (int b = 0; b < band_count; ++b)
      chain.segment<3>(3 * b) << frequency_range.log_slope(free[3 * b]),
          gain_slope(free[3 * b + 1]), q_range.log_slope(free[3 * b + 2]);
    for (int i = 0; i < fit_point_count; ++i) {
      const double root_weight = root_weight_[static_cast<std::size_t>(i)];
      if (root_weight == 0.0) continue;
      Vector row;
      double sum = 0.0;
      for (int b = 0; b < band_count; ++b) {
        const ResponseSlope slope = cascade[b].slope(fit_point_hz(i));
        sum += slope.response_db;
        row.segment<3>(3 * b) << slope.per_log_frequency, slope.per_gain_db, slope.per_log_q;
      }
      row = root_weight * row.cwiseProduct(chain);
      const double residual = root_weight * (sum - wanted_db_[static_cast<std::size_t>(i)]);
      normal.noalias() += row * row.transpose();
      gradient.noalias() += residual * row;
    }
    for (int b = 0; b < band_count; ++b) {
      const double slope = gain_pull * chain[3 * b + 1];
      normal(3 * b + 1, 3 * b + 1) += slope * slope;
      gradient[3 * b + 1] += slope * gain_pull * gain_from(free[3 * b + 1]);
    }
  }

 private:
  static double square(double x) { return x * x; }
  double error(const Cascade& cascade, int i) const {
    const auto at = static_cast<std::size_t>(i);
    if (root_weight_[at] == 0.0) return 0.0;
    return root_weight_[at] * (cascade.response_db(fit_point_hz(i)) - wanted_db_[at]);
  }

  std::span<const double, fit_point_count> wanted_db_;
  std::array<double, fit_point_count> root_weight_{};
};

/// Marquardt's damped descent; returns the cost reached.
double descend(const Problem& problem, Vector& free) {
  double cost = problem.cost(free);
  double damping = 1e-2;
  Matrix normal;
  Vector gradient;
  for (int step = 0; step < most_steps && damping < 1e8; ++step) {
    problem.linearise(free, normal, gradient);
    double gained = -1.0;
    while (gained < 0.0 && damping < 1e8) {
      Matrix damped = normal;
      damped.diagonal() += damping * (normal.diagonal().array() + 1e-6).matrix();
      const Vector candidate = free - damped.ldlt().solve(gradient);
      const double candidate_cost = problem.cost(candidate);
      if (candidate_cost < cost) {
        gained = cost - candidate_cost;
        free = candidate;
        cost = candidate_cost;
        damping *= 0.2;
      } else {
        damping *= 4.0;
      }
    }
    if (gained < 1e-5 * cost) break;
  }
  return cost;
}

/// Bells where the eye would put them: one after the other on the largest error left.
Bands greedy_start(std::span<const double, fit_point_count> wanted_db,
                   std::span<const double, fit_point_count> weight, double shelf_low_hz,
                   double shelf_high_hz) {
  const auto at = [&](double frequency_hz) {
    int nearest = 0;
    while (nearest + 1 < fit_point_count && fit_point_hz(nearest) < frequency_hz) ++nearest;
    return wanted_db[static_cast<std::size_t>(nearest)];
  };
  Bands bands;
  bands.front() = {Shape::low_shelf, shelf_low_hz, at(shelf_low_hz / 2.0), 0.7};
  bands.back() = {Shape::high_shelf, shelf_high_hz, at(shelf_high_hz * 1.5), 0.7};
  for (std::size_t b = 1; b + 1 < band_count; ++b) bands[b].gain_db = 0.0;
  for (std::size_t b = 1; b + 1 < band_count; ++b) {
    const Cascade cascade{bands};
    double largest = 0.0;
    for (int i = 0; i < fit_point_count; ++i) {
      const auto point = static_cast<std::size_t>(i);
      const double error = wanted_db[point] - cascade.response_db(fit_point_hz(i));
      if (weight[point] > 0.0 && std::abs(error) > std::abs(largest)) {
        largest = error;
        bands[b].frequency_hz = fit_point_hz(i);
      }
    }
    bands[b].gain_db = largest;
    bands[b].q = 1.0;
  }
  return bands;
}

Bands spaced_start(std::span<const double, fit_point_count> wanted_db, double lowest,
                   double highest) {
  Bands bands;
  for (std::size_t b = 0; b < band_count; ++b) {
    const double share = static_cast<double>(b) / (band_count - 1);
    const double frequency_hz = lowest * std::pow(highest / lowest, share);
    const double point = std::log(frequency_hz / 20.0) / std::log(1000.0) * (fit_point_count - 1);
    const auto nearest = static_cast<std::size_t>(std::clamp(point, 0.0, 120.0));
    bands[b] = {shapes[b], frequency_hz, 0.7 * wanted_db[nearest], b % 5 == 0 ? 0.7 : 0.9};
  }
  return bands;
}

}  // namespace

double EqualiserFit::response_db(double frequency_hz) const {
  return Cascade{bands}.response_db(frequency_hz);
}

double fit_point_hz(int point) {
  static const auto points = [] {
    std::array<double, fit_point_count> hz{};
    for (std::size_t i = 0; i < hz.size(); ++i)
      hz[i] = 20.0 * std::pow(1000.0, static_cast<double>(i) / (fit_point_count - 1));
    return hz;
  }();
  return points[static_cast<std::size_t>(point)];
}

EqualiserFit fit_equaliser(std::span<const double, fit_point_count> wanted_db,
                           std::span<const double, fit_point_count> weight) {
  const Problem problem{wanted_db, weight};
  Vector best = Vector::Zero();
  double best_cost = std::numeric_limits<double>::infinity();
  for (const Bands& start :
       {greedy_start(wanted_db, weight, 60.0, 9000.0), spaced_start(wanted_db, 60.0, 10000.0),
        greedy_start(wanted_db, weight, 150.0, 5000.0), spaced_start(wanted_db, 100.0, 6000.0),
        greedy_start(wanted_db, weight, 40.0, 14000.0), spaced_start(wanted_db, 40.0, 15000.0)}) {
    Vector free = free_from(start);
    if (const double cost = descend(problem, free); cost < best_cost) {
      best_cost = cost;
      best = free;
    }
  }
  EqualiserFit fit{bands_from(best), 0.0};
  std::sort(fit.bands.begin() + 1, fit.bands.end() - 1,
            [](const auto& a, const auto& b) { return a.frequency_hz < b.frequency_hz; });
  fit.rms_error_db = problem.rms_error_db(fit.bands);
  return fit;
}

}  // namespace lacquer::advise
