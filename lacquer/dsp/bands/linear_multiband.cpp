#include "lacquer/dsp/bands/linear_multiband.h"

#include <algorithm>
#include <cmath>

#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {

void LinearMultiband::prepare(StreamFormat format) {
  format_ = format;
  step_frames_ = BandGains::step_frames(format.sample_rate_hz);
  gains_.prepare(format.sample_rate_hz / step_frames_);
  crossover_.prepare(format);
  rendered_.assign(static_cast<std::size_t>(format.channel_count),
                   std::vector<double>(static_cast<std::size_t>(crossover_.block_frames())));
  reset();
}

void LinearMultiband::reset() noexcept {
  fresh_ = true;
  position_ = frames_into_step_ = 0;
  gains_.reset();
  crossover_.reset();
  for (auto& block : rendered_) std::fill(block.begin(), block.end(), 0.0);
}

void LinearMultiband::begin_block(const Settings& settings) noexcept {
  changed_ = fresh_ || !(settings == asked_);
  if (changed_) {
    asked_ = settings;
    settings_ = within_range<LinearMultiband>(settings);
    count_ = static_cast<int>(std::lround(settings_.band_count));
    gains_.set(settings_);
  }
  LinearCrossover::Corners corners_hz = {settings_.corner_1_hz, settings_.corner_2_hz,
                                         settings_.corner_3_hz};
  for (std::size_t i = 1; i < corners_hz.size(); ++i)
    corners_hz[i] = std::max(corners_hz[i], corners_hz[i - 1]);
  gains_.hold_for(corners_hz);
  crossover_.tune(count_, corners_hz);
}

void LinearMultiband::begin_step() noexcept {
  if (changed_ || gains_.gliding()) gains_.glide();
  gains_.step(fresh_);
  changed_ = fresh_ = false;
}

/// At most what is left of a step.
void LinearMultiband::process_step(int first_frame, int frames) noexcept {
  const double per_frame = 1.0 / step_frames_;
  const auto first = static_cast<std::size_t>(first_frame),
             end = first + static_cast<std::size_t>(frames);
  for (int c = 0; c < format_.channel_count; ++c) {
    auto& out = rendered_[static_cast<std::size_t>(c)];
    const double* delayed = crossover_.delayed(c);
    std::copy(delayed + first, delayed + end, out.begin() + first_frame);
    for (int b = 0; b < Settings::most_bands; ++b) {  // those not in use fade out
      const double* band = crossover_.band(c, b);
      const auto number = static_cast<std::size_t>(b);
      double loudest = 0.0;
      for (std::size_t f = first; f < end; ++f) loudest = std::max(loudest, std::abs(band[f]));
      gains_.hear(number, loudest);
      const BandGains::Move& move = gains_.move(number);
      if (move.unity()) continue;
      const double from = move.from - 1.0, slope = (move.to - move.from) * per_frame;
      for (std::size_t f = first; f < end; ++f)
        out[f] += (from + slope * (frames_into_step_ + static_cast<int>(f - first) + 1)) * band[f];
    }
  }
}

void LinearMultiband::finish_block() noexcept {
  crossover_.split();
  for (int done = 0; done < crossover_.block_frames();) {
    if (frames_into_step_ == 0) begin_step();
    const int frames = std::min(crossover_.block_frames() - done, step_frames_ - frames_into_step_);
    process_step(done, frames);
    frames_into_step_ = (frames_into_step_ + frames) % step_frames_;
    done += frames;
  }
}

void LinearMultiband::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (position_ == 0) begin_block(settings);
    const int frames = std::min(block.frame_count() - done, crossover_.block_frames() - position_);
    for (int c = 0; c < block.channel_count(); ++c) {
      double* samples = block.channel(c) + done;
      double* in = crossover_.input(c) + position_;
      const double* out = rendered_[static_cast<std::size_t>(c)].data() + position_;
      for (int f = 0; f < frames; ++f) {
        in[f] = usable(samples[f]);
        samples[f] = out[f];
      }
    }
    position_ += frames;
    done += frames;
    if (position_ == crossover_.block_frames()) {
      finish_block();
      position_ = 0;
    }
  }
}

}  // namespace lacquer::dsp
