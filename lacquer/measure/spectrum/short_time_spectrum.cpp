#include "lacquer/measure/spectrum/short_time_spectrum.h"

#include <algorithm>
#include <cassert>

namespace lacquer::measure {

int ShortTimeSpectrum::frames_of(double sample_rate_hz, int frames_at_48_khz) {
  int frames = frames_at_48_khz;
  for (double rate_hz = 48000.0; rate_hz < sample_rate_hz; rate_hz *= 2.0) frames *= 2;
  return frames;
}

ShortTimeSpectrum::ShortTimeSpectrum(StreamFormat format, int size)
    : channel_count_{format.channel_count}, transform_{size}, powers_{format, size} {}

void ShortTimeSpectrum::add(AudioBlock block, const Look& look) {
  assert(block.channel_count() == channel_count_);
  if (!own_) own_.emplace(channel_count_, 2 * size());
  for (int at = 0; at < block.frame_count(); at += size()) {
    own_->add(block.frames(at, std::min(size(), block.frame_count() - at)));
    follow(*own_, look);
  }
}

void ShortTimeSpectrum::follow(const FloatFrames& frames, const Look& look) {
  const int hop = size() / 2;
  for (; frames.end() >= first_frame_ + size(); first_frame_ += hop) {
    for (int c = 0; c < channel_count_; c += 2) {  // two channels in one transform
      transform_.transform(frames.at(c, first_frame_), c + 1 < channel_count_
                                                           ? frames.at(c + 1, first_frame_)
                                                           : powers_.silence());
      powers_.set(c, transform_);
    }
    look(powers_.look(first_frame_, hop));
  }
}

}  // namespace lacquer::measure
