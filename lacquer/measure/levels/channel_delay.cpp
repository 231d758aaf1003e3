#include "lacquer/measure/levels/channel_delay.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr int size_at_48_khz = 4096;
constexpr int looks_of_passage = 4;
constexpr double shortest_pause_s = 1.0;
constexpr double pause_share = 0.1;  // of the time heard so far
constexpr double active_dbfs = -60.0;
constexpr int least_looks = 8;
// The channels agree where the coherence stands well above that of unrelated noise, 1 / looks.
constexpr double chance_coherences = 4.0;
// Sure: so large a share of the spectrum takes part, and so many of the votes are for one delay.
constexpr double least_share_of_bins = 0.02;
constexpr double least_agreement = 0.6;

// A window from whose skirts a tone cannot vote in a hundred places (Harris, Proc. IEEE 66, 1978).
constexpr double blackman_harris[] = {0.35875, 0.48829, 0.14128, 0.01168};

int size_for(double sample_rate_hz) {
  int size = size_at_48_khz;
  for (double rate_hz = 48000.0; rate_hz < sample_rate_hz; rate_hz *= 2.0) size *= 2;
  return size;
}

}  // namespace

ChannelDelayMeter::ChannelDelayMeter(double sample_rate_hz)
    : sample_rate_hz_{sample_rate_hz},
      size_{size_for(sample_rate_hz)},
      fft_{size_},
      looks_left_{looks_of_passage} {
  const auto size = static_cast<std::size_t>(size_), bins = size / 2 + 1;
  for (int n = 0; n < size_; ++n) {
    const double turn = 2.0 * pi * n / size_;
    window_.push_back(blackman_harris[0] - blackman_harris[1] * std::cos(turn) +
                      blackman_harris[2] * std::cos(2.0 * turn) -
                      blackman_harris[3] * std::cos(3.0 * turn));
  }
  for (auto* array : {&windowed_left_, &windowed_right_, &real_, &imaginary_}) array->resize(size);
  for (auto* array : {&left_power_, &right_power_, &cross_real_, &cross_imaginary_})
    array->resize(bins);
}

void ChannelDelayMeter::add(const double* left, const double* right, int frame_count) {
  for (int at = 0; at < frame_count;) {
    if (frame_count_ < next_passage_) {
      const auto pause = std::min<std::int64_t>(next_passage_ - frame_count_, frame_count - at);
      frame_count_ += pause;
      at += static_cast<int>(pause);
      continue;
    }
    const int count = std::min(frame_count - at, size_ - static_cast<int>(left_.size()));
    left_.insert(left_.end(), left + at, left + at + count);
    right_.insert(right_.end(), right + at, right + at + count);
    frame_count_ += count;
    at += count;
    if (static_cast<int>(left_.size()) < size_) continue;
    look();
    if (--looks_left_ > 0) {  // overlapped by half
      left_.erase(left_.begin(), left_.begin() + size_ / 2);
      right_.erase(right_.begin(), right_.begin() + size_ / 2);
    } else {
      const double heard_s = static_cast<double>(frame_count_) / sample_rate_hz_;
      next_passage_ =
          frame_count_ +
          std::llround(std::max(shortest_pause_s, pause_share * heard_s) * sample_rate_hz_);
      looks_left_ = looks_of_passage;
      left_.clear();
      right_.clear();
    }
  }
}

void ChannelDelayMeter::look() {
  const auto size = static_cast<std::size_t>(size_);
  double left_energy = 0.0, right_energy = 0.0;
  for (std::size_t n = 0; n < size; ++n) {
    left_energy += left_[n] * left_[n];
    right_energy += right_[n] * right_[n];
    windowed_left_[n] = left_[n] * window_[n];
    windowed_right_[n] = right_[n] * window_[n];
  }
  if (std::min(left_energy, right_energy) < power_from_db(active_dbfs) * size_) return;
  ++look_count_;
  fft_.forward(windowed_left_.data(), windowed_right_.data(), real_.data(), imaginary_.data());
  for (std::size_t k = 1; k < size / 2; ++k) {
    const double left_re = real_[k] + real_[size - k];
    const double left_im = imaginary_[k] - imaginary_[size - k];
    const double right_re = imaginary_[k] + imaginary_[size - k];
    const double right_im = real_[size - k] - real_[k];
    left_power_[k] += left_re * left_re + left_im * left_im;
    right_power_[k] += right_re * right_re + right_im * right_im;
    cross_real_[k] += left_re * right_re + left_im * right_im;  // left x right conjugate
    cross_imaginary_[k] += left_im * right_re - left_re * right_im;
  }
}

void ChannelDelayMeter::finish(Stereo& stereo) {
  if (look_count_ < least_looks) return;
  const auto size = static_cast<std::size_t>(size_), bins = size / 2;
  std::vector<double> weights(bins), votes_real(size), votes_imaginary(size);
  double all_votes = 0.0, voters = 0.0;
  for (std::size_t k = 1; k < bins; ++k) {
    const double power = left_power_[k] * right_power_[k];
    const double cross = std::hypot(cross_real_[k], cross_imaginary_[k]);
    if (power <= 0.0 || cross <= 0.0) continue;
    const double coherence = cross * cross / power;
    if (coherence * look_count_ < chance_coherences) continue;
    weights[k] = coherence;
    all_votes += coherence;
    voters += 1.0;
    votes_real[k] = coherence * cross_real_[k] / cross;
    votes_imaginary[k] = coherence * cross_imaginary_[k] / cross;
    votes_real[size - k] = votes_real[k];
    votes_imaginary[size - k] = -votes_imaginary[k];
  }
  if (voters < least_share_of_bins * static_cast<double>(bins)) return;

  // A right channel that is later by d turns left x right conjugate by +2 pi f d: forward() then
  // has its peak at lag d.
  std::vector<double> votes(size), nothing(size);
  fft_.forward(votes_real.data(), votes_imaginary.data(), votes.data(), nothing.data());
  const int most_frames = static_cast<int>(most_ms / 1000.0 * sample_rate_hz_);
  const auto at_lag = [&](int lag) {
    return votes[static_cast<std::size_t>(lag < 0 ? lag + size_ : lag)];
  };
  int best = 0;
  for (int lag = -most_frames; lag <= most_frames; ++lag)
    if (std::abs(at_lag(lag)) > std::abs(at_lag(best))) best = lag;

  // Half a frame off, the highest frequencies have turned by a quarter: two lags share the votes.
  const double sign = at_lag(best) < 0.0 ? -1.0 : 1.0;
  double turned = 0.0, spread = 0.0, agreeing = 0.0;
  const auto rest_of = [&](std::size_t k, double delay) {
    const double turn = 2.0 * pi * static_cast<double>(k) * delay / size_;
    const double re = sign * (votes_real[k] * std::cos(turn) + votes_imaginary[k] * std::sin(turn));
    const double im = sign * (votes_imaginary[k] * std::cos(turn) - votes_real[k] * std::sin(turn));
    return std::pair{re, im};
  };
  for (std::size_t k = 1; k < bins; ++k) {
    if (weights[k] == 0.0) continue;
    const auto [re, im] = rest_of(k, best);
    const double omega = 2.0 * pi * static_cast<double>(k) / size_;
    turned += weights[k] * omega * std::atan2(im, re);
    spread += weights[k] * omega * omega;
  }
  const double delay = best + std::clamp(turned / spread, -1.0, 1.0);
  for (std::size_t k = 1; k < bins; ++k)
    if (weights[k] > 0.0) agreeing += rest_of(k, delay).first;
  if (agreeing < least_agreement * all_votes) return;
  stereo.delay_frames = delay;
  stereo.delay_ms = 1000.0 * delay / sample_rate_hz_;
}

}  // namespace lacquer::measure
