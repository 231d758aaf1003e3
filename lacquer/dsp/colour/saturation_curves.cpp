#include "lacquer/dsp/colour/saturation_curves.h"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "lacquer/base/units.h"

namespace lacquer::dsp {
namespace {

constexpr int cells_a_unit = 64;
constexpr int table_reach = 16;  // full scale driven by 24 dB; beyond it the formula itself
constexpr int cell_count = 2 * table_reach * cells_a_unit;

constexpr double tape_ceiling = 2.0;  // +6 dBFS
constexpr double tape_steepness = 3.0 / tape_ceiling;
constexpr double tube_scale = 2.0;
constexpr double tube_bias = 0.5;

/// coth y - 1/y. Near 0 the two cancel; there its power series (Bernoulli numbers).
double langevin(double y) {
  if (std::abs(y) > 0.5) return 1.0 / std::tanh(y) - 1.0 / y;
  const double y2 = y * y;
  double sum = -3617.0 / 162820783125.0;
  for (const double c : {4.0 / 18243225.0, -1382.0 / 638512875.0, 2.0 / 93555.0, -1.0 / 4725.0,
                         2.0 / 945.0, -1.0 / 45.0, 1.0 / 3.0})
    sum = sum * y2 + c;
  return sum * y;
}

double langevin_slope(double y) {
  if (std::abs(y) > 0.5) {
    const double hyperbolic = 1.0 / std::sinh(y);
    return 1.0 / (y * y) - hyperbolic * hyperbolic;
  }
  const double y2 = y * y;
  double sum = -15.0 * 3617.0 / 162820783125.0;
  for (const double c : {13.0 * 4.0 / 18243225.0, -11.0 * 1382.0 / 638512875.0, 9.0 * 2.0 / 93555.0,
                         -7.0 / 4725.0, 5.0 * 2.0 / 945.0, -3.0 / 45.0, 1.0 / 3.0})
    sum = sum * y2 + c;
  return sum;
}

/// A straight line from `from` to `to` over a time of 1, of which we want what is above 0: weighted
/// with the time left (early) and the time gone (late).
struct Shares {
  double early = 0.0, late = 0.0;
};

Shares above_zero(double from, double to) {
  if (from <= 0.0 && to <= 0.0) return {};
  if (from >= 0.0 && to >= 0.0) return {from / 3.0 + to / 6.0, from / 6.0 + to / 3.0};
  if (from < 0.0) {  // rises through 0: above it for the last `length`
    const double length = to / (to - from);
    return {length * length * to / 6.0, length * to * (0.5 - length / 6.0)};
  }
  const double length = from / (from - to);
  return {length * from * (0.5 - length / 6.0), length * length * from / 6.0};
}

/// Four at a time, until the end or a sample that is not in the table; returns how many. In the
/// same order of operations as one at a time.
LACQUER_KERNEL int bend_kernel(const Quad* cells, const double* in, int count, double* out) {
  using Integers = std::int32_t __attribute__((vector_size(16)));
  int at = 0;
  for (; at + 4 <= count; at += 4) {
    const Quad place = (quads(in + at)[0] + double{table_reach}) * double{cells_a_unit};
    const auto outside = (place < 0.0) | (place >= double{cell_count});
    if ((outside[0] | outside[1] | outside[2] | outside[3]) != 0) break;
    const Integers cell = __builtin_convertvector(place, Integers);
    const Quad t = place - __builtin_convertvector(cell, Quad);
    const Quad a = cells[cell[0]], b = cells[cell[1]], c = cells[cell[2]], d = cells[cell[3]];
    const Quad ab02 = __builtin_shufflevector(a, b, 0, 4, 2, 6);
    const Quad ab13 = __builtin_shufflevector(a, b, 1, 5, 3, 7);
    const Quad cd02 = __builtin_shufflevector(c, d, 0, 4, 2, 6);
    const Quad cd13 = __builtin_shufflevector(c, d, 1, 5, 3, 7);
    const Quad c0 = __builtin_shufflevector(ab02, cd02, 0, 1, 4, 5);
    const Quad c1 = __builtin_shufflevector(ab13, cd13, 0, 1, 4, 5);
    const Quad c2 = __builtin_shufflevector(ab02, cd02, 2, 3, 6, 7);
    const Quad c3 = __builtin_shufflevector(ab13, cd13, 2, 3, 6, 7);
    quads(out + at)[0] = c0 + t * (c1 + t * (c2 + t * c3));
  }
  return at;
}
LACQUER_WIDE int bend_wide(const Quad* cells, const double* in, int count, double* out) {
  return bend_kernel(cells, in, count, out);
}
int bend_plain(const Quad* cells, const double* in, int count, double* out) {
  return bend_kernel(cells, in, count, out);
}

}  // namespace

double saturated(SaturationCurve curve, double x) noexcept {
  switch (curve) {
    case SaturationCurve::tape:
      return tape_ceiling * langevin(tape_steepness * x);
    case SaturationCurve::tube: {
      const double at_rest = std::tanh(tube_bias);
      return tube_scale * (std::tanh(x / tube_scale + tube_bias) - at_rest) /
             (1.0 - at_rest * at_rest);
    }
    case SaturationCurve::soft:
      return std::erf(0.5 * std::sqrt(pi) * x);
    default:
      return std::clamp(x, -1.0, 1.0);
  }
}

double saturation_slope(SaturationCurve curve, double x) noexcept {
  switch (curve) {
    case SaturationCurve::tape:
      return 3.0 * langevin_slope(tape_steepness * x);
    case SaturationCurve::tube: {
      const double at_rest = std::tanh(tube_bias);
      const double here = std::tanh(x / tube_scale + tube_bias);
      return (1.0 - here * here) / (1.0 - at_rest * at_rest);
    }
    default:
      return std::exp(-0.25 * pi * x * x);
  }
}

BendTable::BendTable(SaturationCurve curve) : curve_{curve} {
  const auto at = [](int i) { return static_cast<double>(i) / cells_a_unit - table_reach; };
  const auto value = [&](double x) { return saturated(curve, x) - x; };
  const auto slope = [&](double x) { return (saturation_slope(curve, x) - 1.0) / cells_a_unit; };
  for (int i = 0; i < cell_count; ++i) {  // Hermite: values and slopes at both ends
    const double y0 = value(at(i)), y1 = value(at(i + 1));
    const double s0 = slope(at(i)), s1 = slope(at(i + 1));
    const double rise = y1 - y0;
    cells_.push_back(Quad{y0, s0, 3.0 * rise - 2.0 * s0 - s1, s0 + s1 - 2.0 * rise});
  }
}

const BendTable& BendTable::of(SaturationCurve curve) {
  static const BendTable tape{SaturationCurve::tape}, tube{SaturationCurve::tube},
      soft{SaturationCurve::soft};
  return curve == SaturationCurve::tape ? tape : curve == SaturationCurve::tube ? tube : soft;
}

double BendTable::bend(double x) const noexcept {
  const double place = (x + table_reach) * cells_a_unit;
  if (!(place >= 0.0 && place < cell_count)) return saturated(curve_, x) - x;
  const int cell = static_cast<int>(place);
  const double t = place - cell;
  const double* c = reinterpret_cast<const double*>(cells_.data() + cell);
  return c[0] + t * (c[1] + t * (c[2] + t * c[3]));
}

void BendTable::bend(const double* in, int count, double* out) const noexcept {
  const auto work = has_wide_registers() ? bend_wide : bend_plain;
  int at = 0;
  while (at < count) {
    at += work(cells_.data(), in + at, count - at, out + at);
    for (int end = std::min(at + 4, count); at < end; ++at) out[at] = bend(in[at]);
  }
}

void HardBend::bend(const double* in, int count, double* out) noexcept {
  double peak = std::abs(last_);
  for (int i = 0; i < count; ++i) peak = std::max(peak, std::abs(in[i]));
  if (count > 0 && peak <= 1.0 && late_ == 0.0 && y1_ == 0.0 && y2_ == 0.0) {
    std::fill_n(out, count, 0.0);  // as below, sooner
    last_ = in[count - 1];
    return;
  }
  for (int i = 0; i < count; ++i) {
    const double now = in[i];
    Shares shares;
    if (std::abs(now) > 1.0 || std::abs(last_) > 1.0) {
      const Shares over = above_zero(last_ - 1.0, now - 1.0);
      const Shares under = above_zero(-1.0 - last_, -1.0 - now);
      shares = {under.early - over.early, under.late - over.late};
    }
    const double average = late_ + shares.early;  // around the sample before
    // The triangle is 2/3 + cos(w)/3 on slow signals; its inverse to second order in w.
    out[i] = 4.0 / 3.0 * y1_ - (average + y2_) / 6.0;
    y2_ = y1_;
    y1_ = average;
    late_ = shares.late;
    last_ = now;
  }
}

}  // namespace lacquer::dsp
