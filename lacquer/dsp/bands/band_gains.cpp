#include "lacquer/dsp/bands/band_gains.h"

#include <algorithm>
#include <cmath>

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double step_s = 1.0 / 3000.0;

}  // namespace

int BandGains::step_frames(double sample_rate_hz) noexcept {
  return std::clamp(static_cast<int>(std::lround(sample_rate_hz * step_s)), 1, most_step_frames);
}

template <typename Visit>
void BandGains::for_every_ramp(Visit visit) noexcept {
  for (Ramp* ramp : {&knee_db_, &upward_range_db_, &amount_}) visit(*ramp);
  for (RunningBand& band : bands_)
    for (Ramp* ramp : {&band.threshold_db, &band.slope, &band.upward_threshold_db,
                       &band.upward_slope, &band.gain_db})
      visit(*ramp);
}

void BandGains::prepare(double steps_per_second) {
  steps_per_second_ = steps_per_second;
  for_every_ramp([&](Ramp& ramp) { ramp.prepare(steps_per_second, glide_s); });
  reset();
}

void BandGains::reset() noexcept {
  for_every_ramp([](Ramp& ramp) { ramp.reset(); });
  for (RunningBand& band : bands_) {
    band.loudest = 0.0;
    band.hold = {};
    band.steps_held = 0;
    band.move = {};
  }
  gains_db_ = {};
  detectors_ = {};
}

void BandGains::set(const MultibandSettings& settings) noexcept {
  settings_ = settings;
  for (std::size_t i = 0; i < times_.size(); ++i)
    times_[i] = DetectorTimes::side_by_side(settings_.bands[2 * i], settings_.bands[2 * i + 1],
                                            steps_per_second_);
}

void BandGains::hold_for(const std::array<double, most_bands - 1>& corners_hz) noexcept {
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    const double hold_s = b == 0 ? bass_hold_s : 1.0 / corners_hz[b - 1];
    bands_[b].hold_steps = static_cast<int>(std::ceil(hold_s * steps_per_second_));
  }
}

void BandGains::glide() noexcept {
  knee_db_.aim(settings_.knee_db);
  upward_range_db_.aim(settings_.upward_range_db);
  amount_.aim(settings_.amount);
  for (std::size_t b = 0; b < bands_.size(); ++b) {
    RunningBand& band = bands_[b];
    const MultibandSettings::Band& wanted = settings_.bands[b];
    band.threshold_db.aim(wanted.threshold_dbfs);
    band.slope.aim(1.0 - 1.0 / wanted.ratio);
    band.upward_threshold_db.aim(wanted.upward_threshold_dbfs);
    band.upward_slope.aim(1.0 - 1.0 / wanted.upward_ratio);
    band.gain_db.aim(wanted.gain_db);
  }
  for_every_ramp([](Ramp& ramp) { ramp.next(); });
}

bool BandGains::gliding() noexcept {
  bool any = false;
  for_every_ramp([&](const Ramp& ramp) { any = any || ramp.moving(); });
  return any;
}

void BandGains::hear(std::size_t band, double peak) noexcept {
  bands_[band].loudest = std::max(bands_[band].loudest, peak);
}

/// Of two bands: what is above the threshold less what is below the upward one, both in dB.
Pair BandGains::wanted_reduction_db(std::size_t first_band) noexcept {
  RunningBand* two[] = {&bands_[first_band], &bands_[first_band + 1]};
  Pair level = {};
  for (int lane = 0; lane < 2; ++lane) {
    RunningBand& band = *two[lane];
    const bool turn = ++band.steps_held >= band.hold_steps;
    if (turn) band.steps_held = 0;
    level[lane] = band.hold.step(band.loudest, turn);
    band.loudest = 0.0;
  }
  const Pair level_db = pair_db_from_gain(larger(level, pair_of(quietest)));
  const Pair above_silence_db = larger(level_db - silence_dbfs, pair_of(0.0));
  const Pair most_up_db = smaller(above_silence_db, pair_of(upward_range_db_.value()));
  Pair reduction_db = {};
  for (int lane = 0; lane < 2; ++lane) {
    const RunningBand& band = *two[lane];
    const GainComputer down{band.threshold_db.value(), band.slope.value(), knee_db_.value()};
    // Upside down, below is above.
    const GainComputer up{-band.upward_threshold_db.value(), band.upward_slope.value(),
                          knee_db_.value()};
    const double up_db = std::min(up.reduction_db(-level_db)[lane], most_up_db[lane]);
    reduction_db[lane] = down.reduction_db(level_db)[lane] - up_db;
  }
  return reduction_db;
}

void BandGains::step(bool fresh) noexcept {
  for (std::size_t i = 0; i < detectors_.size(); ++i) {
    const Pair reduction_db = detectors_[i].step(times_[i], wanted_reduction_db(2 * i));
    detectors_[i].settle();
    const Pair static_db = {bands_[2 * i].gain_db.value(), bands_[2 * i + 1].gain_db.value()};
    const Pair gain_db = amount_.value() * (static_db - reduction_db);
    const Pair gain = pair_gain_from_db(gain_db);
    for (std::size_t lane = 0; lane < 2; ++lane) {
      Move& move = bands_[2 * i + lane].move;
      move.from = fresh ? gain[lane] : move.to;
      move.to = gain[lane];
      gains_db_[2 * i + lane] = gain_db[lane];
    }
  }
}

}  // namespace lacquer::dsp
