#include "lacquer/measure/levels/loudness.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double offset_lu = -0.691;  // BS.1770-4, equation 2
constexpr double absolute_gate_lufs = -70.0;
constexpr double relative_gate_lu = -10.0;

// Of the blocks' mean squares. Dual mono counts from -73.01 LUFS on; no six full-scale channels
// reach the top.
constexpr int lowest_class_lufs = -75, highest_class_lufs = 15, classes_per_lu = 100;

double mean_square_of(double lufs) noexcept { return power_from_db(lufs - offset_lu); }

/// The relative gate; empty if nothing passes the absolute one.
Maybe gate_lufs_of(const LevelHistogram& blocks) {
  const double mean = blocks.mean_from(mean_square_of(absolute_gate_lufs));
  if (mean <= 0.0) return {};
  return std::max(absolute_gate_lufs, *loudness_of(mean) + relative_gate_lu);
}

/// Tech 3342: the spread between the 10th and 95th percentile of the short-term loudness above a
/// relative gate of -20 LU.
Maybe range_lu(const LevelHistogram& short_term) {
  const double absolute = mean_square_of(absolute_gate_lufs);
  const double gate = std::max(absolute, short_term.mean_from(absolute) * power_from_db(-20.0));
  const double soft = short_term.percentile_from(gate, 0.10);
  if (soft <= 0.0) return {};
  return db_from_power(short_term.percentile_from(gate, 0.95) / soft);
}

}  // namespace

std::vector<double> channel_weights(int channel_count) {
  constexpr double surround = 1.41;
  if (channel_count == 5) return {1.0, 1.0, 1.0, surround, surround};
  if (channel_count == 6) return {1.0, 1.0, 1.0, 0.0, surround, surround};
  return std::vector<double>(static_cast<std::size_t>(channel_count), 1.0);
}

Maybe loudness_of(double mean_square) noexcept {
  const double lufs = offset_lu + db_from_power(mean_square);
  return lufs > silence_lufs ? Maybe{lufs} : Maybe{};
}

Maybe integrated_lufs(const LevelHistogram& blocks) {
  const auto gate = gate_lufs_of(blocks);
  return gate ? loudness_of(blocks.mean_from(mean_square_of(*gate))) : Maybe{};
}

LoudnessMeter::LoudnessMeter()
    : momentary_blocks_{lowest_class_lufs - offset_lu, highest_class_lufs - offset_lu,
                        classes_per_lu},
      short_term_blocks_{momentary_blocks_} {}

void LoudnessMeter::add(double energy, int frame_count) {
  const auto slot = static_cast<std::size_t>(step_count_ % window_steps);
  energies_[slot] = energies_[slot + window_steps] = energy;
  ++step_count_;
  frame_count_ += frame_count;
  frame_counts_[static_cast<std::size_t>(step_count_ % ring_steps)] = frame_count_;

  const bool momentary = step_count_ >= momentary_steps;
  const bool short_term = step_count_ >= window_steps;
  const double momentary_value = momentary ? mean_square(momentary_steps) : 0.0;
  const double short_term_value = short_term ? mean_square(window_steps) : 0.0;
  loudest_momentary_ = std::max(loudest_momentary_, momentary_value);
  loudest_short_term_ = std::max(loudest_short_term_, short_term_value);
  if (step_count_ % hop_steps == 0) {
    if (momentary) momentary_blocks_.add(momentary_value);
    if (short_term) short_term_blocks_.add(short_term_value);
  }
  if (step_count_ % second_steps == 0)
    second_ = {loudness_of(momentary_value), loudness_of(short_term_value)};
}

Loudness LoudnessMeter::loudness() const {
  Loudness result;
  result.integrated_lufs = integrated_lufs(momentary_blocks_);
  result.range_lu = range_lu(short_term_blocks_);
  result.max_momentary_lufs = loudness_of(loudest_momentary_);
  result.max_short_term_lufs = loudness_of(loudest_short_term_);
  add_histogram(result);
  return result;
}

Maybe LoudnessMeter::dual_mono_lufs() const {
  const double absolute = 0.5 * mean_square_of(absolute_gate_lufs);
  const double mean = momentary_blocks_.mean_from(absolute);
  if (mean <= 0.0) return {};
  const double gate = std::max(absolute, mean * power_from_db(relative_gate_lu));
  return loudness_of(2.0 * momentary_blocks_.mean_from(gate));
}

void LoudnessMeter::add_histogram(Loudness& result) const {
  const auto& classes = momentary_blocks_.classes();
  const auto gate = static_cast<std::size_t>(
      (static_cast<int>(absolute_gate_lufs) - lowest_class_lufs) * classes_per_lu);
  std::vector<double> shares;  // from the absolute gate on
  for (std::size_t at = gate; at < classes.size(); ++at) {
    if (classes[at].count == 0) continue;
    shares.resize((at - gate) / classes_per_lu + 1);
    shares.back() += static_cast<double>(classes[at].count);
  }
  for (double& share : shares) share /= static_cast<double>(momentary_blocks_.count());
  const auto first = std::find_if(shares.begin(), shares.end(), [](double s) { return s > 0.0; });
  if (first == shares.end()) return;
  result.histogram_from_lufs = absolute_gate_lufs + static_cast<double>(first - shares.begin());
  result.histogram_share.assign(first, shares.end());
}

Maybe LoudnessMeter::gate_lufs() const { return gate_lufs_of(momentary_blocks_); }

/// Of the last `steps` steps, added up anew: no running sum that could drift.
double LoudnessMeter::mean_square(int steps) const noexcept {
  const auto newest = static_cast<int>((step_count_ - 1) % window_steps);
  const double* energies = energies_.data() + newest + window_steps - steps + 1;  // twice there
  double sums[4] = {};  // apart, so that no addition waits for the one before
  for (int at = 0; at < steps; at += 4)
    for (int lane = 0; lane < 4; ++lane) sums[lane] += energies[at + lane];
  const std::int64_t frames =
      frame_count_ - frame_counts_[static_cast<std::size_t>((step_count_ - steps) % ring_steps)];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) / static_cast<double>(frames);
}

}  // namespace lacquer::measure
