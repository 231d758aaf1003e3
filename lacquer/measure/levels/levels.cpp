#include "lacquer/measure/levels/levels.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/levels/loudness.h"

namespace lacquer::measure {
namespace {

const double silence_gain = gain_from_db(-70.0);

constexpr double aes17_gain = 2.0;  // a full-scale sine has a mean square of one half

Maybe finite_db_from_power(double power) {
  return power > 1e-30 ? Maybe{db_from_power(power)} : Maybe{};
}

/// Within +-120 dB: beyond that lies the rounding of the sums, and one side may be nothing at all.
double ratio_db(double power, double other) {
  const double floor = 1e-12 * std::max(power, other);
  return db_from_power(std::max(power, floor) / std::max(other, floor));
}

}  // namespace

LevelMeter::LevelMeter(StreamFormat format)
    : format_{format},
      channels_(static_cast<std::size_t>(format.channel_count)),
      weights_{channel_weights(format.channel_count)} {}

void LevelMeter::add(const double* const* samples, const double* const* weighted,
                     const std::vector<StepStatistics>& statistics, int frame_count) {
  double loudest = 0.0, energy_of_all = 0.0;
  weighted_energy_of_last_ = 0.0;
  for (std::size_t c = 0; c < channels_.size(); ++c) {
    const StepStatistics& of = statistics[c];
    loudest = std::max(loudest, of.range.size());
    Channel& channel = channels_[c];
    channel.peak = std::max(channel.peak, of.range.size());
    channel.sum += of.sum;
    channel.squares += of.squares;
    energy_of_all += of.squares;
    (c == 0 ? sums_of_last_.left_squares : sums_of_last_.right_squares) = of.squares;
    if (weighted) {
      const double squares = sum_of_squares(weighted[c], frame_count);
      channel.weighted_squares += squares;
      weighted_energy_of_last_ += weights_[c] * squares;
    }
  }
  if (channels_.size() == 2) {
    sums_of_last_.products = sum_of_products(samples[0], samples[1], frame_count);
    products_ += sums_of_last_.products;
  }
  note_energy(energy_of_all, frame_count);
  if (loudest >= silence_gain) {
    const auto sounds = [&](int f) {
      for (std::size_t c = 0; c < channels_.size(); ++c)
        if (std::abs(samples[c][f]) >= silence_gain) return true;
      return false;
    };
    int first = 0, last = frame_count - 1;
    while (!sounds(first)) ++first;
    while (!sounds(last)) --last;
    if (first_sound_ < 0) first_sound_ = frame_count_ + first;
    last_sound_ = frame_count_ + last;
  }
  frame_count_ += frame_count;
}

Maybe LevelMeter::sample_peak_dbfs() const {
  double peak = 0.0;
  for (const Channel& channel : channels_) peak = std::max(peak, channel.peak);
  return finite_db_from_power(peak * peak);
}

Maybe LevelMeter::crest_db() const {
  const auto peak = sample_peak_dbfs();
  const auto power =
      finite_db_from_power(squares() / (static_cast<double>(frame_count_) * format_.channel_count));
  return peak && power ? Maybe{*peak - *power} : Maybe{};
}

/// Keeps the loudest 600 ms, each window added up anew: no running sum that drifts.
void LevelMeter::note_energy(double energy, int frame_count) {
  const auto slot = static_cast<std::size_t>(step_count_ % k_system_steps);
  energies_[slot] = energy;
  frame_counts_[slot] = frame_count;
  ++step_count_;
  if (step_count_ < k_system_steps) return;
  double sums[4] = {};  // apart, so that no addition waits for the one before
  int frames = 0;
  for (std::size_t step = 0; step < k_system_steps; step += 4)
    for (std::size_t lane = 0; lane < 4; ++lane) {
      sums[lane] += energies_[step + lane];
      frames += frame_counts_[step + lane];
    }
  const double sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  loudest_mean_square_ =
      std::max(loudest_mean_square_, sum / (1.0 * frames * format_.channel_count));
}

Maybe LevelMeter::rms_dbfs() const {
  return finite_db_from_power(aes17_gain * squares() /
                              (static_cast<double>(frame_count_) * format_.channel_count));
}

Maybe LevelMeter::max_rms_dbfs() const {
  return finite_db_from_power(aes17_gain * loudest_mean_square_);
}

Stereo LevelMeter::stereo() const {
  Stereo result;
  if (channels_.size() != 2 || squares() < 1e-30) return result;
  const Channel& left = channels_[0];
  const Channel& right = channels_[1];
  const double both = left.squares + right.squares;
  const double mid = both + 2.0 * products_;  // power of L + R
  const double side = both - 2.0 * products_;
  if (left.squares > 1e-30 && right.squares > 1e-30)
    result.correlation = std::clamp(products_ / std::sqrt(left.squares * right.squares), -1.0, 1.0);
  result.side_minus_mid_db = ratio_db(side, mid);
  result.mono_loss_db = ratio_db(mid, 2.0 * both);
  result.width = std::clamp(side / (2.0 * both), 0.0, 1.0);
  if (left.weighted_squares + right.weighted_squares > 1e-30)
    result.balance_db = ratio_db(right.weighted_squares, left.weighted_squares);
  return result;
}

double LevelMeter::mean(int channel) const noexcept {
  return frame_count_ == 0
             ? 0.0
             : channels_[static_cast<std::size_t>(channel)].sum / static_cast<double>(frame_count_);
}

double LevelMeter::head_silence_s() const noexcept {
  return static_cast<double>(first_sound_ < 0 ? frame_count_ : first_sound_) /
         format_.sample_rate_hz;
}

double LevelMeter::tail_silence_s() const noexcept {
  if (first_sound_ < 0) return 0.0;
  return static_cast<double>(frame_count_ - 1 - last_sound_) / format_.sample_rate_hz;
}

double LevelMeter::squares() const noexcept {
  double sum = 0.0;
  for (const Channel& channel : channels_) sum += channel.squares;
  return sum;
}

}  // namespace lacquer::measure
