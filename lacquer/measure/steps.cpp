#include "lacquer/measure/steps.h"

#include <cmath>

namespace lacquer::measure {

Steps::Steps(StreamFormat format, int look_back_frames)
    : format_{format},
      look_back_{look_back_frames},
      longest_{static_cast<int>(std::ceil(format.sample_rate_hz / 100.0)) + 1},
      samples_(
          static_cast<std::size_t>(format.channel_count),
          std::vector<double>(static_cast<std::size_t>(3 * look_back_ + longest_ + block_frames))) {
  for (auto& channel : samples_) rows_.push_back(channel.data() + look_back_);
  begin();
}

AudioBlock Steps::space() {
  const auto used = static_cast<std::size_t>(rows_[0] - samples_[0].data() + filled_);
  if (used + block_frames > samples_[0].size())
    for (std::size_t c = 0; c < samples_.size(); ++c) {
      std::copy(rows_[c] - look_back_, rows_[c] + filled_, samples_[c].begin());
      rows_[c] = samples_[c].data() + look_back_;
    }
  return {rows_.data(), format_.channel_count, block_frames, filled_};
}

void Steps::next() {
  const int frames = step().frame_count();
  for (double*& row : rows_) row += frames;
  first_frame_ += frames;
  filled_ -= frames;
  ++step_count_;
  begin();
}

void Steps::begin() {
  const auto end =
      std::llround(static_cast<double>(step_count_ + 1) * format_.sample_rate_hz / 100.0);
  whole_frames_ = static_cast<int>(end - first_frame_);
}

}  // namespace lacquer::measure
