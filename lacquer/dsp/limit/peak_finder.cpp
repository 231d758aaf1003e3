#include "lacquer/dsp/limit/peak_finder.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

namespace lacquer::dsp {
namespace {

// An 8-fold grid can miss 0.17 dB of a peak, so we look closer at what comes within 0.26 dB.
constexpr double look_closer_from = 0.97;
// And interpolate wherever such a value could be.
constexpr double interpolate_from = 0.9;
constexpr int group_frames = 16;

}  // namespace

void PeakFinder::prepare(StreamFormat format) {
  const auto channels = static_cast<std::size_t>(format.channel_count);
  samples_.assign(channels, std::vector<double>(past_frames + most_frames));
  last_between_.resize(channels);
  reset();
}

void PeakFinder::reset() noexcept {
  for (auto& channel : samples_) std::fill(channel.begin(), channel.end(), 0.0);
  std::fill(last_between_.begin(), last_between_.end(), 0.0);
}

/// The largest magnitude from this sample up to the next. `last` is the value an eighth before it,
/// and becomes the one an eighth before the next.
double PeakFinder::peak_after(const double* sample, double& last, double ceiling) const noexcept {
  std::array<double, factor + 2> at;  // one more on either side
  at[0] = last;
  interpolator_.interpolate(sample, at.data() + 1);
  at[factor + 1] = sample[1];
  last = at[factor];
  double peak = 0.0;
  for (std::size_t i = 1; i <= factor; ++i) {
    const double here = std::abs(at[i]);
    peak = std::max(peak, here);
    if (here < look_closer_from * ceiling) continue;
    const double before = std::copysign(1.0, at[i]) * at[i - 1];
    const double after = std::copysign(1.0, at[i]) * at[i + 1];
    if (here < before || here < after) continue;
    const double bend = 2.0 * here - before - after;  // the parabola through the three
    if (bend > 0.0) peak = std::max(peak, here + (after - before) * (after - before) / (8 * bend));
  }
  return peak;
}

/// Raises the peaks to this channel's.
void PeakFinder::find(int channel, int frames, double ceiling, double* peaks) noexcept {
  const auto c = static_cast<std::size_t>(channel);
  const double* first = samples_[c].data() + past_frames - delay_frames;
  const double threshold = interpolate_from * ceiling;
  double& last = last_between_[c];
  for (int start = 0; start < frames; start += group_frames) {
    const int count = std::min(group_frames, frames - start);
    const double* group = first + start;
    double curvature = 0.0;
    for (int i = 2 - delay_frames; i < count + delay_frames - 1; ++i)
      curvature = std::max(curvature, std::abs(group[i - 1] - 2.0 * group[i] + group[i + 1]));
    const double rise = interpolator_.curvature_gain() * curvature;
    for (int i = 0; i < count; ++i) {
      const double neighbours = std::max(std::abs(group[i]), std::abs(group[i + 1]));
      if (neighbours + rise < threshold) {
        last = 0.0;  // only asked for beside a sample that would not have been skipped
        continue;
      }
      peaks[start + i] = std::max(peaks[start + i], peak_after(group + i, last, ceiling));
    }
  }
}

void PeakFinder::find(AudioBlock block, double ceiling, double* peaks) noexcept {
  const int frames = block.frame_count();
  assert(frames <= most_frames);
  std::fill_n(peaks, frames, 0.0);
  for (int c = 0; c < block.channel_count(); ++c) {
    auto& samples = samples_[static_cast<std::size_t>(c)];
    std::copy_n(block.channel(c), frames, samples.data() + past_frames);
    find(c, frames, ceiling, peaks);
    std::copy(samples.begin() + frames, samples.begin() + frames + past_frames, samples.begin());
  }
}

}  // namespace lacquer::dsp
