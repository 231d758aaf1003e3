#include "lacquer/measure/texture/texture.h"

#include <algorithm>

#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr double highest_rate_hz = 25000.0;
constexpr int look_frames = 512;  // 21 to 23 ms at 22.05 and 24 kHz

LACQUER_KERNEL void mean_kernel(const double* left, const double* right, int count, double* mean) {
  int f = 0;
  for (; f + 4 <= count; f += 4)
    *dsp::quads(mean + f) = (*dsp::quads(left + f) + *dsp::quads(right + f)) * 0.5;
  for (; f < count; ++f) mean[f] = (left[f] + right[f]) * 0.5;
}
LACQUER_WIDE void mean_wide(const double* left, const double* right, int count, double* mean) {
  mean_kernel(left, right, count, mean);
}

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
  mean.resize(static_cast<std::size_t>(block.frame_count()));
  if (channels == 2) {
    (dsp::has_wide_registers() ? mean_wide : mean_kernel)(block.channel(0), block.channel(1),
                                                          block.frame_count(), mean.data());
  } else {
    std::copy_n(block.channel(0), mean.size(), mean.begin());
    for (int c = 1; c < channels; ++c)
      for (std::size_t f = 0; f < mean.size(); ++f) mean[f] += block.channel(c)[f];
    for (double& sample : mean) sample *= 1.0 / channels;
  }
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
