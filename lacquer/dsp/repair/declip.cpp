#include "lacquer/dsp/repair/declip.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "lacquer/base/units.h"
#include "lacquer/dsp/repair/exchange.h"
#include "lacquer/dsp/repair/prediction.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double hop_s = 0.005;
constexpr double around_s = 0.015;   // of the hop, on both sides, that is solved with it
constexpr double longest_s = 0.005;  // what stands still for longer was not cut off
constexpr double glide_s = 0.02;
constexpr int hops_at_once = 16;  // between two moves of the memory

constexpr std::size_t order = 48;
constexpr int refits = 3;
constexpr int holds = 6;  // rounds in which samples that fall short are held at the limit

// Shares of the level. Three samples of a round top (1 - c n^2) that lie within `near` have steps
// of at most three times `near` beside them.
constexpr double near = 0.001;
constexpr double least_step = 0.005;
constexpr double equal = 1e-6;
constexpr int least_frames = 3;
constexpr int sure_runs = 3;  // of samples that are near each other but not equal

}  // namespace

void Declip::prepare(StreamFormat format) {
  const auto frames = [&](double seconds) {
    return std::max(1, static_cast<int>(std::lround(seconds * format.sample_rate_hz)));
  };
  hop_frames_ = frames(hop_s);
  around_frames_ = std::max(frames(around_s), static_cast<int>(order));
  longest_frames_ = frames(longest_s);
  window_frames_ = hop_frames_ + 2 * around_frames_;
  latency_frames_ = hop_frames_ + around_frames_;
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_)
    for (auto* samples : {&channel.original, &channel.rebuilt})
      samples->resize(static_cast<std::size_t>(window_frames_ + hops_at_once * hop_frames_));
  amount_.prepare(format.sample_rate_hz, glide_s);
  amounts_.resize(static_cast<std::size_t>(hop_frames_));
  const auto window = static_cast<std::size_t>(window_frames_);
  work_.resize(window);
  filter_.resize(order + 1);
  scratch_.resize(window * (order + 3));
  unknown_.reserve(window);
  free_.reserve(window);
  reset();
}

void Declip::reset() noexcept {
  into_hop_ = 0;
  end_ = window_frames_;
  amount_.reset();
  asked_ = settings_ = {};
  rebuilt_frames_ = 0;
  for (Channel& channel : channels_)
    for (auto* samples : {&channel.original, &channel.rebuilt})
      std::fill(samples->begin(), samples->end(), 0.0);
}

void Declip::process(AudioBlock block, const Settings& settings) noexcept {
  if (!(settings == asked_)) {
    asked_ = settings;
    settings_ = within_range<Declip>(settings);
  }
  amount_.aim(settings_.amount);
  for (int done = 0; done < block.frame_count();) {
    const int frames = std::min(block.frame_count() - done, hop_frames_ - into_hop_);
    for (int f = 0; f < frames; ++f) amounts_[static_cast<std::size_t>(f)] = amount_.next();
    for (int c = 0; c < block.channel_count(); ++c) {
      Channel& channel = channels_[static_cast<std::size_t>(c)];
      exchange(block.channel(c) + done, channel.original.data() + end_ + into_hop_,
               channel.rebuilt.data() + end_ + into_hop_, amounts_.data(), frames, latency_frames_);
    }
    into_hop_ += frames;
    done += frames;
    if (into_hop_ == hop_frames_) finish_hop();
  }
}

void Declip::finish_hop() noexcept {
  into_hop_ = 0;
  end_ += hop_frames_;
  for (Channel& channel : channels_) repair(channel);
  if (end_ + hop_frames_ <= static_cast<int>(channels_.front().original.size())) return;
  const int down = end_ - window_frames_;
  for (Channel& channel : channels_)
    for (auto* samples : {&channel.original, &channel.rebuilt})
      std::copy(samples->begin() + down, samples->begin() + end_, samples->begin());
  end_ = window_frames_;
}

/// The hop in the middle of the window. What stands before it has been rebuilt; what is unknown
/// behind it is solved for with it, and again when its turn has come.
void Declip::repair(Channel& channel) noexcept {
  const double* samples = channel.original.data() + end_ - window_frames_;
  const double lowest = gain_from_db(settings_.clip_level_dbfs);
  const double* hop = samples + around_frames_;
  double highest = 0.0;
  for (int f = 0; f < hop_frames_; ++f) highest = std::max(highest, std::abs(hop[f]));
  if (highest < lowest) return;
  look_for_limit(samples, 1.0, channel.limits.positive);
  look_for_limit(samples, -1.0, channel.limits.negative);
  find_unknown(samples, channel.limits);
  if (unknown_.empty()) return;
  double* rebuilt = channel.rebuilt.data() + end_ - window_frames_;
  std::copy_n(rebuilt, window_frames_, work_.begin());
  solve(samples);
  for (const int place : unknown_) {
    if (place < around_frames_ || place >= around_frames_ + hop_frames_) continue;
    rebuilt[place] = work_[static_cast<std::size_t>(place)];
    ++rebuilt_frames_;
  }
}

/// Whether the largest value of one sign in the window is a limit. One that was seen before holds
/// until something is beyond it.
void Declip::look_for_limit(const double* samples, double sign, Limit& limit) const noexcept {
  double level = 0.0;
  for (int f = 0; f < window_frames_; ++f) level = std::max(level, sign * samples[f]);
  if (level > (1.0 + near) * limit.level) limit = {};
  if (level < gain_from_db(settings_.clip_level_dbfs)) return;
  const double least = (1.0 - near) * level;
  int runs = 0;
  for (int f = 1; f + 1 < window_frames_; ++f) {
    if (sign * samples[f] < least) continue;
    const int first = f;
    double lowest = level;
    while (f + 1 < window_frames_ && sign * samples[f] >= least)
      lowest = std::min(lowest, sign * samples[f++]);
    if (f - first < least_frames || f - first > longest_frames_) continue;
    const double before = sign * samples[first - 1], after = sign * samples[f];
    const double step = std::min(lowest - before, lowest - after);
    // What comes from the other side of zero at once is a square wave, not a limit.
    if (step < least_step * level || before < 0.0 || after < 0.0) continue;
    if (level - lowest <= equal * level) {
      limit = {level, (1.0 - equal) * level};
      return;
    }
    if (++runs == sure_runs) limit = {level, least};
  }
}

void Declip::find_unknown(const double* samples, const Limits& limits) noexcept {
  unknown_.clear();
  // The prediction needs samples on both sides; of the past all are known by now.
  const int last = window_frames_ - static_cast<int>(order);
  for (int f = around_frames_; f < last;) {
    int end = f;
    while (end < last && limits.has(samples[end]) && samples[end] * samples[f] > 0.0) ++end;
    if (end - f <= longest_frames_)
      for (int place = f; place < end; ++place) unknown_.push_back(place);
    f = std::max(end, f + 1);
  }
}

/// A prediction fitted to flat tops predicts flat tops. So they begin as the cubic that goes on as
/// the two samples before and behind each of them do.
void Declip::round_off(const double* samples) noexcept {
  for (std::size_t n = 0; n < unknown_.size();) {
    const int first = unknown_[n];
    int frames = 0;
    while (n < unknown_.size() && unknown_[n] == first + frames) ++frames, ++n;
    const double* x = work_.data() + first;
    const double length = frames + 1, begin = x[-1], end = x[frames];
    const double rise = length * (x[-1] - x[-2]), fall = length * (x[frames + 1] - x[frames]);
    for (int f = 0; f < frames; ++f) {
      const double t = (f + 1) / length, u = 1.0 - t;
      work_[static_cast<std::size_t>(first + f)] =
          u * u * (begin * (1.0 + 2.0 * t) + rise * t) + t * t * (end * (1.0 + 2.0 * u) - fall * u);
    }
  }
  keep_beyond(samples);
}

/// Between what was cut off and the most that is allowed above it.
void Declip::keep_beyond(const double* samples) noexcept {
  const double most = gain_from_db(settings_.most_rise_db);
  for (const int place : unknown_) {
    double& value = work_[static_cast<std::size_t>(place)];
    const double at = samples[place];
    value = at > 0.0 ? std::clamp(value, at, most * at) : std::clamp(value, most * at, at);
  }
}

void Declip::solve(const double* samples) noexcept {
  const std::array<std::span<const double>, 1> whole{work_};
  round_off(samples);
  for (int fit = 0; fit < refits; ++fit) {
    if (!fit_prediction_to(whole, filter_, scratch_)) return;
    free_ = unknown_;
    for (int round = 0; round < holds && !free_.empty(); ++round) {
      interpolate_at(work_, free_, filter_, scratch_);
      const auto falls_short = [&](int place) {
        double& value = work_[static_cast<std::size_t>(place)];
        if (value * samples[place] >= samples[place] * samples[place]) return false;
        value = samples[place];
        return true;
      };
      const auto held = std::remove_if(free_.begin(), free_.end(), falls_short);
      if (held == free_.end()) break;
      free_.erase(held, free_.end());
    }
    keep_beyond(samples);
  }
}

}  // namespace lacquer::dsp
