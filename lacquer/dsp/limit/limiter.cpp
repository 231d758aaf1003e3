#include "lacquer/dsp/limit/limiter.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"

namespace lacquer::dsp {
namespace {

// Pre-masking hides a fall of the gain for some 5 to 20 ms before a peak, post-masking for longer
// after it; and half a period of 28 Hz fits into the hold, so a bass note is not bent.
constexpr double lookahead_s = 0.012;
constexpr double hold_s = 0.018;
constexpr double longest_release_s = 0.2;

constexpr double unit_gain = 4294967296.0;  // 2^32

// An 8-fold grid can miss 0.17 dB of a peak, so we look closer at what comes within 0.26 dB.
constexpr double look_closer_from = 0.97;
// And interpolate wherever such a value could be.
constexpr double interpolate_from = 0.9;
constexpr int group_frames = 16;

int frames_of(double seconds, double sample_rate_hz) {
  return std::max(3, static_cast<int>(std::lround(seconds * sample_rate_hz)));
}

}  // namespace

double Limiter::in_db(Deficit deficit) noexcept {
  return db_from_gain(std::max(1.0 - static_cast<double>(deficit) / unit_gain, 1e-9));
}

void Limiter::prepare(StreamFormat format) {
  format_ = format;
  lookahead_frames_ = frames_of(lookahead_s, format.sample_rate_hz);
  past_frames_ = latency_frames() + half_taps;
  const auto channels = static_cast<std::size_t>(format.channel_count);
  samples_.assign(channels,
                  std::vector<double>(static_cast<std::size_t>(past_frames_ + chunk_frames)));
  last_between_.resize(channels);
  hold_.prepare(lookahead_frames_ + 1 + frames_of(hold_s, format.sample_rate_hz));
  release_.prepare(frames_of(longest_release_s, format.sample_rate_hz) + 1);
  smooth_.prepare(lookahead_frames_ + 1);
  reset();
}

void Limiter::reset() noexcept {
  for (auto& channel : samples_) std::fill(channel.begin(), channel.end(), 0.0);
  std::fill(last_between_.begin(), last_between_.end(), 0.0);
  peak_before_ = 0.0;
  hold_.reset();
  release_.start(release_.span_frames());
  smooth_.start(smooth_.span_frames());
  block_deficit_ = deepest_deficit_ = 0;
}

/// The largest magnitude from this sample up to the next. `last` is the value an eighth before it,
/// and becomes the one an eighth before the next.
double Limiter::peak_after(const double* sample, double& last, double ceiling) const noexcept {
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

/// Raises peaks_ to this channel's. Skips, exactly, what cannot come near the ceiling.
void Limiter::find_peaks(int channel, int frames, double ceiling) noexcept {
  const auto c = static_cast<std::size_t>(channel);
  const double* first = samples_[c].data() + past_frames_ - half_taps;
  const double threshold = interpolate_from * ceiling;
  for (int start = 0; start < frames; start += group_frames) {
    const int count = std::min(group_frames, frames - start);
    const double* group = first + start;
    double curvature = 0.0;
    for (int i = 2 - half_taps; i < count + half_taps - 1; ++i)
      curvature = std::max(curvature, std::abs(group[i - 1] - 2.0 * group[i] + group[i + 1]));
    const double rise = interpolator_.curvature_gain() * curvature;
    for (int i = 0; i < count; ++i) {
      const double neighbours = std::max(std::abs(group[i]), std::abs(group[i + 1]));
      double& last = last_between_[c];
      if (neighbours + rise < threshold) {
        last = 0.0;  // only asked for beside a sample that would not have been skipped
        continue;
      }
      double& peak = peaks_[static_cast<std::size_t>(start + i)];
      peak = std::max(peak, peak_after(group + i, last, ceiling));
    }
  }
}

Limiter::Deficit Limiter::smoothed(Deficit wanted) noexcept {
  const Deficit held = hold_.next(wanted);
  return smooth_.next(std::max(held, release_.next(held)));
}

void Limiter::process_chunk(AudioBlock block, double ceiling) noexcept {
  const int frames = block.frame_count();
  std::fill_n(peaks_.begin(), frames, 0.0);
  for (int c = 0; c < block.channel_count(); ++c) {
    double* incoming = samples_[static_cast<std::size_t>(c)].data() + past_frames_;
    for (int f = 0; f < frames; ++f) incoming[f] = usable(block.channel(c)[f]);
    find_peaks(c, frames, ceiling);
  }
  for (int f = 0; f < frames; ++f) {
    // A peak between two frames is both frames' concern.
    const double peak = peaks_[static_cast<std::size_t>(f)];
    const double concern = std::max(peak_before_, peak);
    peak_before_ = peak;
    const Deficit wanted =
        concern > ceiling ? static_cast<Deficit>((1.0 - ceiling / concern) * unit_gain) + 1 : 0;
    const Deficit deficit = smoothed(wanted);
    block_deficit_ = std::max(block_deficit_, deficit);
    const double gain = std::max(0.0, 1.0 - static_cast<double>(deficit) / unit_gain);
    for (int c = 0; c < block.channel_count(); ++c) {
      const double leaving =
          samples_[static_cast<std::size_t>(c)][static_cast<std::size_t>(half_taps + f)];
      block.channel(c)[f] = gain * leaving;
    }
  }
  for (auto& channel : samples_)
    std::copy(channel.begin() + frames, channel.begin() + frames + past_frames_, channel.begin());
}

void Limiter::process(AudioBlock block, const Settings& settings) noexcept {
  const double ceiling = gain_from_db(settings.ceiling_dbtp);
  const int release_frames = frames_of(
      std::clamp(settings.release_ms * 1e-3, 0.0, longest_release_s), format_.sample_rate_hz);
  if (release_frames != release_.span_frames()) release_.start(release_frames);
  block_deficit_ = 0;
  for (int done = 0; done < block.frame_count(); done += chunk_frames)
    process_chunk(block.frames(done, std::min(chunk_frames, block.frame_count() - done)), ceiling);
  deepest_deficit_ = std::max(deepest_deficit_, block_deficit_);
}

}  // namespace lacquer::dsp
