#pragma once

#include <vector>

#include "lacquer/measure/quality/ear_model.h"

namespace lacquer::measure {

/// One channel of two programmes as the ear follows them from step to step (ITU-R BS.1387-1, annex
/// 2, clauses 2.1.8 and 3.1 to 3.2, basic version): excitation smeared in time, modulation of the
/// envelopes, and both adapted to each other, so that neither a slow change of level nor one of
/// tone counts as noise.
class HeardChannel {
 public:
  explicit HeardChannel(const EarModel&);

  /// What is known of one programme at a step; by band.
  struct Programme {
    std::vector<double> excitation;  // smeared in time
    std::vector<double> adapted;     // to the other programme
    std::vector<double> modulation;
    std::vector<double> envelope;  // smoothed, to the power 0.3
  };

  /// The excitation of both at the next step, not yet smeared (EarModel::excite).
  void step(const std::vector<double>& reference, const std::vector<double>& other);

  const Programme& reference() const noexcept { return reference_.heard; }
  const Programme& other() const noexcept { return other_.heard; }

 private:
  struct Side {
    Programme heard;
    std::vector<double> smeared, level, last_envelope, slope, wanted, pattern;  // by band
  };
  void follow(Side&, const std::vector<double>& excitation);
  void adapt_level();
  void adapt_pattern();

  double steps_per_s_;
  std::vector<double> smear_keeps_, keeps_;
  Side reference_, other_;
  std::vector<double> products_, squares_;  // of both, smoothed
};

}  // namespace lacquer::measure
