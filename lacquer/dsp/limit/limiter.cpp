#include "lacquer/dsp/limit/limiter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {

void Limiter::prepare(StreamFormat format) {
  gain_.prepare(format.sample_rate_hz, reach_);
  finder_.prepare(format);
  const int waiting_frames = PeakFinder::delay_frames + gain_.delay_frames();
  waiting_.assign(static_cast<std::size_t>(format.channel_count),
                  std::vector<double>(static_cast<std::size_t>(waiting_frames)));
  latency_frames_ = waiting_frames;
  if (relieves_) {
    relief_.prepare(format, reach_.look_ahead_s);
    latency_frames_ += relief_.latency_frames();
  }
  reset();
}

void Limiter::reset() noexcept {
  relief_.reset();
  finder_.reset();
  gain_.reset();
  for (auto& channel : waiting_) std::fill(channel.begin(), channel.end(), 0.0);
  at_ = 0;
  cell_frame_ = 0;
  cell_peak_ = peak_before_ = 0.0;
  block_gain_ = deepest_gain_ = 1.0;
}

double Limiter::gain_reduction_db() const noexcept { return db_from_gain(block_gain_); }
double Limiter::deepest_gain_reduction_db() const noexcept { return db_from_gain(deepest_gain_); }

/// Frames of one cell, from `cell_frame` of it on, take the place of those that leave.
void Limiter::leave(AudioBlock block, int cell_frame) noexcept {
  const int frames = block.frame_count();
  const bool untouched = gain_.untouched();
  std::array<double, CellGain::most_cell_frames> gains;
  if (!untouched) {
    gain_.draw(cell_frame, frames, gains.data());
    block_gain_ = std::min(block_gain_, *std::min_element(gains.begin(), gains.begin() + frames));
  }
  for (int c = 0; c < block.channel_count(); ++c) {
    double* ring = waiting_[static_cast<std::size_t>(c)].data() + at_;
    double* samples = block.channel(c);
    for (int f = 0; f < frames; ++f) std::swap(ring[f], samples[f]);
    if (!untouched)
      for (int f = 0; f < frames; ++f) samples[f] *= gains[static_cast<std::size_t>(f)];
  }
  at_ += static_cast<std::size_t>(frames);
  if (at_ == waiting_[0].size()) at_ = 0;
}

void Limiter::process_chunk(AudioBlock block, double ceiling, const Settings& settings) noexcept {
  for (int c = 0; c < block.channel_count(); ++c)
    for (int f = 0; f < block.frame_count(); ++f) block.channel(c)[f] = usable(block.channel(c)[f]);
  if (relieves_)
    relief_.process(block, {.ceiling = ceiling,
                            .amount = settings.bass_relief,
                            .attack_ms = settings.attack_ms,
                            .release_ms = settings.release_ms});
  finder_.find(block, ceiling, peaks_.data());
  for (int done = 0; done < block.frame_count();) {
    const int until_wrap = static_cast<int>(waiting_[0].size() - at_);
    const int frames =
        std::min({block.frame_count() - done, gain_.cell_frames() - cell_frame_, until_wrap});
    leave(block.frames(done, frames), cell_frame_);
    for (int f = done; f < done + frames; ++f) {
      // A peak between two frames is both frames' concern.
      const double peak = peaks_[static_cast<std::size_t>(f)];
      cell_peak_ = std::max({cell_peak_, peak_before_, peak});
      peak_before_ = peak;
    }
    cell_frame_ += frames;
    done += frames;
    if (cell_frame_ == gain_.cell_frames()) {
      gain_.end_cell(CellGain::wanted_db(cell_peak_, ceiling));
      cell_peak_ = 0.0;
      cell_frame_ = 0;
    }
  }
}

void Limiter::process(AudioBlock block, const Settings& settings) noexcept {
  gain_.bend(settings.attack_ms, settings.release_ms);
  const double ceiling = gain_from_db(settings.ceiling_dbtp);
  block_gain_ = 1.0;
  for (int done = 0; done < block.frame_count(); done += PeakFinder::most_frames)
    process_chunk(block.frames(done, std::min(PeakFinder::most_frames, block.frame_count() - done)),
                  ceiling, settings);
  deepest_gain_ = std::min(deepest_gain_, block_gain_);
}

}  // namespace lacquer::dsp
