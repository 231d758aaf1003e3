#include "lacquer/dsp/limit/limiter.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

constexpr int cell_frames_at_48_khz = 8;
constexpr double setting_db = 6.0;  // what attack and release are given for
// A meter with longer filters reads up to 0.005 dB more between the samples of driven music.
constexpr double other_meters_db = 0.01;
constexpr double within_reach = 0.99;  // of the ceiling; below it no logarithm is needed

}  // namespace

void Limiter::prepare(StreamFormat format) {
  cell_frames_ = cell_frames_at_48_khz;
  while (format.sample_rate_hz > 1.2 * 48000.0 * cell_frames_ / cell_frames_at_48_khz &&
         cell_frames_ < most_cell_frames)
    cell_frames_ *= 2;
  cell_s_ = cell_frames_ / format.sample_rate_hz;
  const int look_ahead_cells = static_cast<int>(std::lround(reach_.look_ahead_s / cell_s_));
  envelope_.prepare(look_ahead_cells,
                    {reach_.memory_share, 1.0 - std::exp(-cell_s_ / reach_.memory_s)});
  finder_.prepare(format);
  // The cell being filled, the one after it that is held too, the look-ahead, the spline's next.
  const int cells = 1 + 1 + look_ahead_cells + 1;
  latency_frames_ = PeakFinder::delay_frames + cells * cell_frames_;
  waiting_.assign(static_cast<std::size_t>(format.channel_count),
                  std::vector<double>(static_cast<std::size_t>(latency_frames_)));
  for (int f = 0; f < cell_frames_; ++f) {
    const double at = (f + 0.5) / cell_frames_;
    const auto i = static_cast<std::size_t>(f);
    spline_[0][i] = 0.5 * (1.0 - at) * (1.0 - at);
    spline_[2][i] = 0.5 * at * at;
    spline_[1][i] = 1.0 - spline_[0][i] - spline_[2][i];
  }
  reset();
}

void Limiter::reset() noexcept {
  finder_.reset();
  envelope_.reset();
  for (auto& channel : waiting_) std::fill(channel.begin(), channel.end(), 0.0);
  at_ = 0;
  cell_frame_ = 0;
  cell_peak_ = peak_before_ = 0.0;
  wanted_db_.fill(0.0);
  gains_.fill(1.0);
  block_gain_ = deepest_gain_ = 1.0;
}

double Limiter::curvature(double ms, double cell_s) noexcept {
  const double cells = std::max(1.0, ms) * 1e-3 / cell_s;
  return 2.0 * setting_db / (cells * cells);  // a parabola that ends after so many cells
}

double Limiter::gain_reduction_db() const noexcept { return db_from_gain(block_gain_); }
double Limiter::deepest_gain_reduction_db() const noexcept { return db_from_gain(deepest_gain_); }

/// The cell's peak goes in, and the gain of one cell much earlier comes out.
void Limiter::end_cell(double ceiling) noexcept {
  const auto latest_first = [](auto& values, double value) {
    std::copy_backward(values.begin(), values.end() - 1, values.end());
    values[0] = value;
  };
  const double over_db = cell_peak_ > within_reach * ceiling
                             ? db_from_gain(cell_peak_ / ceiling) + other_meters_db
                             : 0.0;
  latest_first(wanted_db_, std::max(0.0, over_db));
  const double held_db = *std::max_element(wanted_db_.begin(), wanted_db_.end());
  const double reduction_db = envelope_.next(held_db);
  latest_first(gains_, reduction_db > 0.0 ? gain_from_db(-reduction_db) : 1.0);
  cell_peak_ = 0.0;
}

/// Frames of one cell, from `cell_frame` of it on, take the place of those that leave.
void Limiter::leave(AudioBlock block, int cell_frame) noexcept {
  const int frames = block.frame_count();
  const bool untouched = gains_[0] == 1.0 && gains_[1] == 1.0 && gains_[2] == 1.0;
  std::array<double, most_cell_frames> gains;
  if (!untouched) {
    for (int f = 0; f < frames; ++f) {
      const auto s = static_cast<std::size_t>(cell_frame + f);
      const auto i = static_cast<std::size_t>(f);
      gains[i] = spline_[0][s] * gains_[2] + spline_[1][s] * gains_[1] + spline_[2][s] * gains_[0];
    }
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

void Limiter::process_chunk(AudioBlock block, double ceiling) noexcept {
  for (int c = 0; c < block.channel_count(); ++c)
    for (int f = 0; f < block.frame_count(); ++f) block.channel(c)[f] = usable(block.channel(c)[f]);
  finder_.find(block, ceiling, peaks_.data());
  for (int done = 0; done < block.frame_count();) {
    const int until_wrap = static_cast<int>(waiting_[0].size() - at_);
    const int frames =
        std::min({block.frame_count() - done, cell_frames_ - cell_frame_, until_wrap});
    leave(block.frames(done, frames), cell_frame_);
    for (int f = done; f < done + frames; ++f) {
      // A peak between two frames is both frames' concern.
      const double peak = peaks_[static_cast<std::size_t>(f)];
      cell_peak_ = std::max({cell_peak_, peak_before_, peak});
      peak_before_ = peak;
    }
    cell_frame_ += frames;
    done += frames;
    if (cell_frame_ == cell_frames_) {
      end_cell(ceiling);
      cell_frame_ = 0;
    }
  }
}

void Limiter::process(AudioBlock block, const Settings& settings) noexcept {
  envelope_.bend(curvature(settings.attack_ms, cell_s_), curvature(settings.release_ms, cell_s_));
  const double ceiling = gain_from_db(settings.ceiling_dbtp);
  block_gain_ = 1.0;
  for (int done = 0; done < block.frame_count(); done += PeakFinder::most_frames)
    process_chunk(block.frames(done, std::min(PeakFinder::most_frames, block.frame_count() - done)),
                  ceiling);
  deepest_gain_ = std::min(deepest_gain_, block_gain_);
}

}  // namespace lacquer::dsp
