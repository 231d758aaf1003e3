#include "lacquer/measure/steps.h"

#include <algorithm>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

LACQUER_KERNEL bool copy_kernel(const double* from, double* to, int count) {
  dsp::Quad spoilt{};  // x * 0 is 0 unless x is infinite or NaN
  int at = 0;
  for (; at + 3 < count; at += 4) {
    const dsp::Quad x = *dsp::quads(from + at);
    *dsp::quads(to + at) = x;
    spoilt += x * 0.0;
  }
  for (; at < count; ++at) {
    to[at] = from[at];
    spoilt[0] += from[at] * 0.0;
  }
  return dsp::sum_of(spoilt) == 0.0;
}

LACQUER_WIDE bool copy_wide(const double* from, double* to, int count) {
  return copy_kernel(from, to, count);
}

/// Copies, with 0 for what is not a number; true if there was nothing to replace.
bool copy_finite(const double* from, double* to, int count) {
  if ((dsp::has_wide_registers() ? copy_wide : copy_kernel)(from, to, count)) return true;
  for (int f = 0; f < count; ++f)
    if (!std::isfinite(to[f])) to[f] = 0.0;
  return false;
}

}  // namespace

Steps::Steps(StreamFormat format, int look_back_frames)
    : format_{format},
      look_back_{look_back_frames},
      longest_{static_cast<int>(std::ceil(format.sample_rate_hz / 100.0)) + 1},
      samples_(static_cast<std::size_t>(format.channel_count),
               std::vector<double>(static_cast<std::size_t>(3 * look_back_ + longest_))) {
  for (auto& channel : samples_) rows_.push_back(channel.data() + look_back_);
  begin();
}

int Steps::take(AudioBlock block, InvalidSamples& invalid) {
  assert(block.channel_count() == format_.channel_count);
  const int count = std::min(block.frame_count(), whole_frames_ - filled_);
  for (std::size_t c = 0; c < rows_.size(); ++c) {
    const int channel = static_cast<int>(c);
    const double* from = block.channel(channel);
    if (!copy_finite(from, rows_[c] + filled_, count))
      invalid.note(channel, from, count, first_frame_ + filled_);
  }
  filled_ += count;
  return count;
}

void Steps::next() {
  for (double*& row : rows_) row += filled_;
  first_frame_ += filled_;
  filled_ = 0;
  ++step_count_;
  begin();
}

void Steps::begin() {
  const auto end =
      std::llround(static_cast<double>(step_count_ + 1) * format_.sample_rate_hz / 100.0);
  whole_frames_ = static_cast<int>(end - first_frame_);
  for (std::size_t c = 0; c < samples_.size(); ++c) {
    if (rows_[c] + longest_ <= samples_[c].data() + samples_[c].size()) continue;
    std::copy(rows_[c] - look_back_, rows_[c], samples_[c].begin());
    rows_[c] = samples_[c].data() + look_back_;
  }
}

}  // namespace lacquer::measure
