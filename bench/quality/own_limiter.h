#pragma once

#include <map>

#include "bench/judge.h"
#include "lacquer/chain/recipe.h"

namespace lacquer::bench {

/// Lacquer's limiter as any chain has it, on one signal under one ceiling. Remembers what it has
/// rendered of what.
class OwnLimiter {
 public:
  OwnLimiter(const testkit::Signal& signal, double ceiling_dbtp);

  struct Setting {
    double release_ms;     ///< the attack goes with it
    double gain_db = 0.0;  ///< before the limiter, beside the drive all others have
    double bass_relief = 0.0;
    friend auto operator<=>(const Setting&, const Setting&) = default;
  };

  Setting by_default() const { return default_; }
  struct Match {
    Setting setting;
    bool as_loud = true;  ///< false: there is no such setting, this is the loudest
  };
  /// With so much bass relief, the longest release that loses no more loudness than this; where
  /// even the shortest loses more, the shortest, with the gain that makes up for it; where even the
  /// longest loses less, the longest, driven less.
  Result<Match> losing(double loss_lu, double bass_relief);

  Result<testkit::Signal> limited(const Setting&) const;
  /// Of the signal's loudness, LU.
  Result<double> loss_lu(const Setting&);
  /// The noise it adds beside the signal.
  Result<Damage> damage(const Setting&);

 private:
  Result<Setting> between(Setting too_much, Setting enough, double wanted_lu);

  const testkit::Signal& signal_;
  double ceiling_dbtp_;
  double lufs_;
  chain::ParameterInfo attack_, release_;
  Setting default_{};
  std::map<Setting, double> losses_;
  std::map<Setting, Damage> damages_;
};

}  // namespace lacquer::bench
