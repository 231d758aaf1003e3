#pragma once

#include "lacquer/measure/quality/noise_to_mask.h"
#include "testkit/signal.h"

/// What a limiter did to a signal, by our own meters alone.
namespace lacquer::bench {

/// ITU-R BS.1770-4; -70 for what has none.
double integrated_lufs(const testkit::Signal&);

/// The strict true peak; the second it is highest in is looked at again by brute force
/// (testkit/true_peak.h), and the larger value counts. dBTP.
double true_peak_32x_dbtp(const testkit::Signal&);

struct Damage {
  double noise_to_mask_mean_db = 0.0;
  double noise_to_mask_p95_db = 0.0;
  double worst_look_db = 0.0;
};

/// What is in `limited` beside the signal: aligned (`late_frames` is what was found), brought to
/// its loudness. Error (unusable_input): the two have nothing in common.
Result<Damage> damage_of(const testkit::Signal& signal, const testkit::Signal& limited,
                         double* late_frames = nullptr);

}  // namespace lacquer::bench
