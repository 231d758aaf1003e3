#include "lacquer/dsp/repair/box_stack.h"

#include <algorithm>
#include <cassert>
#include <cmath>

namespace lacquer::dsp {

void BoxStack::prepare(int most_frames) {
  assert(most_frames >= 3);
  for (Box& box : boxes_) box.ring.assign(static_cast<std::size_t>(most_frames), 0);
  start(most_frames);
}

void BoxStack::start(int span_frames, std::int64_t value) noexcept {
  assert(span_frames >= 3 && static_cast<std::size_t>(span_frames) <= boxes_[0].ring.size());
  span_frames_ = span_frames;
  // Boxes of a, b and c frames see a + b + c - 2 frames together.
  const int lengths = span_frames + 2;
  const int first = std::max(1, static_cast<int>(std::lround(0.40408 * lengths)));
  const int second = std::max(1, static_cast<int>(std::lround(0.33485 * lengths)));
  const std::array length = {first, second, lengths - first - second};
  for (std::size_t b = 0; b < boxes_.size(); ++b) {
    Box& box = boxes_[b];
    box.length = length[b];
    box.inverse_length = 1.0 / length[b];
    box.at = 0;
    box.sum = value * length[b];
    std::fill_n(box.ring.begin(), length[b], value);
  }
}

std::int64_t BoxStack::next(std::int64_t value) noexcept {
  for (Box& box : boxes_) {
    std::int64_t& oldest = box.ring[static_cast<std::size_t>(box.at)];
    box.sum += value - oldest;
    oldest = value;
    box.at = box.at + 1 == box.length ? 0 : box.at + 1;
    // Sums stay below 2^53, so only the product rounds, by far less than the one we add.
    value = box.sum == 0
                ? 0
                : static_cast<std::int64_t>(static_cast<double>(box.sum) * box.inverse_length) + 1;
  }
  return value;
}

}  // namespace lacquer::dsp
