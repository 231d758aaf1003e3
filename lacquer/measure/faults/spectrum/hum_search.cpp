#include "lacquer/measure/faults/spectrum/hum_search.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

constexpr double widest_offset_hz = 0.16;  // of the mains from its name, hardly ever 0.1
constexpr double offset_step_hz = 0.02;
constexpr double slope_step_hz_per_s = 0.006;
constexpr int steepest = 2;  // slopes either way
constexpr int slopes = 2 * steepest + 1;
constexpr double surroundings_hz = 20.0;  // either side
constexpr double peak_hz = 1.5;           // nothing nearer counts as surroundings
// Section 13 of the house's methods asks 8 dB above the median of the surroundings. A rhythm has
// lines of its own every few Hz; those lie in the tenth highest of a hundred.
constexpr float above_median = 6.3f;  // 8 dB
constexpr float above_lines = 1.6f;   // 2 dB
constexpr float sideband = 0.03f;    // -15 dB: beside the peak, where the music is softer than that
constexpr float never_below = 0.2f;  // of the quartile: what is always there
constexpr int fewest_harmonics = 3;
// Of the first four; without them it is a chord.
constexpr std::size_t low_harmonics = 4;
constexpr int fewest_low_harmonics = 2;
constexpr double most_clearance_db = 30.0;  // so that one loud tone does not weigh as much as three
constexpr float silence = 1e-14f;           // -140 dBFS

constexpr std::size_t quartile_of_all = (HumSearch::windows - 1) / 4;
static_assert(quartile_of_all == 2);

/// The three smallest of what was added, in order.
template <typename Value>
struct Smallest {
  Value values[quartile_of_all + 1];

  explicit Smallest(const Value& highest) : values{highest, highest, highest} {}
  LACQUER_KERNEL void add(const Value& value) {
    auto& [first, second, third] = values;
    const Value not_first = first > value ? first : value;
    const Value not_second = second > not_first ? second : not_first;
    third = third < not_second ? third : not_second;
    second = second < not_first ? second : not_first;
    first = first < value ? first : value;
  }
};

constexpr float above_all = std::numeric_limits<float>::max();

constexpr int offsets = static_cast<int>(widest_offset_hz / offset_step_hz + 0.5);  // either way
constexpr int tries = 2 * offsets + 1;
constexpr int lanes = 8;
constexpr int padded_tries = (tries + lanes - 1) / lanes * lanes;

/// Lines through the windows that begin at so many offsets: window t is read at the whole part of
/// places[offset] + shifts[t].
LACQUER_KERNEL void lines_kernel(const float* const* power, int windows, const double* places,
                                 const double* shifts, float* quartiles, float* lowest) {
  const auto at = static_cast<std::size_t>((windows - 1) / 4);
  for (int o = 0; o < padded_tries; o += lanes) {
    Smallest<dsp::Float8> smallest{dsp::Float8{} + above_all};
    for (int t = 0; t < windows; ++t) {
      dsp::Float8 values{};
      for (int lane = 0; lane < lanes; ++lane)
        values[lane] = power[t][static_cast<int>(places[o + lane] + shifts[t])];
      smallest.add(values);
    }
    *dsp::eights(quartiles + o) = smallest.values[at];
    *dsp::eights(lowest + o) = smallest.values[0];
  }
}
LACQUER_WIDE void lines_wide(const float* const* power, int windows, const double* places,
                             const double* shifts, float* quartiles, float* lowest) {
  lines_kernel(power, windows, places, shifts, quartiles, lowest);
}

/// Of each bin the lower quartile over the windows.
LACQUER_KERNEL void floor_kernel(const float* power, int bins, int windows, float* floor) {
  const auto at = static_cast<std::size_t>((windows - 1) / 4);
  int k = 0;
  for (; k + 8 <= bins; k += 8) {
    Smallest<dsp::Float8> smallest{dsp::Float8{} + above_all};
    for (int t = 0; t < windows; ++t) {
      const dsp::Float8 value = *dsp::eights(power + static_cast<std::ptrdiff_t>(t) * bins + k);
      smallest.add(value);
    }
    *dsp::eights(floor + k) = smallest.values[at];
  }
  for (; k < bins; ++k) {
    Smallest<float> smallest{above_all};
    for (int t = 0; t < windows; ++t)
      smallest.add(power[static_cast<std::ptrdiff_t>(t) * bins + k]);
    floor[k] = smallest.values[at];
  }
}
LACQUER_WIDE void floor_wide(const float* power, int bins, int windows, float* floor) {
  floor_kernel(power, bins, windows, floor);
}

}  // namespace

struct HumSearch::Surroundings {
  float median, lines;
};

/// Of one harmonic, by slope and offset.
struct HumSearch::Lines {
  std::array<std::array<float, padded_tries>, slopes> quartiles, lowest;
};

HumSearch::HumSearch(int bins, double bin_hz, double hop_s)
    : bins_{bins},
      bin_hz_{bin_hz},
      hop_s_{hop_s},
      power_(static_cast<std::size_t>(bins) * windows),
      floor_(static_cast<std::size_t>(bins)) {
  scratch_.reserve(static_cast<std::size_t>(2.0 * surroundings_hz / bin_hz) + 4);
}

void HumSearch::add(const float* power) {
  std::copy_n(power, bins_, power_.begin() + static_cast<std::ptrdiff_t>(next_) * bins_);
  next_ = (next_ + 1) % windows;
  count_ = std::min(count_ + 1, windows);
  floor_known_ = false;
}

int HumSearch::first_around(double hz) const {
  return std::max(1, static_cast<int>((hz - surroundings_hz) / bin_hz_));
}
int HumSearch::last_around(double hz) const {
  return std::min(bins_ - 1, static_cast<int>((hz + surroundings_hz) / bin_hz_));
}

HumSearch::Surroundings HumSearch::surroundings(double hz) {
  scratch_.clear();
  for (int k = first_around(hz); k <= last_around(hz); ++k)
    if (std::abs(k * bin_hz_ - hz) > peak_hz)
      scratch_.push_back(floor_[static_cast<std::size_t>(k)]);
  const auto size = static_cast<std::ptrdiff_t>(scratch_.size());
  const auto middle = scratch_.begin() + size / 2, high = scratch_.begin() + size * 9 / 10;
  std::nth_element(scratch_.begin(), middle, scratch_.end());
  const float median = *middle;
  std::nth_element(scratch_.begin(), high, scratch_.end());
  return {median, *high};
}

/// The lower quartile along a line.
float HumSearch::along(double hz, double slope_hz_per_s) const {
  Smallest<float> smallest{above_all};
  for (int t = 0; t < count_; ++t) {
    const double from_middle_s = (t - 0.5 * (count_ - 1)) * hop_s_;
    const int bin = static_cast<int>((hz + slope_hz_per_s * from_middle_s) / bin_hz_ + 0.5);
    const int row = (next_ - count_ + t + windows) % windows;
    smallest.add(power_[static_cast<std::size_t>(row * bins_ + bin)]);
  }
  return smallest.values[static_cast<std::size_t>((count_ - 1) / 4)];
}

/// True if something stands beside the line, at a distance where a steady tone has nothing: a note
/// that is struck again and again.
bool HumSearch::wavers(double hz, double slope_hz_per_s, float most) const {
  for (const double distance_hz : {1.0, peak_hz})
    for (const double beside_hz : {hz - distance_hz, hz + distance_hz})
      if (along(beside_hz, slope_hz_per_s) > most) return true;
  return false;
}

void HumSearch::find_floor() {
  (dsp::has_wide_registers() ? floor_wide : floor_kernel)(power_.data(), bins_, count_,
                                                          floor_.data());
  floor_known_ = true;
}

/// All lines of one harmonic.
void HumSearch::draw(double hz, double times, Lines& lines) const {
  double places[padded_tries], shifts[windows];
  for (int o = 0; o < padded_tries; ++o)
    places[o] = (hz + times * offset_step_hz * (std::min(o, tries - 1) - offsets)) / bin_hz_ + 0.5;
  const float* power[windows];
  for (int t = 0; t < count_; ++t)
    power[t] = power_.data() +
               static_cast<std::ptrdiff_t>((next_ - count_ + t + windows) % windows) * bins_;
  for (int s = 0; s < slopes; ++s) {
    const double hz_a_window = times * (s - steepest) * slope_step_hz_per_s * hop_s_;
    for (int t = 0; t < count_; ++t) shifts[t] = hz_a_window * (t - 0.5 * (count_ - 1)) / bin_hz_;
    const auto slope = static_cast<std::size_t>(s);
    (dsp::has_wide_registers() ? lines_wide : lines_kernel)(
        power, count_, places, shifts, lines.quartiles[slope].data(), lines.lowest[slope].data());
  }
}

/// False where no line can stand out: half of what is around lies too high.
bool HumSearch::may_stand_out(double hz, float highest) const {
  if (highest < silence) return false;
  int count = 0, higher = 0;
  for (int k = first_around(hz); k <= last_around(hz); ++k) {
    if (std::abs(k * bin_hz_ - hz) <= peak_hz) continue;
    ++count;
    higher += floor_[static_cast<std::size_t>(k)] * above_median > highest ? 1 : 0;
  }
  return higher <= count / 2;
}

MainsTones HumSearch::search(double mains_hz) {
  if (!floor_known_) find_floor();
  MainsTones best{.mains_hz = mains_hz};
  std::array<Lines, MainsTones::harmonics> lines;
  std::size_t harmonics = 0;
  std::array<bool, MainsTones::harmonics> possible{};
  int all_possible = 0, low_possible = 0;
  for (; harmonics < MainsTones::harmonics; ++harmonics) {
    const double times = static_cast<double>(harmonics + 1), hz = times * mains_hz;
    if (hz + surroundings_hz + 1.0 > (bins_ - 1) * bin_hz_) break;
    draw(hz, times, lines[harmonics]);
    float& at_most = best.at_most[harmonics];
    for (const auto& quartiles : lines[harmonics].quartiles)
      at_most = std::max(at_most, *std::max_element(quartiles.begin(), quartiles.end()));
    possible[harmonics] = may_stand_out(hz, at_most);
    all_possible += possible[harmonics] ? 1 : 0;
    low_possible += possible[harmonics] && harmonics < low_harmonics ? 1 : 0;
  }
  if (all_possible < fewest_harmonics || low_possible < fewest_low_harmonics) return best;

  std::array<Surroundings, MainsTones::harmonics> around{};
  for (std::size_t h = 0; h < harmonics; ++h)
    if (possible[h]) around[h] = surroundings(static_cast<double>(h + 1) * mains_hz);
  for (int slope = -steepest; slope <= steepest; ++slope)
    for (int offset = -offsets; offset <= offsets; ++offset) {
      const double hz = mains_hz + offset * offset_step_hz;
      const auto s = static_cast<std::size_t>(slope + steepest);
      const auto o = static_cast<std::size_t>(offset + offsets);
      MainsTones tones{.mains_hz = mains_hz, .frequency_hz = hz};
      int found = 0, low = 0;
      for (std::size_t h = 0; h < harmonics; ++h) {
        if (!possible[h]) continue;
        const double times = static_cast<double>(h + 1);
        const float quartile = lines[h].quartiles[s][o], lowest = lines[h].lowest[s][o];
        const float needed = std::max(
            silence, std::max(around[h].median * above_median, around[h].lines * above_lines));
        if (quartile < needed || lowest < quartile * never_below) continue;
        if (wavers(times * hz, times * slope * slope_step_hz_per_s,
                   std::max(around[h].lines, quartile * sideband)))
          continue;
        const double clearance_db = std::min(
            most_clearance_db, db_from_power(quartile / std::max(silence, around[h].median)));
        tones.power[h] = quartile;
        tones.weight_db += clearance_db;
        ++found;
        if (h < low_harmonics) ++low;
      }
      if (found < fewest_harmonics || low < fewest_low_harmonics ||
          tones.weight_db <= best.weight_db)
        continue;
      tones.at_most = best.at_most;
      best = tones;
    }
  return best;
}

}  // namespace lacquer::measure
