#pragma once

#include <optional>
#include <utility>
#include <vector>

#include "lacquer/chain/attempt.h"

namespace lacquer::chain {

/// Loudness over gain, through renders that were measured: a straight line between two, on along
/// the last beyond them. Every attempt has a loudness.
class LoudnessCurve {
 public:
  void add(std::vector<Attempt>);

  bool empty() const noexcept { return attempts_.empty(); }
  /// By gain.
  const std::vector<Attempt>& attempts() const noexcept { return attempts_; }

  /// For a curve that is not empty.
  double lufs_at(double gain_db) const;
  double gain_at(double lufs) const;
  const Attempt& nearest(double lufs) const;
  /// The neighbours between which a loudness lies, the softer one first.
  std::optional<std::pair<Attempt, Attempt>> enclosing(double lufs) const;

 private:
  std::vector<Attempt> attempts_;
};

}  // namespace lacquer::chain
