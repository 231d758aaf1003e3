#pragma once

#include <functional>

#include "testkit/signal.h"

namespace lacquer::bench {

/// What a limiter makes of steady tones, in dB below the tones themselves; -160 at least.
struct ToneFigures {
  double smpte_db = 0.0;      ///< 60 + 7000 Hz, 4:1: side lines of 7 kHz at 60, 120, 180, 240 Hz
  double ccif_db = 0.0;       ///< 19 + 20 kHz, 1:1: the lines at 1, 18 and 21 kHz
  double thd_30_hz_db = 0.0;  ///< harmonics 2 to 20
  double thd_100_hz_db = 0.0;
  double thd_1000_hz_db = 0.0;
};

using Limit = std::function<Result<testkit::Signal>(const testkit::Signal&)>;

/// Tones whose peaks stand `drive_db` over the ceiling, stereo at 44.1 kHz.
Result<ToneFigures> tone_figures(const Limit&, double ceiling_dbfs, double drive_db);

}  // namespace lacquer::bench
