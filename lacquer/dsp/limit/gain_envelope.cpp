#include "lacquer/dsp/limit/gain_envelope.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lacquer::dsp {
namespace {

constexpr double least_db = 1e-5;  // a memory fades for ever; from here on it has

}  // namespace

void GainEnvelope::prepare(int look_ahead_cells, Memory memory) {
  assert(look_ahead_cells >= 1);
  memory_ = memory;
  look_ahead_cells_ = look_ahead_cells;
  std::size_t room = 2;
  while (room < static_cast<std::size_t>(look_ahead_cells) + 2) room *= 2;
  wanted_.assign(room, 0.0);
  vertices_.assign(room, {});
  reset();
}

void GainEnvelope::reset() noexcept {
  std::fill(wanted_.begin(), wanted_.end(), 0.0);
  now_ = 0;
  average_db_ = 0.0;
  start_ = {-look_ahead_cells_, 0.0};
  lay_again();
}

void GainEnvelope::bend(double attack, double release) noexcept {
  assert(attack > 0.0 && release > 0.0);
  if (attack == attack_ && release == release_) return;
  attack_ = attack;
  release_ = release;
  lay_again();
}

double& GainEnvelope::wanted(std::int64_t cell) noexcept {
  return wanted_[static_cast<std::size_t>(cell) & (wanted_.size() - 1)];
}

GainEnvelope::Vertex& GainEnvelope::vertex(std::int64_t index) noexcept {
  return vertices_[static_cast<std::size_t>(index) & (vertices_.size() - 1)];
}

/// The chain between two vertices. Its lowest point may lie between them or, for a steep chain,
/// outside; there is one such arc for any two points, and two different arcs cross at most once.
double GainEnvelope::hanging(const Vertex& from, const Vertex& to,
                             std::int64_t cell) const noexcept {
  const auto distance = static_cast<double>(to.cell - from.cell);
  const auto at = static_cast<double>(cell - from.cell);
  const double rise = to.db - from.db;
  const auto one_parabola = [&](double curvature) {
    return from.db + at * (rise / distance - 0.5 * curvature * (distance - at));
  };
  if (rise >= 0.5 * attack_ * distance * distance) return one_parabola(attack_);
  if (-rise >= 0.5 * release_ * distance * distance) return one_parabola(release_);
  // The lowest point, where release becomes attack, from equal heights there:
  // from - release/2 x^2 = to - attack/2 (distance - x)^2
  const double square = 0.5 * (release_ - attack_), linear = attack_ * distance;
  const double constant = 0.5 * attack_ * distance * distance - rise;
  const double lowest =
      2.0 * constant / (linear + std::sqrt(linear * linear + 4.0 * square * constant));
  const double bottom = from.db - 0.5 * release_ * lowest * lowest;
  const double aside = at - lowest;
  return bottom + 0.5 * (aside < 0.0 ? release_ : attack_) * aside * aside;
}

/// Vertices that lie under the chain as it now reaches are passed over.
void GainEnvelope::lay_over(const Vertex& added) noexcept {
  while (end_ > first_) {
    const Vertex& last = vertex(end_ - 1);
    const Vertex& before = end_ - 1 > first_ ? vertex(end_ - 2) : start_;
    if (before.db == 0.0 && last.db == 0.0 && added.db == 0.0) break;  // all on the ground
    if (hanging(before, added, last.cell) < last.db) break;
    --end_;
  }
  vertex(end_++) = added;
}

void GainEnvelope::lay_again() noexcept {
  first_ = end_ = 0;
  for (std::int64_t cell = start_.cell + 1; cell <= now_; ++cell) lay_over({cell, wanted(cell)});
}

double GainEnvelope::next(double wanted_db) noexcept {
  ++now_;
  wanted(now_) = wanted_db;
  lay_over({now_, wanted_db});
  const Vertex& rest = vertex(first_);
  const std::int64_t cell = start_.cell + 1;
  const bool rests = rest.cell == cell;
  const double db = rests ? rest.db : std::max(hanging(start_, rest, cell), wanted(cell));
  if (rests) ++first_;
  start_ = {cell, std::max(db, released())};
  average_db_ += memory_.pace * (start_.db - average_db_);
  return start_.db;
}

/// Never down faster than along the parabola that ends on the ground, or first on what the memory
/// holds, however little is in view.
double GainEnvelope::released() const noexcept {
  if (start_.db < least_db) return 0.0;
  const double floor = std::min(start_.db, memory_.share * average_db_);
  const double root = std::sqrt(start_.db - floor) - std::sqrt(0.5 * release_);
  return root > 0.0 ? floor + root * root : floor;
}

}  // namespace lacquer::dsp
