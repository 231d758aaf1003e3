#include "lacquer/measure/texture/texture.h"

namespace lacquer::measure {
namespace {

constexpr double highest_rate_hz = 25000.0;
constexpr int look_frames = 512;  // 21 to 23 ms at 22.05 and 24 kHz

std::size_t halvings_for(double rate_hz) {
  std::size_t halvings = 0;
  for (; rate_hz > highest_rate_hz; rate_hz *= 0.5) ++halvings;
  return halvings;
}

StreamFormat halved(StreamFormat format) {
  for (std::size_t i = halvings_for(format.sample_rate_hz); i > 0; --i)
    format.sample_rate_hz *= 0.5;
  return {format.sample_rate_hz, 1};
}

}  // namespace

TextureMeter::TextureMeter(StreamFormat format)
    : halvings_(halvings_for(format.sample_rate_hz)),
      rows_(halvings_.size() + 1),
      format_{halved(format)},
      looks_{format_, look_frames},
      rhythm_{format_.sample_rate_hz, look_frames},
      sections_{format_.sample_rate_hz, look_frames} {}

void TextureMeter::add(AudioBlock block) {
  auto& mean = rows_.front();
  const int channels = block.channel_count();
  mean.assign(block.channel(0), block.channel(0) + block.frame_count());
  for (int c = 1; c < channels; ++c)
    for (std::size_t f = 0; f < mean.size(); ++f) mean[f] += block.channel(c)[f];
  for (double& sample : mean) sample *= 1.0 / channels;
  for (std::size_t i = 0; i < halvings_.size(); ++i) {
    rows_[i + 1].clear();
    halvings_[i].add(rows_[i].data(), static_cast<int>(rows_[i].size()), rows_[i + 1]);
  }
  double* row = rows_.back().data();
  looks_.add({&row, 1, static_cast<int>(rows_.back().size())}, [&](const SpectrumFrame& look) {
    const auto levels = rhythm_.add(look);
    sections_.add(look, levels);
  });
}

void TextureMeter::add_short(const SpectrumFrame& look) {
  if (!look.cross) return;
  rhythm_.add_sides(look);
  sections_.add_sides(look);
}

}  // namespace lacquer::measure
