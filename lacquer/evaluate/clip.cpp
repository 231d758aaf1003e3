#include "lacquer/evaluate/clip.h"

#include <cmath>

namespace lacquer::evaluate {
namespace {

class ClipSource final : public AudioSource {
 public:
  explicit ClipSource(Clip clip) : clip_{std::move(clip)} {}

  StreamFormat format() const override { return clip_.format(); }
  std::int64_t frame_count() const override { return clip_.frame_count(); }

  Result<int> read(AudioBlock block) override {
    const int count = std::min(block.frame_count(), clip_.frame_count() - position_);
    for (int c = 0; c < clip_.channel_count(); ++c)
      std::copy_n(clip_.row(c) + position_, count, block.channel(c));
    position_ += count;
    return count;
  }

 private:
  Clip clip_;
  int position_ = 0;
};

}  // namespace

void Clip::keep(int first, int count) {
  assert(first >= 0 && count >= 0 && first + count <= frame_count());
  for (auto& row : rows_) {
    row.erase(row.begin(), row.begin() + first);
    row.resize(static_cast<std::size_t>(count));
  }
}

void Clip::surround(int before, int after) {
  for (auto& row : rows_) {
    row.insert(row.begin(), static_cast<std::size_t>(before), 0.0);
    row.insert(row.end(), static_cast<std::size_t>(after), 0.0);
  }
}

double rms(const Clip& clip, int channel, int first, int count) {
  const int begin = std::max(first, 0), end = std::min(first + count, clip.frame_count());
  const double* samples = clip.row(channel);
  double sum = 0.0;
  for (int f = begin; f < end; ++f) sum += samples[f] * samples[f];
  return end > begin ? std::sqrt(sum / (end - begin)) : 0.0;
}

double peak(const Clip& clip) {
  double largest = 0.0;
  for (int c = 0; c < clip.channel_count(); ++c)
    for (int f = 0; f < clip.frame_count(); ++f)
      largest = std::max(largest, std::abs(clip.row(c)[f]));
  return largest;
}

void scale(Clip& clip, double gain) {
  for (int c = 0; c < clip.channel_count(); ++c)
    for (int f = 0; f < clip.frame_count(); ++f) clip.row(c)[f] *= gain;
}

void round_to_bits(Clip& clip, int bits) {
  const double steps = std::ldexp(1.0, bits - 1);
  for (int c = 0; c < clip.channel_count(); ++c)
    for (int f = 0; f < clip.frame_count(); ++f)
      clip.row(c)[f] =
          std::clamp(std::nearbyint(clip.row(c)[f] * steps), -steps, steps - 1) / steps;
}

SourcePointer source_of(Clip clip) { return std::make_unique<ClipSource>(std::move(clip)); }

Result<Clip> drain(AudioSource& source) {
  const auto format = source.format();
  Clip clip{format, static_cast<int>(source.frame_count())};
  AudioBuffer buffer{format.channel_count, block_frames};
  for (int at = 0; at < clip.frame_count();) {
    const int wanted = std::min(block_frames, clip.frame_count() - at);
    TRY(const int count, source.read(buffer.block().frames(0, wanted)));
    if (count == 0) break;
    for (int c = 0; c < format.channel_count; ++c)
      std::copy_n(buffer.block().channel(c), count, clip.row(c) + at);
    at += count;
  }
  return clip;
}

}  // namespace lacquer::evaluate
