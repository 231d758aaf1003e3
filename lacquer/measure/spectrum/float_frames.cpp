#include "lacquer/measure/spectrum/float_frames.h"

#include <algorithm>
#include <cassert>

namespace lacquer::measure {
namespace {

constexpr std::int64_t line = 16;  // floats in a line of the cache

std::int64_t whole_lines(std::int64_t frames) { return (frames + line - 1) / line * line; }

}  // namespace

FloatFrames::FloatFrames(int channel_count, int keep)
    : keep_{keep},
      base_{-whole_lines(keep)},
      // Twice what is kept, so that frames move to the front seldom.
      samples_(static_cast<std::size_t>(channel_count),
               dsp::AlignedVector<float>(static_cast<std::size_t>(2 * whole_lines(keep) + line))) {}

void FloatFrames::add(AudioBlock block) noexcept {
  const int count = block.frame_count();
  assert(block.channel_count() == channel_count() && count <= keep_);
  std::int64_t filled = end_ - base_;
  if (filled + count > static_cast<std::int64_t>(samples_.front().size())) {
    const std::int64_t drop = (filled - keep_) / line * line;
    for (auto& samples : samples_)
      std::copy(samples.begin() + drop, samples.begin() + filled, samples.begin());
    base_ += drop;
    filled -= drop;
  }
  for (int c = 0; c < block.channel_count(); ++c)
    dsp::narrow(block.channel(c), count, samples_[static_cast<std::size_t>(c)].data() + filled);
  end_ += count;
}

}  // namespace lacquer::measure
