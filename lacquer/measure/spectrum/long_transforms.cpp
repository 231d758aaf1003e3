#include "lacquer/measure/spectrum/long_transforms.h"

#include <bit>
#include <cmath>
#include <cstdint>

namespace lacquer::measure {
namespace {

constexpr double block_s = 0.4;
constexpr int steps_of_block = 40, steps_of_hop = 10;
constexpr std::int64_t line = 16;  // floats in a line of the cache

int block_frames_at(double sample_rate_hz) {
  return static_cast<int>(std::lround(block_s * sample_rate_hz));
}

}  // namespace

int LongTransforms::size_at(double sample_rate_hz) {
  return static_cast<int>(std::bit_floor(static_cast<unsigned>(block_s * sample_rate_hz)));
}

int LongTransforms::hop_at(double sample_rate_hz) { return block_frames_at(sample_rate_hz) / 2; }

LongTransforms::LongTransforms(StreamFormat format)
    : format_{format},
      block_frames_{block_frames_at(format.sample_rate_hz)},
      transform_{size_at(format.sample_rate_hz)},
      powers_{format, transform_.size()} {}

int LongTransforms::keep_frames() const noexcept { return block_frames_ + static_cast<int>(line); }

void LongTransforms::add_step(const FloatFrames& frames, SpectrumMeter* balance, const Look& look) {
  ++step_count_;
  if (step_count_ % steps_of_hop != 0 || step_count_ < steps_of_block) return;
  const bool is_look = step_count_ % (2 * steps_of_hop) == 0;
  if (!is_look && !balance) return;
  // In the middle of the block to within 0.3 ms, where registers do not straddle lines.
  const std::int64_t middle = frames.end() - (block_frames_ + transform_.size()) / 2;
  const std::int64_t first_frame = middle - middle % line;
  for (int c = 0; c < format_.channel_count; c += 2) {  // two channels in one transform
    transform_.transform(frames.at(c, first_frame), c + 1 < format_.channel_count
                                                        ? frames.at(c + 1, first_frame)
                                                        : powers_.silence());
    if (balance) balance->add(transform_);
    if (is_look) powers_.set(c, transform_);
  }
  if (is_look) look(powers_.look(first_frame, hop_at(format_.sample_rate_hz)));
}

}  // namespace lacquer::measure
