#pragma once

#include <vector>

#include "lacquer/base/audio.h"
#include "lacquer/dsp/k_weighting.h"
#include "lacquer/dsp/limit/gain_envelope.h"
#include "lacquer/measure/levels/level_histogram.h"
#include "lacquer/measure/measurement.h"

namespace lacquer::chain {

/// How loud a programme will be once it is limited, for every threshold at once, from one pass over
/// it in constant memory.
///
/// Hangs the limiter's own envelope over the peaks of steps of 10 ms and turns their K-weighted
/// energies down by it. A forecast, mostly within 0.3 LU, from which landing chooses what to
/// render.
class LimitingForecast {
 public:
  explicit LimitingForecast(StreamFormat);

  void add(AudioBlock);
  /// Integrated loudness of all that was added, held under a threshold and not raised again;
  /// between thresholds 1.5 dB apart a straight line. Empty where nothing passes the absolute gate.
  measure::Maybe lufs(double threshold_dbfs) const;

 private:
  struct Curve {  // one threshold
    dsp::GainEnvelope envelope;
    std::vector<double> energies;  // of the last 400 ms, a ring
    measure::LevelHistogram blocks;
  };

  void end_step();
  void add_step(Curve&, double reduction_db, double mean_square);

  StreamFormat format_;
  std::vector<dsp::KWeighting> weightings_;  // one for each pair of channels
  std::vector<double> channel_weights_;
  AudioBuffer weighted_;
  int step_frames_ = 0, filled_ = 0;
  double energy_ = 0.0, peak_ = 0.0;  // of the step being filled
  long long step_count_ = 0;
  std::vector<double> mean_squares_;  // of the steps the envelopes look ahead over, a ring
  std::vector<Curve> curves_;         // from the lowest threshold on
};

}  // namespace lacquer::chain
