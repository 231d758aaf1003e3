#include "lacquer/dsp/dynamics/dynamic_equaliser.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double glide_s = 0.02;
constexpr double step_s = 1.0 / 3000.0;  // 16 frames at 44.1 and 48 kHz
constexpr unsigned reshape_steps = 4;    // while frequency or Q move, filters are fitted anew
constexpr double highest_share = 0.45;   // of the sample rate, for a band's place

int whole(double setting) { return static_cast<int>(std::lround(setting)); }

}  // namespace

void DynamicEqualiser::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = std::max(1, static_cast<int>(std::lround(format.sample_rate_hz * step_s)));
  const double steps_per_second = format.sample_rate_hz / step_frames_;
  amount_.prepare(steps_per_second, glide_s);
  for (RunningBand& band : bands_) {
    for (Ramp* ramp : {&band.octave, &band.log_q, &band.gain_db, &band.threshold_db, &band.slope,
                       &band.range_db, &band.type_share})
      ramp->prepare(steps_per_second, glide_s);
    band.ear_states.resize(static_cast<std::size_t>(format.channel_count + 1) / 2);
    band.filter.prepare(format);
  }
  reset();
}

void DynamicEqualiser::reset() noexcept {
  fresh_ = true;
  frames_into_step_ = 0;
  step_ = 0;
  amount_.reset();
  for (RunningBand& band : bands_) {
    for (Ramp* ramp : {&band.octave, &band.log_q, &band.gain_db, &band.threshold_db, &band.slope,
                       &band.range_db, &band.type_share})
      ramp->reset();
    std::fill(band.ear_states.begin(), band.ear_states.end(), BiquadState{});
    band.loudest = band.dynamic_gain_db = 0.0;
    band.hold = {};
    band.steps_held = 0;
    band.listens = false;
    band.filter.reset();
  }
  detectors_ = {};
}

void DynamicEqualiser::glide(RunningBand& band, const Band& wanted) noexcept {
  const double hz = std::min(wanted.frequency_hz, highest_share * format_.sample_rate_hz);
  band.octave.aim(std::log2(hz));
  band.log_q.aim(std::log2(wanted.q));
  band.gain_db.aim(wanted.gain_db);
  band.threshold_db.aim(wanted.threshold_dbfs);
  band.slope.aim(1.0 - 1.0 / wanted.ratio);
  band.range_db.aim(wanted.range_db);

  const auto type = static_cast<BandShape::Type>(whole(wanted.type));
  BandShape shape = band.shape;
  if (fresh_) shape.type = type;
  band.type_share.aim(shape.type == type ? 1.0 : 0.0);
  if (band.type_share.next() == 0.0) shape.type = type;

  const bool moves = band.octave.moving() || band.log_q.moving();
  const double octave = band.octave.next(), log_q = band.log_q.next();
  const bool arrived = moves && !band.octave.moving() && !band.log_q.moving();
  if (fresh_ || arrived || (moves && step_ % reshape_steps == 0)) {
    shape.frequency_hz = arrived || fresh_ ? hz : std::exp2(octave);
    shape.q = arrived || fresh_ ? wanted.q : std::exp2(log_q);
  }
  if (fresh_ || !(shape == band.shape)) {
    band.shape = shape;
    band.ear = bilinear(listening_section_of(shape), format_.sample_rate_hz);
    const double hold_s =
        shape.type == BandShape::low_shelf ? bass_hold_s : 1.0 / shape.frequency_hz;
    band.hold_steps = static_cast<int>(std::ceil(hold_s * format_.sample_rate_hz / step_frames_));
  }
  for (Ramp* ramp : {&band.gain_db, &band.threshold_db, &band.slope, &band.range_db}) ramp->next();

  band.gliding = false;
  for (const Ramp* ramp : {&band.octave, &band.log_q, &band.gain_db, &band.threshold_db,
                           &band.slope, &band.range_db, &band.type_share})
    band.gliding = band.gliding || ramp->moving();
  band.gliding = band.gliding || band.type_share.value() != 1.0;

  band.listens = band.range_db.value() != 0.0 && band.slope.value() != 0.0;
  if (!band.listens) std::fill(band.ear_states.begin(), band.ear_states.end(), BiquadState{});
}

/// The share of its range each of two bands moves by, and what that makes in dB.
void DynamicEqualiser::detect(std::size_t two_bands) noexcept {
  LevelDetector& detector = detectors_[two_bands];
  const std::array<RunningBand*, 2> two = {&bands_[2 * two_bands], &bands_[2 * two_bands + 1]};
  if (!two[0]->listens && !two[1]->listens && detector.at_rest()) {
    two[0]->dynamic_gain_db = two[1]->dynamic_gain_db = 0.0;
    return;
  }
  Pair level = {}, share = {};
  for (int lane = 0; lane < 2; ++lane) {
    RunningBand& band = *two[static_cast<std::size_t>(lane)];
    const bool turn = ++band.steps_held >= band.hold_steps;
    if (turn) band.steps_held = 0;
    level[lane] = band.hold.step(band.loudest, turn);
    band.loudest = 0.0;
  }
  const Pair level_db = pair_db_from_gain(larger(level, pair_of(quietest)));
  for (int lane = 0; lane < 2; ++lane) {
    RunningBand& band = *two[static_cast<std::size_t>(lane)];
    if (!band.listens) continue;
    const GainComputer computer{band.threshold_db.value(), band.slope.value(), knee_db};
    const double excess_db = computer.reduction_db(level_db)[lane];
    share[lane] = std::min(1.0, excess_db / std::abs(band.range_db.value()));
  }
  detector.step(times_[two_bands], share);
  detector.settle();
  for (int lane = 0; lane < 2; ++lane) {
    RunningBand& band = *two[static_cast<std::size_t>(lane)];
    band.dynamic_gain_db = band.range_db.value() * detector.smoothed[lane];
  }
}

void DynamicEqualiser::begin_step(const Settings& settings) noexcept {
  const bool changed = fresh_ || !(settings == asked_);
  if (changed) {
    asked_ = settings;
    settings_ = within_range<DynamicEqualiser>(settings);
    for (std::size_t i = 0; i < times_.size(); ++i)
      times_[i] = DetectorTimes::side_by_side(settings_.bands[2 * i], settings_.bands[2 * i + 1],
                                              format_.sample_rate_hz / step_frames_);
  }
  amount_.aim(settings_.amount);
  const double amount = amount_.next();
  for (std::size_t b = 0; b < bands_.size(); ++b)
    if (changed || bands_[b].gliding) glide(bands_[b], settings_.bands[b]);
  for (std::size_t i = 0; i < detectors_.size(); ++i) detect(i);
  for (RunningBand& band : bands_) {
    band.filter.begin_step(
        band.shape,
        amount * band.type_share.value() * (band.gain_db.value() + band.dynamic_gain_db),
        step_frames_);
    for (BiquadState& state : band.ear_states)
      if (state.spent()) state = {};
  }
  fresh_ = false;
  ++step_;
}

/// `hear` makes of a left and a right sample what the detector is given.
template <typename Hear>
void DynamicEqualiser::listen_to(RunningBand& band, AudioBlock block, Hear hear) noexcept {
  Pair loudest = {};
  for (int c = 0; c < block.channel_count(); c += 2) {
    const double* first = block.channel(c);
    const double* second = c + 1 < block.channel_count() ? block.channel(c + 1) : first;
    BiquadState& kept = band.ear_states[static_cast<std::size_t>(c / 2)];
    BiquadState state = kept;
    for (int f = 0; f < block.frame_count(); ++f)
      loudest = larger(loudest, size_of(state.step(band.ear, hear(first[f], second[f]))));
    kept = state;
  }
  band.loudest = std::max({band.loudest, loudest[0], loudest[1]});
}

void DynamicEqualiser::listen(RunningBand& band, SideChain source, AudioBlock block) noexcept {
  switch (block.channel_count() == 2 ? source : any_channel) {
    case left:
      return listen_to(band, block, [](double l, double) { return pair_of(l); });
    case right:
      return listen_to(band, block, [](double, double r) { return pair_of(r); });
    case middle:
      return listen_to(band, block, [](double l, double r) { return pair_of(0.5 * (l + r)); });
    case side:
      return listen_to(band, block, [](double l, double r) { return pair_of(0.5 * (l - r)); });
    default:
      return listen_to(band, block, [](double l, double r) { return Pair{l, r}; });
  }
}

/// At most what is left of a step.
void DynamicEqualiser::process_step(AudioBlock block) noexcept {
  for (int c = 0; c < block.channel_count(); ++c)
    for (int f = 0; f < block.frame_count(); ++f) block.channel(c)[f] = usable(block.channel(c)[f]);
  for (std::size_t b = 0; b < bands_.size(); ++b)
    if (bands_[b].listens)
      listen(bands_[b], static_cast<SideChain>(whole(settings_.bands[b].side_chain)), block);
  for (RunningBand& band : bands_) band.filter.process(block, frames_into_step_);
}

void DynamicEqualiser::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_step_ == 0) begin_step(settings);
    const int frames = std::min(block.frame_count() - done, step_frames_ - frames_into_step_);
    process_step(block.frames(done, frames));
    frames_into_step_ = (frames_into_step_ + frames) % step_frames_;
    done += frames;
  }
}

}  // namespace lacquer::dsp
