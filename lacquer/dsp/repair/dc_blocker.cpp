#include "lacquer/dsp/repair/dc_blocker.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr int window_hops = 2000;  // of half a millisecond
constexpr double glide_s = 0.02;
constexpr int silence_frames = 64;  // zeros in a row that are digital silence

// Means are made of whole numbers, which do not drift; of this size box_stack.h takes a second of
// 192 kHz. Eight times full scale is as much as counts.
constexpr double unit = 1.0 / (1LL << 33);
constexpr double largest = 8.0;

/// The part of a mean that is taken: none up to the floor, all from twice the floor on, and nowhere
/// a jump.
double taken(double mean, double floor) {
  const double share = std::clamp(std::abs(mean) / floor - 1.0, 0.0, 1.0);
  return mean * share * share * (3.0 - 2.0 * share);
}

}  // namespace

void DcBlocker::prepare(StreamFormat format) {
  hop_frames_ = std::max(1, static_cast<int>(std::lround(format.sample_rate_hz / window_hops)));
  hop_share_ = 1.0 / hop_frames_;
  latency_frames_ = window_hops * hop_frames_ + silence_frames;
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_) {
    channel.samples.resize(static_cast<std::size_t>(latency_frames_) + 1);
    channel.silent.resize(channel.samples.size());
    channel.means.resize(window_hops);
    channel.window.prepare(window_hops);
  }
  floor_.prepare(format.sample_rate_hz, glide_s);
  amount_.prepare(format.sample_rate_hz, glide_s);
  reset();
}

void DcBlocker::reset() noexcept {
  at_ = 0;
  asked_ = settings_ = {};
  floor_.reset();
  amount_.reset();
  for (Channel& channel : channels_) {
    std::fill(channel.samples.begin(), channel.samples.end(), 0.0);
    std::fill(channel.silent.begin(), channel.silent.end(), static_cast<unsigned char>(1));
    std::fill(channel.means.begin(), channel.means.end(), 0.0);
    channel.window.start(window_hops);
    channel.sum = channel.hop_sum = 0.0;
    channel.heard = channel.played = {};
    channel.zeros_in_a_row = silence_frames;  // before the programme there was nothing
  }
}

void DcBlocker::process(AudioBlock block, const Settings& settings) noexcept {
  if (!(settings == asked_)) {
    asked_ = settings;
    settings_ = within_range<DcBlocker>(settings);
  }
  floor_.aim(gain_from_db(settings_.least_offset_dbfs));
  amount_.aim(settings_.amount);
  for (int f = 0; f < block.frame_count(); ++f) {
    const double floor = floor_.next(), amount = amount_.next();
    for (int c = 0; c < block.channel_count(); ++c) {
      double& sample = block.channel(c)[f];
      sample = step(channels_[static_cast<std::size_t>(c)], usable(sample), floor, amount);
    }
    if (++at_ == channels_.front().samples.size()) at_ = 0;
  }
}

double DcBlocker::step(Channel& channel, double sample, double floor, double amount) noexcept {
  const std::size_t size = channel.samples.size();
  const auto back = [&](int frames) {
    const auto by = static_cast<std::size_t>(frames);
    return at_ >= by ? at_ - by : at_ + size - by;
  };
  channel.samples[at_] = sample;
  channel.silent[at_] = false;
  channel.zeros_in_a_row = sample == 0.0 ? channel.zeros_in_a_row + 1 : 0;
  if (channel.zeros_in_a_row > silence_frames) {
    channel.zeros_in_a_row = silence_frames + 1;
    channel.silent[at_] = true;
  } else if (channel.zeros_in_a_row == silence_frames) {
    for (int frames = 0; frames < silence_frames; ++frames) channel.silent[back(frames)] = true;
  }

  // The newest frame of which it is known whether it is silence.
  if (const std::size_t known = back(silence_frames - 1); !channel.silent[known]) {
    const double heard = std::clamp(channel.samples[known], -largest, largest);
    if (channel.heard.hops < window_hops) channel.sum += heard;
    channel.hop_sum += heard;
    if (channel.heard.next(hop_frames_)) {
      const auto mean = channel.window.next(std::llrint(channel.hop_sum / hop_frames_ / unit));
      channel.means[static_cast<std::size_t>(channel.heard.hops - 1) % window_hops] =
          unit * static_cast<double>(mean);
      channel.hop_sum = 0.0;
    }
  }

  const std::size_t oldest = at_ + 1 == size ? 0 : at_ + 1;
  if (channel.silent[oldest]) return 0.0;
  const double offset = amount * taken(mean_now(channel), floor);
  channel.played.next(hop_frames_);
  return channel.samples[oldest] - offset;
}

double DcBlocker::mean_now(const Channel& channel) const noexcept {
  const Clock& heard = channel.heard;
  if (heard.hops < window_hops)
    return channel.sum / static_cast<double>(heard.hops * hop_frames_ + heard.into_hop);
  const auto mean_of = [&](std::int64_t hop) {
    return channel.means[static_cast<std::size_t>(hop) % window_hops];
  };
  // The window around the frame ends half its length later, if it is all inside the programme.
  const std::int64_t first = window_hops - 1, last = heard.hops - 1;
  const std::int64_t end = channel.played.hops + window_hops / 2 - 1;
  if (end < first || end >= last) return mean_of(std::clamp(end, first, last));
  const double share = channel.played.into_hop * hop_share_;
  return mean_of(end) + share * (mean_of(end + 1) - mean_of(end));
}

}  // namespace lacquer::dsp
