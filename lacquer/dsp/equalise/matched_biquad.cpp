#include "lacquer/dsp/equalise/matched_biquad.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace lacquer::dsp {
namespace {

// What we ask of the digital filter, as shares of the sample rate.
constexpr double matched_to = 0.455;    // up to here as near as it can
constexpr double last_point = 0.485;    // beyond, only a hint, so the fit does not run wild
constexpr double zeros_beyond = 0.5;    // from here on a floor is out of reach
constexpr double highest_centre = 0.4;  // where the frequency scale of the search is anchored

constexpr std::array offsets = {0.0, 0.12, 0.25, 0.4, 0.6, 0.85, 1.2, 1.7, 2.6, 4.5, 9.0, 20.0};
constexpr int linear_points = 12;
constexpr std::size_t most_points = 2 * (2 * offsets.size() - 1) + linear_points + 2;

struct Point {
  double t;           // squared tan(pi f / fs), 1 at the anchor
  double log_wanted;  // natural logarithm of |H|^2
  double weight;
  bool hint;
};

struct Points {
  std::array<Point, most_points> all;
  std::size_t count = 0;
};

/// Natural logarithms: damping^2 and resonance^-2 of numerator and denominator,
/// |N|^2 = (1 - e^v t)^2 + e^u t. For a high-pass |N|^2 = e^v t^2.
using Unknowns = std::array<double, 4>;
enum : std::size_t { zero_damping, zero_place, pole_damping, pole_place };  // place follows damping

bool is_high_pass(const AnalogueSection& h) { return h.n0 == 0.0 && h.n1 == 0.0; }
bool is_low_pass(const AnalogueSection& h) { return h.n1 == 0.0 && h.n2 == 0.0; }

/// A low-pass that is level again far above, where the sampled filter has nothing to be level in.
bool has_its_floor_above(double hz, const AnalogueSection& h) {
  constexpr double deeper_than_shelves = 0.05;  // amplitude; theirs is 0.063 at -24 dB
  return h.n2 * h.d0 < deeper_than_shelves * h.n0 * h.d2 &&
         h.frequency_hz * std::sqrt(h.n0 / h.n2) > hz;
}

/// Frequencies where the fit is held to the section: dense around its resonances, evenly above.
Points points_of(const AnalogueSection& h, double anchor_hz, double sample_rate_hz) {
  Points points;
  const double anchor = std::tan(pi * anchor_hz / sample_rate_hz);
  const bool passes = is_high_pass(h) || is_low_pass(h);
  const double hint_weight = h.frequency_hz > highest_centre * sample_rate_hz ? 0.05 : 1e-3;
  const auto add = [&](double hz) {
    if (hz > last_point * sample_rate_hz) return;
    const double power = h.power(hz);
    const double tangent = std::tan(pi * hz / sample_rate_hz) / anchor;
    const bool hint = hz > matched_to * sample_rate_hz;
    // Deep in a stop band decibels do not matter.
    const double weight = (hint ? hint_weight : 1.0) * std::min(1.0, power * (passes ? 1e2 : 1e4));
    points.all[points.count++] = {tangent * tangent, std::log(power), weight, hint};
  };
  const auto add_around = [&](double c0, double c1, double c2) {
    const double centre_hz = h.frequency_hz * std::sqrt(c0 / c2);
    const double half_width = 0.5 * c1 / std::sqrt(c0 * c2);
    for (const double offset : offsets) {
      const double v = offset * half_width;
      add(centre_hz * (std::sqrt(v * v + 1.0) + v));
      if (offset > 0.0) add(centre_hz * (std::sqrt(v * v + 1.0) - v));
    }
  };
  add_around(h.d0, h.d1, h.d2);
  if (!passes) add_around(h.n0, h.n1, h.n2);
  for (int i = 1; i <= linear_points; ++i) add(matched_to * sample_rate_hz * i / linear_points);
  add(0.47 * sample_rate_hz);
  add(0.48 * sample_rate_hz);
  return points;
}

/// Solves the symmetric positive definite 4x4 system in place (Cholesky).
Unknowns solve(std::array<Unknowns, 4> a, Unknowns b) {
  for (std::size_t j = 0; j < 4; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(std::max(a[j][j], 1e-300));
    for (std::size_t i = j + 1; i < 4; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = 4; i-- > 0;) {
    for (std::size_t k = i + 1; k < 4; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

class Search {
 public:
  Search(const AnalogueSection& h, double anchor_hz, double sample_rate_hz)
      : points_{points_of(h, anchor_hz, sample_rate_hz)},
        high_pass_{is_high_pass(h)},
        log_gain_{high_pass_ ? 0.0 : 2.0 * std::log(h.n0 / h.d0)},
        anchor_{std::tan(pi * anchor_hz / sample_rate_hz)} {
    const double scale = anchor_hz / h.frequency_hz;
    const auto place = [&](double c0, double c2) { return std::log(c2 / c0 * scale * scale); };
    const auto damping = [&](double c0, double c1) { return 2.0 * std::log(c1 / c0 * scale); };
    unknowns_[pole_damping] = damping(h.d0, h.d1);
    unknowns_[pole_place] = place(h.d0, h.d2);
    if (high_pass_) {
      unknowns_[zero_place] = 2.0 * std::log(h.n2 / h.d0 * scale * scale);
    } else if (is_low_pass(h) || has_its_floor_above(zeros_beyond * sample_rate_hz, h)) {
      // Zeros beyond the top, where the sampled filter cannot fall as steeply as the analogue one.
      const double high = std::min(1.0, std::pow(h.frequency_hz / sample_rate_hz / 0.4, 2.0));
      unknowns_[zero_damping] = std::log(0.3 * high);
      unknowns_[zero_place] = std::log(0.2 * high);
    } else {
      unknowns_[zero_damping] = damping(h.n0, h.n1);
      unknowns_[zero_place] = place(h.n0, h.n2);
    }
    least_decay_ = {0.25 * decay(zero_damping, unknowns_), 0.25 * decay(pole_damping, unknowns_)};
    unknowns_ = held(unknowns_);
  }

  Unknowns run() {
    double trust = 1e-4;
    for (int round = 0; round < 3; ++round) {
      double cost = cost_of(unknowns_);
      for (int iteration = 0; iteration < 8; ++iteration) {
        const Unknowns next = stepped(trust);
        const double next_cost = cost_of(next);
        if (!(next_cost < cost)) {
          trust = std::max(trust * 10.0, 1e-6);
          continue;
        }
        const bool settled = cost - next_cost < 1e-4 * cost;
        unknowns_ = next;
        cost = next_cost;
        trust *= 0.1;
        if (settled) break;
      }
      lean_on_the_worst();
    }
    return unknowns_;
  }

 private:
  struct Value {
    double error;
    Unknowns gradient;
  };

  /// (1 - a2) / (1 + a2) of the bilinear transform: how fast it rings out.
  double decay(std::size_t damping, const Unknowns& p) const {
    const double c = std::exp(0.5 * p[damping]), b = std::exp(p[damping + 1]);
    return c * anchor_ / (anchor_ * anchor_ + b);
  }

  /// The fit sees nothing above its highest point. There a pole and a zero could meet so close to
  /// the unit circle that they ring; we keep both off it.
  Unknowns held(Unknowns p) const {
    constexpr double furthest = 19.0;  // a real root no nearer to -1 than -0.9
    for (const std::size_t damping : {zero_damping, pole_damping}) {
      if (high_pass_ && damping == zero_damping) continue;
      const double least = least_decay_[damping / 2];
      const double b = std::exp(p[damping + 1]);
      const double least_c = least * (anchor_ * anchor_ + b) / anchor_;
      p[damping] = std::max(p[damping], 2.0 * std::log(least_c));
      p[damping + 1] = std::max(p[damping + 1], 0.5 * p[damping] + std::log(anchor_ / furthest));
    }
    return p;
  }

  Value at(const Point& point, const Unknowns& p) const {
    const double t = point.t;
    const double c = std::exp(p[pole_damping]), b = std::exp(p[pole_place]);
    const double d = (1.0 - b * t) * (1.0 - b * t) + c * t;
    Value value{-std::log(d) - point.log_wanted + log_gain_, {}};
    value.gradient[pole_damping] = -c * t / d;
    value.gradient[pole_place] = 2.0 * (1.0 - b * t) * b * t / d;
    if (high_pass_) {
      value.error += p[zero_place] + 2.0 * std::log(t);
      value.gradient[zero_place] = 1.0;
    } else {
      const double zc = std::exp(p[zero_damping]), zb = std::exp(p[zero_place]);
      const double n = (1.0 - zb * t) * (1.0 - zb * t) + zc * t;
      value.error += std::log(n);
      value.gradient[zero_damping] = zc * t / n;
      value.gradient[zero_place] = -2.0 * (1.0 - zb * t) * zb * t / n;
    }
    return value;
  }

  double cost_of(const Unknowns& p) const {
    double cost = 0.0;
    for (std::size_t i = 0; i < points_.count; ++i) {
      const double error = at(points_.all[i], p).error;
      cost += points_.all[i].weight * error * error;
    }
    return cost;
  }

  Unknowns stepped(double trust) const {
    std::array<Unknowns, 4> normal{};
    Unknowns downhill{};
    for (std::size_t i = 0; i < points_.count; ++i) {
      const Value value = at(points_.all[i], unknowns_);
      const double weight = points_.all[i].weight;
      for (std::size_t r = 0; r < 4; ++r) {
        downhill[r] -= weight * value.gradient[r] * value.error;
        for (std::size_t k = 0; k < 4; ++k)
          normal[r][k] += weight * value.gradient[r] * value.gradient[k];
      }
    }
    for (std::size_t r = 0; r < 4; ++r) normal[r][r] += trust * (normal[r][r] + 1e-9) + 1e-30;
    const Unknowns step = solve(normal, downhill);
    Unknowns next = unknowns_;
    for (std::size_t r = 0; r < 4; ++r)
      next[r] = std::clamp(next[r] + std::clamp(step[r], -2.0, 2.0), -60.0, 60.0);
    return held(next);
  }

  /// Lawson: weights times error, until the largest errors are as small as they can be.
  void lean_on_the_worst() {
    double sum = 0.0;
    int count = 0;
    for (std::size_t i = 0; i < points_.count; ++i) {
      Point& point = points_.all[i];
      if (point.hint) continue;
      point.weight *= std::abs(at(point, unknowns_).error) + 1e-5;
      sum += point.weight;
      ++count;
    }
    for (std::size_t i = 0; i < points_.count; ++i)
      if (!points_.all[i].hint) points_.all[i].weight *= count / sum;
  }

  Points points_;
  bool high_pass_;
  double log_gain_;
  double anchor_;
  std::array<double, 2> least_decay_{};
  Unknowns unknowns_{};
};

/// First order needs no search. With x = (f / f0)^2 the section is (N0 + N1 x) / (D0 + D1 x), the
/// digital filter the same in p = sin(pi f / fs)^2. Numerator and denominator are each interpolated
/// in two frequencies, up to one factor they share; 0 Hz is met as well.
/// The polynomial at half the rate is above 0.46 c0 for all c0, c1 > 0, so its root is always
/// inside.
struct FirstOrder {
  double now, before;  // now + before / z

  FirstOrder(double c0, double c1, const std::array<double, 2>& x, const std::array<double, 2>& p) {
    const double steep = (x[1] / p[1] * (c0 + c1 * x[0]) - x[0] / p[0] * (c0 + c1 * x[1]));
    const double at_zero = std::sqrt(c0), at_half = std::sqrt(c0 + steep / (x[0] - x[1]));
    now = 0.5 * (at_zero + at_half);
    before = 0.5 * (at_zero - at_half);
  }
};

BiquadCoefficients matched_first_order(const AnalogueSection& h, double sample_rate_hz) noexcept {
  constexpr double lower_share = 0.2, upper_share = 0.42;  // of the rate: the least error
  std::array<double, 2> x, p;
  for (std::size_t i = 0; i < 2; ++i) {
    const double hz = i == 0 ? std::min(h.frequency_hz, lower_share * sample_rate_hz)
                             : upper_share * sample_rate_hz;
    x[i] = (hz / h.frequency_hz) * (hz / h.frequency_hz);
    const double sine = std::sin(pi * hz / sample_rate_hz);
    p[i] = sine * sine;
  }
  const FirstOrder n{h.n0 * h.n0, h.n1 * h.n1, x, p}, d{h.d0 * h.d0, h.d1 * h.d1, x, p};
  return {n.now / d.now, n.before / d.now, 0.0, d.before / d.now, 0.0};
}

}  // namespace

BiquadCoefficients matched(const AnalogueSection& section, double sample_rate_hz) noexcept {
  if (section.n2 == 0.0 && section.d2 == 0.0) return matched_first_order(section, sample_rate_hz);
  const double anchor_hz = std::min(section.frequency_hz, highest_centre * sample_rate_hz);
  Search search{section, anchor_hz, sample_rate_hz};
  const Unknowns p = search.run();
  AnalogueSection found;
  found.frequency_hz = anchor_hz;
  found.d1 = std::exp(0.5 * p[pole_damping]);
  found.d2 = std::exp(p[pole_place]);
  if (is_high_pass(section)) {
    found.n0 = 0.0;
    found.n2 = std::exp(0.5 * p[zero_place]);
  } else {
    found.n0 = section.n0 / section.d0;
    found.n1 = found.n0 * std::exp(0.5 * p[zero_damping]);
    found.n2 = found.n0 * std::exp(p[zero_place]);
  }
  return bilinear(found, sample_rate_hz);
}

}  // namespace lacquer::dsp
