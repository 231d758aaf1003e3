#pragma once

#include <array>

#include "lacquer/dsp/bands/multiband_settings.h"
#include "lacquer/dsp/dynamics/gain_computer.h"
#include "lacquer/dsp/dynamics/level_detector.h"
#include "lacquer/dsp/ramp.h"

namespace lacquer::dsp {

/// The gains of a multiband's bands. Level, gain computer and detector are the compressor's; peaks
/// are collected and gains worked out once a step (a third of a millisecond) and move in straight
/// lines. Turning up ends at upward_range_db, and towards `silence_dbfs`, so that hiss stays hiss.
class BandGains {
 public:
  static constexpr double silence_dbfs = -80.0;
  static constexpr int most_step_frames = 64;

  /// Frames of a step at this rate.
  static int step_frames(double sample_rate_hz) noexcept;

  void prepare(double steps_per_second);
  void reset() noexcept;

  /// Within their ranges; `corners_hz` below each band but the first.
  void set(const MultibandSettings&) noexcept;
  void hold_for(const std::array<double, MultibandSettings::most_bands - 1>& corners_hz) noexcept;
  /// Settings one step on.
  void glide() noexcept;
  bool gliding() noexcept;

  /// What a band's highest sample is, at least, in this step.
  void hear(std::size_t band, double peak) noexcept;
  /// The gains of the next step from what was heard in the last one. A fresh start moves nothing.
  void step(bool fresh) noexcept;
  /// Ends all reductions.
  void let_go() noexcept { detectors_ = {}; }

  /// Over the step.
  struct Move {
    double from = 1.0, to = 1.0;
    bool unity() const noexcept { return from == 1.0 && to == 1.0; }
  };
  const Move& move(std::size_t band) const noexcept { return bands_[band].move; }
  double gain_db(std::size_t band) const noexcept { return gains_db_[band]; }

 private:
  static constexpr int most_bands = MultibandSettings::most_bands;
  struct RunningBand {
    Ramp threshold_db, slope, upward_threshold_db, upward_slope, gain_db;  // a value a step
    double loudest = 0.0;                                                  // of the step
    PeakHold<double> hold;  // for a period of the band's lower corner
    int hold_steps = 1, steps_held = 0;
    Move move;
  };
  template <typename Visit>
  void for_every_ramp(Visit) noexcept;
  Pair wanted_reduction_db(std::size_t first_band) noexcept;

  double steps_per_second_ = 0.0;
  MultibandSettings settings_;
  Ramp knee_db_, upward_range_db_, amount_;
  std::array<RunningBand, most_bands> bands_;
  std::array<double, most_bands> gains_db_{};
  // Two bands side by side.
  std::array<LevelDetector, most_bands / 2> detectors_;
  std::array<DetectorTimes, most_bands / 2> times_;
};

}  // namespace lacquer::dsp
