#include "lacquer/dsp/colour/resonance_suppressor.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"
#include "lacquer/dsp/usable.h"
#include "lacquer/dsp/within_range.h"

namespace lacquer::dsp {
namespace {

constexpr double longest_window_s = 0.05;  // 2048 frames at 44.1 and 48 kHz
constexpr double overlapped_hanns = 2.0;   // four windows over every frame add up to this

}  // namespace

void ResonanceSuppressor::prepare(StreamFormat format) {
  size_ = 64;
  while (2 * size_ <= longest_window_s * format.sample_rate_hz) size_ *= 2;
  hop_ = size_ / overlap;
  fft_.clear();
  fft_.emplace_back(size_);
  detector_.prepare(format.sample_rate_hz, size_, hop_);
  const auto size = static_cast<std::size_t>(size_);
  const auto bins = size / 2 + 1;
  channels_.resize(static_cast<std::size_t>(format.channel_count));
  for (Channel& channel : channels_) {
    channel.samples.resize(size + static_cast<std::size_t>(hop_));
    channel.removed.resize(size);
    channel.real.resize(bins);
    channel.imaginary.resize(bins);
  }
  const Turns turns{size_};
  window_.clear();
  for (std::size_t f = 0; f < size; ++f) window_.push_back(std::sqrt(turns.hann(f)));
  frame_.resize(size);
  power_.resize(bins);
  shares_.resize(bins);
  reset();
}

void ResonanceSuppressor::reset() noexcept {
  frames_into_hop_ = 0;
  detector_.reset();
  for (Channel& channel : channels_) {
    std::fill(channel.samples.begin(), channel.samples.end(), 0.0);
    std::fill(channel.removed.begin(), channel.removed.end(), 0.0);
    channel.silent_frames = size_;
  }
}

/// Adds its power to power_, unless another channel's is larger.
void ResonanceSuppressor::transform(Channel& channel) noexcept {
  const double* now = channel.samples.data();
  for (std::size_t f = 0; f < frame_.size(); ++f) frame_[f] = window_[f] * now[f];
  fft_[0].forward(frame_.data(), channel.real.data(), channel.imaginary.data());
  // A full-scale sine has power 1 in its bin.
  const double scale = (pi / size_) * (pi / size_);  // the window's mean is 2 / pi
  for (std::size_t bin = 0; bin < power_.size(); ++bin) {
    const double power =
        channel.real[bin] * channel.real[bin] + channel.imaginary[bin] * channel.imaginary[bin];
    power_[bin] = std::max(power_[bin], scale * power);
  }
}

void ResonanceSuppressor::take_away(Channel& channel) noexcept {
  for (std::size_t bin = 0; bin < shares_.size(); ++bin) {
    channel.real[bin] *= shares_[bin];
    channel.imaginary[bin] *= shares_[bin];
  }
  fft_[0].inverse(channel.real.data(), channel.imaginary.data(), frame_.data());
  for (std::size_t f = 0; f < frame_.size(); ++f)
    channel.removed[f] += window_[f] / overlapped_hanns * frame_[f];
}

/// Looks at the last size_ frames; the first hop_ of them leave next.
void ResonanceSuppressor::begin_hop(const Settings& wanted) noexcept {
  const Settings settings = within_range<ResonanceSuppressor>(wanted);
  const auto hop = static_cast<std::ptrdiff_t>(hop_);
  for (Channel& channel : channels_) {
    std::copy(channel.samples.begin() + hop, channel.samples.end(), channel.samples.begin());
    std::copy(channel.removed.begin() + hop, channel.removed.end(), channel.removed.begin());
    std::fill(channel.removed.end() - hop, channel.removed.end(), 0.0);
  }
  const bool silent =
      std::all_of(channels_.begin(), channels_.end(),
                  [this](const Channel& channel) { return channel.silent_frames >= size_; });
  if (settings.amount == 0.0 || silent) {
    detector_.reset();
    return;
  }
  std::fill(power_.begin(), power_.end(), 0.0);
  for (Channel& channel : channels_)
    if (channel.silent_frames < size_) transform(channel);
  detector_.look(power_.data(), {.depth_db = settings.depth_db,
                                 .selectivity_db = settings.selectivity_db,
                                 .sharpness = settings.sharpness,
                                 .attack_ms = settings.attack_ms,
                                 .release_ms = settings.release_ms,
                                 .low_hz = settings.low_frequency_hz,
                                 .high_hz = settings.high_frequency_hz,
                                 .guard = settings.transient_guard});
  if (!detector_.cutting()) return;
  detector_.removed_shares(settings.amount, shares_.data());
  for (Channel& channel : channels_)
    if (channel.silent_frames < size_) take_away(channel);
}

void ResonanceSuppressor::process(AudioBlock block, const Settings& settings) noexcept {
  for (int done = 0; done < block.frame_count();) {
    if (frames_into_hop_ == 0) begin_hop(settings);
    const int frames = std::min(block.frame_count() - done, hop_ - frames_into_hop_);
    for (int c = 0; c < block.channel_count(); ++c) {
      Channel& channel = channels_[static_cast<std::size_t>(c)];
      double* samples = block.channel(c) + done;
      double* incoming = channel.samples.data() + size_ + frames_into_hop_;
      const double* leaving = channel.samples.data() + frames_into_hop_;
      const double* removed = channel.removed.data() + frames_into_hop_;
      for (int f = 0; f < frames; ++f) {
        incoming[f] = usable(samples[f]);
        samples[f] = leaving[f] - removed[f];
        channel.silent_frames = incoming[f] == 0.0 ? std::min(channel.silent_frames + 1, size_) : 0;
      }
    }
    frames_into_hop_ = (frames_into_hop_ + frames) % hop_;
    done += frames;
  }
}

}  // namespace lacquer::dsp
