#include "lacquer/dsp/limit/bass_relief.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::dsp {
namespace {

// Chosen by measurement: docs/decisions/0005.
constexpr double corner_hz = 450.0;
constexpr double look_s = 0.043;
constexpr double heard_movement_db = 0.3;  // standard deviation within a look
constexpr double heard_reduction_db = 2.0;
constexpr double least_bass_gain = 0.35;  // a peak that needs less is not made of bass
constexpr int renewal_frames = 4096;

}  // namespace

void BassRelief::prepare(const StreamFormat& format, double look_ahead_s) {
  format_ = format;
  finder_.prepare(format);
  for (CellGain* gain : {&limiter_, &allowed_, &bass_})
    gain->prepare(format.sample_rate_hz, {.look_ahead_s = look_ahead_s});
  const double cell_s = limiter_.cell_frames() / format.sample_rate_hz;
  const int half_look = static_cast<int>(std::lround(0.5 * look_s / cell_s));
  reduction_db_.resize(static_cast<std::size_t>(2 * half_look + 1));
  wanted_db_.resize(static_cast<std::size_t>(limiter_.envelope_cells() + half_look + 1));
  allowed_frames_ = PeakFinder::delay_frames +
                    static_cast<int>(wanted_db_.size() - 1) * limiter_.cell_frames() +
                    allowed_.delay_frames();
  corner_ = {SmoothLowPass::length_for(corner_hz, format.sample_rate_hz), 0.0, 0};
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_) {
    channel.waiting.resize(static_cast<std::size_t>(latency_frames()));
    channel.bass.resize(static_cast<std::size_t>(bass_.delay_frames()));
    channel.low_pass.prepare(corner_hz, format.sample_rate_hz, PeakFinder::most_frames);
  }
  assert(bass_.delay_frames() >= PeakFinder::most_frames);  // split() reads behind the block
  peaks_.resize(PeakFinder::most_frames);
  late_ = AudioBuffer{format.channel_count, PeakFinder::most_frames};
  late_bass_ = AudioBuffer{format.channel_count, PeakFinder::most_frames};
  reset();
}

void BassRelief::reset() noexcept {
  for (Channel& channel : channels_) std::fill(channel.waiting.begin(), channel.waiting.end(), 0.0);
  at_ = 0;
  sleeps_in_ = 0;
}

/// Everything but what waits, as it is where nothing has been over the ceiling for long.
void BassRelief::wake() noexcept {
  finder_.reset();
  for (CellGain* gain : {&limiter_, &allowed_, &bass_}) gain->reset();
  for (Channel& channel : channels_) {
    channel.low_pass.reset();
    std::fill(channel.bass.begin(), channel.bass.end(), 0.0);
  }
  std::fill(wanted_db_.begin(), wanted_db_.end(), 0.0);
  std::fill(reduction_db_.begin(), reduction_db_.end(), 0.0);
  bass_at_ = wanted_at_ = look_at_ = 0;
  cell_frame_ = 0;
  frames_to_renewal_ = renewal_frames;
  cell_peak_ = peak_before_ = 0.0;
  cell_bass_gain_ = 1.0;
  sum_db_ = squares_db2_ = 0.0;
}

void BassRelief::delay(AudioBlock block) noexcept {
  const std::size_t room = static_cast<std::size_t>(latency_frames());
  for (int c = 0; c < block.channel_count(); ++c) {
    double* ring = channels_[static_cast<std::size_t>(c)].waiting.data();
    double* samples = block.channel(c);
    for (std::size_t at = at_, f = 0; f < static_cast<std::size_t>(block.frame_count()); ++f) {
      std::swap(ring[at], samples[f]);
      if (++at == room) at = 0;
    }
  }
  at_ = (at_ + static_cast<std::size_t>(block.frame_count())) % room;
}

/// late_ and late_bass_ from what waits behind the block, which is already there.
void BassRelief::split(AudioBlock block) noexcept {
  const auto frames = static_cast<std::size_t>(block.frame_count());
  const auto room = static_cast<std::size_t>(latency_frames());
  const auto copy = [&](const std::vector<double>& ring, int frames_ago, double* to) {
    std::size_t from = (at_ + 2 * room - frames - static_cast<std::size_t>(frames_ago)) % room;
    for (std::size_t f = 0; f < frames; ++f) {
      to[f] = ring[from];
      if (++from == room) from = 0;
    }
  };
  for (int c = 0; c < block.channel_count(); ++c) {
    Channel& channel = channels_[static_cast<std::size_t>(c)];
    copy(channel.waiting, allowed_frames_, late_.block().channel(c));
    double* bass = late_bass_.block().channel(c);
    copy(channel.waiting, allowed_frames_ - channel.low_pass.delay_frames(), bass);
  }
  for (int done = 0; done < block.frame_count();) {
    const int part = std::min(block.frame_count() - done, frames_to_renewal_);
    frames_to_renewal_ -= part;
    for (int c = 0; c < block.channel_count(); ++c) {
      SmoothLowPass& low_pass = channels_[static_cast<std::size_t>(c)].low_pass;
      low_pass.process(late_bass_.block().channel(c) + done, part, corner_);
      if (frames_to_renewal_ == 0) low_pass.renew();
    }
    if (frames_to_renewal_ == 0) frames_to_renewal_ = renewal_frames;
    done += part;
  }
}

/// The gain of the bass that brings a sample down to `most`; 1 where bass is not to blame.
double BassRelief::bass_gain_for(double sample, double bass, double most) const noexcept {
  const double over = std::abs(sample) - most;
  if (over <= 0.0) return 1.0;
  const double share = sample > 0.0 ? bass : -bass;
  if (share <= 0.0) return 1.0;
  const double gain = 1.0 - over / share;
  return gain < least_bass_gain ? 1.0 : gain;
}

/// Whether the limiter would be heard in the look that reduction_db_ now holds, in its middle.
bool BassRelief::heard() noexcept {
  const auto size = reduction_db_.size();
  const double middle_db = reduction_db_[(look_at_ + size / 2) % size];
  if (middle_db <= heard_reduction_db) return false;
  const double cells = static_cast<double>(size), mean_db = sum_db_ / cells;
  return squares_db2_ / cells - mean_db * mean_db > heard_movement_db * heard_movement_db;
}

void BassRelief::end_cell(const Settings& settings) noexcept {
  const double wanted_db = CellGain::wanted_db(cell_peak_, settings.ceiling);
  const double reduction_db = limiter_.end_cell(wanted_db);
  double& oldest_db = reduction_db_[look_at_];
  sum_db_ += reduction_db - oldest_db;
  squares_db2_ += reduction_db * reduction_db - oldest_db * oldest_db;
  oldest_db = reduction_db;
  look_at_ = (look_at_ + 1) % reduction_db_.size();

  wanted_db_[wanted_at_] = wanted_db;
  wanted_at_ = (wanted_at_ + 1) % wanted_db_.size();
  const double relief_db = heard() ? settings.amount * most_relief_db : 0.0;
  allowed_.end_cell(std::max(0.0, wanted_db_[wanted_at_] - relief_db));
  bass_.end_cell(cell_bass_gain_ < 1.0 ? -db_from_gain(cell_bass_gain_) : 0.0);
  cell_peak_ = 0.0;
  cell_bass_gain_ = 1.0;
  cell_frame_ = 0;
}

/// Frames within one cell, from `first` of late_ on: the bass of those that leave is turned down.
void BassRelief::run(AudioBlock leaving, int first, const Settings& settings) noexcept {
  const int frames = leaving.frame_count();
  std::array<double, CellGain::most_cell_frames> gains;
  const bool kept = bass_.untouched();
  if (!kept) bass_.draw(cell_frame_, frames, gains.data());
  const std::size_t room = channels_.empty() ? 1 : channels_[0].bass.size();
  for (int c = 0; c < leaving.channel_count(); ++c) {
    double* ring = channels_[static_cast<std::size_t>(c)].bass.data();
    double* samples = leaving.channel(c);
    const double* bass = late_bass_.block().channel(c) + first;
    for (std::size_t at = bass_at_, f = 0; f < static_cast<std::size_t>(frames); ++f) {
      if (!kept) samples[f] -= (1.0 - gains[f]) * ring[at];
      ring[at] = bass[f];
      if (++at == room) at = 0;
    }
  }
  bass_at_ = (bass_at_ + static_cast<std::size_t>(frames)) % room;

  allowed_.draw(cell_frame_, frames, gains.data());
  for (int c = 0; c < leaving.channel_count(); ++c) {
    const double* samples = late_.block().channel(c) + first;
    const double* bass = late_bass_.block().channel(c) + first;
    for (int f = 0; f < frames; ++f) {
      const double most = settings.ceiling / gains[static_cast<std::size_t>(f)];
      cell_bass_gain_ = std::min(cell_bass_gain_, bass_gain_for(samples[f], bass[f], most));
    }
  }
  for (int f = first; f < first + frames; ++f) {
    // A peak between two frames is both frames' concern.
    const double peak = peaks_[static_cast<std::size_t>(f)];
    cell_peak_ = std::max({cell_peak_, peak_before_, peak});
    peak_before_ = peak;
  }
  cell_frame_ += frames;
}

void BassRelief::process(AudioBlock block, const Settings& settings) noexcept {
  if (settings.amount > 0.0) {
    if (sleeps_in_ == 0) wake();
    sleeps_in_ = 2 * latency_frames();  // until its last peak has left, and as long again
  }
  if (sleeps_in_ == 0) return delay(block);
  sleeps_in_ = std::max<std::int64_t>(0, sleeps_in_ - block.frame_count());

  for (CellGain* gain : {&limiter_, &allowed_, &bass_})
    gain->bend(settings.attack_ms, settings.release_ms);
  finder_.find(block, settings.ceiling, peaks_.data());
  delay(block);
  split(block);
  for (int done = 0; done < block.frame_count();) {
    const int frames = std::min(block.frame_count() - done, limiter_.cell_frames() - cell_frame_);
    run(block.frames(done, frames), done, settings);
    done += frames;
    if (cell_frame_ == limiter_.cell_frames()) end_cell(settings);
  }
}

}  // namespace lacquer::dsp
