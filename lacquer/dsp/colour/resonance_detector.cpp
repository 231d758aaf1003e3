#include "lacquer/dsp/colour/resonance_detector.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide_log.h"

namespace lacquer::dsp {
namespace {

constexpr int points_an_octave = 24;
constexpr double lowest_hz = 60.0, highest_hz = 20000.0;
constexpr double averaging_s = 0.08;
// When a loud tone ends its average must not linger: 18 dB over what is there, hardly ever in
// noise.
constexpr double most_over_now = 64.0;
constexpr double tilt_db_an_octave = 4.0;  // between pink noise (3) and most music (5)

// Sides: from a twelfth of an octave off, past a narrow peak's own skirts, on for half an octave.
constexpr int nearest_side = 6, farthest_side = 18, fewest_on_a_side = 4;

// The level of averaged noise is spread like chi-square with 2 degrees of freedom for each
// independent spectrum and bin: about 4.34 sqrt(2 / degrees) dB.
constexpr double deviations = 0.5;
constexpr double decibels_a_neper = 4.342944819032518;  // 10 / ln 10

// An onset: the points rise by so much on average from one spectrum to the next. Steady noise
// rises (where it rises) by 1 to 2 dB.
constexpr double onset_from_db = 3.0, onset_full_db = 6.0;

constexpr double faintest = 1e-14;  // power; -140 dBFS
constexpr double spent_db = 0.01;
constexpr double decibels_a_doubling = 3.010299956639812;

void to_db(const std::vector<double>& power, std::vector<double>& db) {
  for (std::size_t i = 0; i < power.size(); i += 4) {  // padded to whole quads
    Quad value = quads(power.data() + i)[0] + faintest;
    make_log2(value);
    quads(db.data() + i)[0] = decibels_a_doubling * value;
  }
}

}  // namespace

void ResonanceDetector::prepare(double sample_rate_hz, int size, int hop) {
  hop_s_ = hop / sample_rate_hz;
  bin_hz_ = sample_rate_hz / size;
  averaging_ = 1.0 - std::exp(-hop_s_ / averaging_s);
  held_spectra_ = size / hop;
  // A spectrum tells something new every half window.
  const double spectra = 2.0 * averaging_s / (0.5 * size / sample_rate_hz);
  points_.clear();
  const double top_hz = std::min(highest_hz, 0.45 * sample_rate_hz);
  for (double octave = std::log2(lowest_hz); octave <= std::log2(top_hz);
       octave += 1.0 / points_an_octave) {
    const double centre = std::exp2(octave) / bin_hz_;
    const double half = std::max(0.5, centre * (std::exp2(0.5 / points_an_octave) - 1.0));
    const double degrees = 2.0 * spectra * std::max(1.0, 2.0 * half / 1.25);
    points_.push_back({centre - half, centre + half,
                       deviations * decibels_a_neper * std::sqrt(2.0 / degrees),
                       tilt_db_an_octave * octave, octave});
  }
  const std::size_t padded = (points_.size() + 3) / 4 * 4;
  for (auto* row : {&power_, &average_, &level_db_, &last_db_, &even_db_, &wanted_db_, &widened_db_,
                    &cut_db_, &gains_})
    row->assign(padded, 0.0);
  db_sums_.assign(padded + 1, 0.0);
  const auto bins = static_cast<std::size_t>(size / 2 + 1);
  sums_.assign(bins + 1, 0.0);
  bin_point_.assign(bins, -1);
  bin_share_.assign(bins, 0.0);
  for (std::size_t bin = 1; bin < bins; ++bin) {
    const double octave = std::log2(static_cast<double>(bin) * bin_hz_);
    const double place = (octave - points_.front().octave) * points_an_octave;
    if (place < 0.0 || place >= static_cast<double>(points_.size() - 1)) continue;
    bin_point_[bin] = static_cast<int>(place);
    bin_share_[bin] = place - std::floor(place);
  }
  reset();
}

void ResonanceDetector::reset() noexcept {
  std::fill(average_.begin(), average_.end(), 0.0);
  std::fill(cut_db_.begin(), cut_db_.end(), 0.0);
  std::fill(level_db_.begin(), level_db_.end(), db_from_power(faintest));
  cutting_ = false;
  guard_ = 0.0;
  guard_left_ = 0;
}

/// Powers by point. A bin's power is spread evenly over its width.
void ResonanceDetector::gather(const double* power) noexcept {
  const std::size_t bins = sums_.size() - 1;
  for (std::size_t bin = 0; bin < bins; ++bin) sums_[bin + 1] = sums_[bin] + power[bin];
  const auto up_to = [&](double place) {  // sums_[k] ends at k - 1/2
    const double at = place + 0.5;
    const auto whole = std::min(static_cast<std::size_t>(at), bins - 1);
    return sums_[whole] + (at - static_cast<double>(whole)) * power[whole];
  };
  for (std::size_t p = 0; p < points_.size(); ++p) {
    const Point& point = points_[p];
    power_[p] = std::max(
        0.0, (up_to(point.high_bin) - up_to(point.low_bin)) / (point.high_bin - point.low_bin));
    average_[p] += averaging_ * (power_[p] - average_[p]);
    average_[p] = std::min(average_[p], most_over_now * power_[p]);
  }
}

/// How far the points rose, from 0 (nothing begins) to 1 (something does), as long as the window
/// sees it.
void ResonanceDetector::guard_onset(const Law& law) noexcept {
  level_db_.swap(last_db_);
  to_db(power_, level_db_);
  const double low = std::log2(law.low_hz), high = std::log2(law.high_hz);
  double rise = 0.0;
  int count = 0;
  for (std::size_t p = 0; p < points_.size(); ++p) {
    if (points_[p].octave < low || points_[p].octave > high) continue;
    rise += std::max(0.0, level_db_[p] - last_db_[p]);
    ++count;
  }
  const double mean = count > 0 ? rise / count : 0.0;
  const double now =
      law.guard * std::clamp((mean - onset_from_db) / (onset_full_db - onset_from_db), 0.0, 1.0);
  if (guard_left_ > 0) --guard_left_;
  if (guard_left_ == 0) guard_ = 0.0;
  if (now >= guard_ && now > 0.0) {
    guard_ = now;
    guard_left_ = held_spectra_;
  }
}

double ResonanceDetector::side_mean(int first, int last) const noexcept {
  first = std::max(first, 0);
  last = std::min(last, static_cast<int>(points_.size()) - 1);
  if (last - first + 1 < fewest_on_a_side) return minus_infinity;
  return (db_sums_[static_cast<std::size_t>(last + 1)] -
          db_sums_[static_cast<std::size_t>(first)]) /
         (last - first + 1);
}

void ResonanceDetector::find_wanted_cuts(const Law& law) noexcept {
  to_db(average_, even_db_);
  for (std::size_t p = 0; p < points_.size(); ++p) {
    even_db_[p] += points_[p].tilt_db;
    db_sums_[p + 1] = db_sums_[p] + even_db_[p];
  }
  const double low = std::log2(law.low_hz), high = std::log2(law.high_hz);
  for (int i = 0; i < static_cast<int>(points_.size()); ++i) {
    const auto p = static_cast<std::size_t>(i);
    const Point& point = points_[p];
    wanted_db_[p] = 0.0;
    if (point.octave < low || point.octave > high) continue;
    const double around = std::max(side_mean(i - farthest_side, i - nearest_side),
                                   side_mean(i + nearest_side, i + farthest_side));
    const double excess = even_db_[p] - around - law.selectivity_db - point.allowance_db;
    wanted_db_[p] = std::clamp(excess, 0.0, law.depth_db);
  }
}

/// Each point asks for its neighbours too, then all are averaged: a peak keeps its depth, on the
/// points next to it as well (a line of the spectrum is some bins wide), and gets round shoulders.
void ResonanceDetector::widen(int radius) noexcept {
  if (std::all_of(wanted_db_.begin(), wanted_db_.end(), [](double db) { return db == 0.0; }))
    return;
  const int count = static_cast<int>(points_.size());
  const auto at = [](int i) { return static_cast<std::size_t>(i); };
  for (int i = 0; i < count; ++i) {
    const int last = std::min(count - 1, i + radius + 1);
    double most = 0.0;
    for (int k = std::max(0, i - radius - 1); k <= last; ++k)
      most = std::max(most, wanted_db_[at(k)]);
    widened_db_[at(i)] = most;
  }
  for (int i = 0; i < count; ++i) {
    double sum = 0.0;
    for (int k = i - radius; k <= i + radius; ++k)
      sum += widened_db_[at(std::clamp(k, 0, count - 1))];
    wanted_db_[at(i)] = sum / (2 * radius + 1);
  }
}

void ResonanceDetector::look(const double* power, const Law& law) noexcept {
  gather(power);
  guard_onset(law);
  find_wanted_cuts(law);
  widen(static_cast<int>(std::lround(4.0 * (1.0 - law.sharpness))));
  const double attack = 1.0 - std::exp(-hop_s_ / (1e-3 * law.attack_ms));
  const double release = 1.0 - std::exp(-hop_s_ / (1e-3 * law.release_ms));
  cutting_ = false;
  for (std::size_t p = 0; p < points_.size(); ++p) {
    double& cut = cut_db_[p];
    cut += (wanted_db_[p] > cut ? attack : release) * (wanted_db_[p] - cut);
    if (wanted_db_[p] == 0.0 && cut < spent_db) cut = 0.0;
    cutting_ = cutting_ || cut > 0.0;
  }
  cutting_ = cutting_ && guard_ < 1.0;
}

void ResonanceDetector::removed_shares(double amount, double* shares) const noexcept {
  const double scale = -amount * (1.0 - guard_) / 20.0 * std::log2(10.0);
  for (std::size_t p = 0; p < points_.size(); ++p)
    gains_[p] = cut_db_[p] > 0.0 ? 1.0 - std::exp2(scale * cut_db_[p]) : 0.0;
  for (std::size_t bin = 0; bin < bin_point_.size(); ++bin) {
    shares[bin] = 0.0;
    if (bin_point_[bin] < 0) continue;
    const auto p = static_cast<std::size_t>(bin_point_[bin]);
    shares[bin] = gains_[p] + bin_share_[bin] * (gains_[p + 1] - gains_[p]);
  }
}

double ResonanceDetector::cut_db(double frequency_hz) const noexcept {
  const double place = (std::log2(frequency_hz) - points_.front().octave) * points_an_octave;
  const auto p = static_cast<std::size_t>(
      std::clamp(std::lround(place), 0L, static_cast<long>(points_.size()) - 1));
  return (1.0 - guard_) * cut_db_[p];
}

}  // namespace lacquer::dsp
