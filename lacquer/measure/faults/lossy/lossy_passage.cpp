#include "lacquer/measure/faults/lossy/lossy_passage.h"

#include <algorithm>
#include <cassert>

namespace lacquer::measure {
namespace {

constexpr std::size_t most_stretches = 16;

constexpr double treble_hz = 8000.0;
constexpr double above_rounding = 100.0;  // 20 dB: a coefficient that is zero then stands out

/// Upper edge of the highest band that holds more than rounding; 0 if there is none.
double top_of(const TrebleBands& bands, double sample_rate_hz) {
  const double floor = above_rounding * TrebleBands::rounding_power(sample_rate_hz);
  int top = bands.count;
  while (top > 0 && bands.power[static_cast<std::size_t>(top) - 1] < floor) --top;
  return top == 0 ? 0.0 : TrebleBands::lower_edge_hz(top);
}

double treble_of(const TrebleBands& bands) {
  double sum = 0.0;
  for (int band = TrebleBands::band_at(treble_hz); band < bands.count; ++band)
    sum += bands.power[static_cast<std::size_t>(band)];
  return sum;
}

}  // namespace

LossyPassages::LossyPassages(StreamFormat format)
    : format_{format},
      stretch_frames_{static_cast<std::int64_t>(format.sample_rate_hz)},
      best_(most_stretches) {
  assert(format.sample_rate_hz <= 48000.0);  // longer windows reach too far back
  for (LossyPassage& passage : best_)
    for (auto& samples : passage.samples) samples.resize(LossyPassage::frames);
}

void LossyPassages::add(AudioBlock block) {
  for (int c = 0; c < format_.channel_count; ++c)
    recent_[static_cast<std::size_t>(c)].move_to(block.channel(c), block.frame_count());
}

void LossyPassages::look(std::int64_t first_frame, const TrebleBands& bands) {
  const Window now{.first_frame = first_frame,
                   .treble = treble_of(bands),
                   .top_hz = top_of(bands, format_.sample_rate_hz)};
  if (before_.first_frame >= 0)
    offer(middle_, std::min({before_.treble, middle_.treble, now.treble}));
  before_ = middle_;
  middle_ = now;
}

void LossyPassages::offer(const Window& window, double treble) {
  while (static_cast<std::size_t>(window.first_frame / stretch_frames_) >= most_stretches)
    join_stretches();
  const auto stretch = static_cast<std::size_t>(window.first_frame / stretch_frames_);
  LossyPassage& best = best_[stretch];
  if (!(treble > best.treble)) return;
  best.first_frame = window.first_frame;
  best.top_hz = window.top_hz;
  best.treble = treble;
  for (std::size_t c = 0; c < best.samples.size(); ++c) {
    const double* from = recent_[format_.channel_count == 1 ? 0 : c].at(window.first_frame);
    std::copy_n(from, LossyPassage::frames, best.samples[c].begin());
  }
}

void LossyPassages::join_stretches() {
  stretch_frames_ *= 2;
  for (std::size_t i = 0; i < best_.size() / 2; ++i) {
    LossyPassage& first = best_[2 * i];
    LossyPassage& second = best_[2 * i + 1];
    std::swap(best_[i], second.treble > first.treble ? second : first);
  }
  for (std::size_t i = best_.size() / 2; i < best_.size(); ++i) best_[i].treble = 0.0;
}

std::vector<LossyPassage> LossyPassages::passages() const {
  std::vector<LossyPassage> all;
  for (const LossyPassage& passage : best_)
    if (passage.treble > 0.0) all.push_back(passage);
  return all;
}

}  // namespace lacquer::measure
