#include "lacquer/measure/faults/waveform/click_meter.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double looks_a_step = 0.12, most_looks = 6.0;

// Suspect: the second difference over its mean in 10 ms; over the largest around it.
constexpr std::size_t most_waiting = 16;
constexpr double suspect_ratio = 7.0;
const double faint = gain_from_db(-66.0);

}  // namespace

ClickMeter::ClickMeter(double sample_rate_hz) : judge_{sample_rate_hz}, budget_{most_looks} {}

void ClickMeter::add(const double* samples, int frame_count, const dsp::Bends& bends) {
  recent_.move_to(samples, frame_count);
  budget_ = std::min(most_looks, budget_ + looks_a_step);
  if (frame_count > 2 && recent_.end() > frame_count + 1) {
    const std::int64_t first = recent_.end() - frame_count - 1;
    if (bends.largest > faint && bends.largest > suspect_ratio * bends.sum / frame_count)
      suspect(first, bends.largest);
  }
  while (!waiting_.empty() && waiting_.front() + judge_.reach_frames() <= recent_.end()) {
    look(waiting_.front());
    waiting_.erase(waiting_.begin());
  }
}

void ClickMeter::suspect(std::int64_t first, double size) {
  std::int64_t place = first;
  while (place + 1 < recent_.end()) {
    const double* x = recent_.at(place);
    if (std::abs((x[-1] - x[0]) + (x[1] - x[0])) >= size) break;
    ++place;
  }
  if (waiting_.size() < most_waiting) waiting_.push_back(place);
}

void ClickMeter::look(std::int64_t place) {
  if (place < looked_until_ || budget_ < 1.0) return;
  if (place < judge_.reach_frames() || !judge_.stands_alone(recent_.at(place))) return;
  budget_ -= 1.0;
  looked_until_ = place + judge_.guard_frames();
  if (const auto click = judge_.judge(recent_.at(place), {}))
    clicks_.add({.first_frame = place + click->first,
                 .frames = click->frames,
                 .over_db = click->over_db,
                 .level_db = click->level_db,
                 .peak_dbfs = db_from_gain(click->size)});
}

}  // namespace lacquer::measure
