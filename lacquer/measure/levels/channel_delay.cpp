#include "lacquer/measure/levels/channel_delay.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/turns.h"

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
  const auto size = static_cast<std::size_t>(size_);
  const dsp::Turns turns{size_};
  for (std::size_t n = 0; n < size; ++n)
    window_.push_back(static_cast<float>(blackman_harris[0] - blackman_harris[1] * turns.cosine[n] +
                                         blackman_harris[2] * turns.cosine[2 * n % size] -
                                         blackman_harris[3] * turns.cosine[3 * n % size]));
  for (auto* array : {&left_, &right_, &real_, &imaginary_}) array->resize(size);
  sums_.resize(size_ / 2 + 1);
}

void ChannelDelayMeter::add(const double* left, const double* right, int frame_count) {
  for (int at = 0; at < frame_count;) {
    if (frame_count_ < next_passage_) {
      const auto pause = std::min<std::int64_t>(next_passage_ - frame_count_, frame_count - at);
      frame_count_ += pause;
      at += static_cast<int>(pause);
      continue;
    }
    const int count = std::min(frame_count - at, size_ - filled_);
    dsp::narrow(left + at, count, left_.data() + filled_);
    dsp::narrow(right + at, count, right_.data() + filled_);
    filled_ += count;
    frame_count_ += count;
    at += count;
    if (filled_ < size_) continue;
    look();
    if (--looks_left_ > 0) {  // overlapped by half
      filled_ = size_ / 2;
      std::copy_n(left_.begin() + filled_, filled_, left_.begin());
      std::copy_n(right_.begin() + filled_, filled_, right_.begin());
    } else {
      const double heard_s = static_cast<double>(frame_count_) / sample_rate_hz_;
      next_passage_ =
          frame_count_ +
          std::llround(std::max(shortest_pause_s, pause_share * heard_s) * sample_rate_hz_);
      looks_left_ = looks_of_passage;
      filled_ = 0;
    }
  }
}

void ChannelDelayMeter::look() {
  const double quieter =
      std::min(sum_of_squares(left_.data(), size_), sum_of_squares(right_.data(), size_));
  if (quieter < power_from_db(active_dbfs) * size_) return;
  ++look_count_;
  fft_.forward_windowed(left_.data(), right_.data(), window_.data(), real_.data(),
                        imaginary_.data());
  add_cross_spectrum(real_.data(), imaginary_.data(), size_, 1, size_ / 2 - 1, 1.0, sums_);
}

void ChannelDelayMeter::finish(Stereo& stereo) {
  if (look_count_ < least_looks) return;
  const auto size = static_cast<std::size_t>(size_), bins = size / 2;
  std::vector<double> weights(bins);
  dsp::AlignedVector<float> votes_real(size), votes_imaginary(size);
  double all_votes = 0.0, voters = 0.0;
  for (std::size_t k = 1; k < bins; ++k) {
    const double power = sums_.first[k] * sums_.second[k];
    const double cross = std::hypot(sums_.cross_real[k], sums_.cross_imaginary[k]);
    if (power <= 0.0 || cross <= 0.0) continue;
    const double coherence = cross * cross / power;
    if (coherence * look_count_ < chance_coherences) continue;
    weights[k] = coherence;
    all_votes += coherence;
    voters += 1.0;
    votes_real[k] = static_cast<float>(coherence * sums_.cross_real[k] / cross);
    votes_imaginary[k] = static_cast<float>(coherence * sums_.cross_imaginary[k] / cross);
    votes_real[size - k] = votes_real[k];
    votes_imaginary[size - k] = -votes_imaginary[k];
  }
  if (voters < least_share_of_bins * static_cast<double>(bins)) return;

  // A right channel that is later by d turns left x right conjugate by +2 pi f d: forward() then
  // has its peak at lag d.
  dsp::AlignedVector<float> votes(size), nothing(size);
  fft_.forward(votes_real.data(), votes_imaginary.data(), votes.data(), nothing.data());
  const int most_frames = static_cast<int>(most_ms / 1000.0 * sample_rate_hz_);
  const auto at_lag = [&](int lag) {
    return static_cast<double>(votes[static_cast<std::size_t>(lag < 0 ? lag + size_ : lag)]);
  };
  int best = 0;
  for (int lag = -most_frames; lag <= most_frames; ++lag)
    if (std::abs(at_lag(lag)) > std::abs(at_lag(best))) best = lag;

  // Half a frame off, the highest frequencies have turned by a quarter: two lags share the votes.
  const double sign = at_lag(best) < 0.0 ? -1.0 : 1.0;
  double turned = 0.0, spread = 0.0, agreeing = 0.0;
  const auto rest_of = [&](std::size_t k, double delay) {
    const double turn = 2.0 * pi * static_cast<double>(k) * delay / size_;
    const auto real = static_cast<double>(votes_real[k]);
    const auto imaginary = static_cast<double>(votes_imaginary[k]);
    const double cosine = std::cos(turn), sine = std::sin(turn);
    return std::pair{sign * (real * cosine + imaginary * sine),
                     sign * (imaginary * cosine - real * sine)};
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
