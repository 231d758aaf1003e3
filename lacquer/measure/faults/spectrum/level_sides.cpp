#include "lacquer/measure/faults/spectrum/level_sides.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <utility>

#include "lacquer/dsp/wide.h"
#include "lacquer/measure/sums.h"

namespace lacquer::measure {
namespace {

constexpr float silence_dbfs = -80.0F;
constexpr std::size_t least_bands = 6;

constexpr double mean_agrees = 0.8;   // of the least change: means say less than percentiles
constexpr double local_agrees = 0.6;  // of the change: between 85 ms and 5 s
constexpr double most_spread_db = 4.0;

/// In single precision, which is a tenth of the work.
float dbfs_of(double power) {
  constexpr auto db_of_twice = static_cast<float>(10.0 * std::numbers::ln2 / std::numbers::ln10);
  return db_of_twice * std::log2(static_cast<float>(power + 1e-12));
}

using dsp::eights;
using dsp::Float8;
using Counts = decltype(Float8{} < Float8{});

/// How many are smaller than the bound, and the smallest that is not. Up to a multiple of eight
/// there must be infinities behind them.
LACQUER_KERNEL int smaller_than(const float* values, int count, float bound) {
  Counts smaller{};  // -1 for each
  for (int i = 0; i < count; i += 8) smaller += *eights(values + i) < bound;
  int all = 0;
  for (int lane = 0; lane < 8; ++lane) all -= smaller[lane];
  return all;
}
LACQUER_KERNEL float smallest_from(const float* values, int count, float bound) {
  Float8 smallest = *eights(values);
  smallest = smallest >= bound ? smallest : Float8{} + std::numeric_limits<float>::infinity();
  for (int i = 8; i < count; i += 8) {
    const Float8 others = *eights(values + i);
    smallest = others >= bound && others < smallest ? others : smallest;
  }
  float all = smallest[0];
  for (int lane = 1; lane < 8; ++lane) all = std::min(all, smallest[lane]);
  return all;
}

/// The value that stands at this place in order of size. Halves the range it lies in until it is
/// alone there: the quickest way for a hundred of them, since nothing has to be foreseen.
LACQUER_KERNEL float ranked_kernel(const float* values, int count, int rank, float smallest,
                                   float largest) {
  float low = smallest, high = largest;
  int below = 0, below_high = count;
  while (below_high - below > 1) {
    const float middle = low + 0.5F * (high - low);
    if (middle <= low || middle >= high) break;  // equal ones, which no number parts
    const int smaller = smaller_than(values, count, middle);
    if (smaller <= rank) {
      low = middle;
      below = smaller;
    } else {
      high = middle;
      below_high = smaller;
    }
  }
  return smallest_from(values, count, low);
}
LACQUER_WIDE float ranked_wide(const float* values, int count, int rank, float smallest,
                               float largest) {
  return ranked_kernel(values, count, rank, smallest, largest);
}

}  // namespace

float LevelSides::Look::value(Of of, std::size_t band) const {
  return of == Of::level ? dbfs[band] : channel_dbfs[1][band] - channel_dbfs[0][band];
}

bool LevelSides::Look::sounds(Of of, std::size_t band) const {
  return of == Of::level ? dbfs[band] > silence_dbfs
                         : std::min(channel_dbfs[0][band], channel_dbfs[1][band]) > silence_dbfs;
}

LevelSides::LevelSides(StreamFormat format, int look_size)
    : channel_count_{format.channel_count},
      hop_frames_{look_size / 2},
      side_looks_{static_cast<int>(side_s * format.sample_rate_hz / hop_frames_)},
      looks_(static_cast<std::size_t>(ring_looks())) {
  for (std::size_t e = 0; e < edges_.size(); ++e)
    edges_[e] = static_cast<int>(std::ceil(jump_edges_hz[e] * look_size / format.sample_rate_hz));
  for (std::size_t p = 0; p < percentiles.size(); ++p)
    ranks_[p] = static_cast<int>(percentiles[p] * side_looks_);
  while (bands_ < jump_band_count && edges_[static_cast<std::size_t>(bands_) + 1] <= hop_frames_)
    ++bands_;
}

void LevelSides::add(const SpectrumFrame& look) {
  Look& now = looks_[static_cast<std::size_t>(oldest_)];
  const Look leaving = now;
  std::array<std::array<double, jump_band_count>, 2> power{};
  for (std::size_t c = 0; c < power.size(); ++c)
    add_bands(look.power[std::min(static_cast<int>(c), channel_count_ - 1)], edges_.data(), bands_,
              power[c].data());
  for (std::size_t b = 0; b < jump_band_count; ++b) {
    now.dbfs[b] = dbfs_of(power[0][b] + power[1][b]);
    for (std::size_t c = 0; c < power.size(); ++c) now.channel_dbfs[c][b] = dbfs_of(power[c][b]);
  }
  ++count_;
  oldest_ = (oldest_ + 1) % ring_looks();
  if (full()) sum_up(leaving);
}

/// The sums over the looks before and after the middle, which has moved on by one.
void LevelSides::sum_up(const Look& leaving) {
  for (const Of of : {Of::level, Of::balance})
    for (std::size_t b = 0; b < jump_band_count; ++b) {
      Sums& running = sums(of);
      const auto value = [&](const Look& of_look) {
        return static_cast<double>(of_look.value(of, b));
      };
      if (count_ > ring_looks()) {
        running.before[b] += value(look(side_looks_ - 1)) - value(leaving);
        running.after[b] += value(look(2 * side_looks_)) - value(look(side_looks_));
        continue;
      }
      for (int n = 0; n < side_looks_; ++n) {
        running.before[b] += value(look(n));
        running.after[b] += value(look(side_looks_ + 1 + n));
      }
    }
}

bool LevelSides::may_change(Of of, double least_db) {
  near_db_.clear();
  const Look &last = look(side_looks_ - 1), &next = look(side_looks_ + 1);
  for (std::size_t b = 0; b < jump_band_count; ++b)
    if (last.sounds(of, b) || next.sounds(of, b))
      near_db_.push_back(static_cast<double>(next.value(of, b) - last.value(of, b)));
  if (near_db_.size() < least_bands) return false;
  const Change near = summed_up(near_db_);
  if (std::abs(near.size_db) < (1.0 - local_agrees) * least_db) return false;

  seconds_db_.clear();
  const Sums& running = sums(of);
  for (std::size_t b = 0; b < jump_band_count; ++b) {
    const double before = running.before[b] / side_looks_, after = running.after[b] / side_looks_;
    if (of == Of::balance || std::max(before, after) > static_cast<double>(silence_dbfs))
      seconds_db_.push_back(after - before);
  }
  const Change seconds = summed_up(seconds_db_);
  const double size_db = std::abs(seconds.size_db);
  return size_db >= mean_agrees * least_db && seconds.spread_db <= most_spread_db &&
         std::abs(near.size_db - seconds.size_db) <= local_agrees * size_db + 1.0;
}

std::optional<Change> LevelSides::change(Of of, double least_db) {
  constexpr int most_of_half = jump_band_count * static_cast<int>(percentiles.size()) / 2;
  seconds_db_.clear();
  std::size_t bands = 0;
  int not_up = 0, not_down = 0;  // where both are more than half of all, their median is too small
  for (std::size_t b = 0; b < jump_band_count; ++b) {
    before_.clear();
    after_.clear();
    int sounding = 0;
    for (int n = 0; n < side_looks_; ++n) {
      const Look &was = look(n), &is = look(side_looks_ + 1 + n);
      before_.push_back(was.value(of, b));
      after_.push_back(is.value(of, b));
      sounding += was.sounds(of, b) + is.sounds(of, b);
    }
    if (sounding < (of == Of::level ? side_looks_ / 2 : side_looks_)) continue;
    ++bands;
    std::array<float, percentiles.size()> ranked_before, ranked_after;
    for (auto [values, at] :
         {std::pair{&before_, &ranked_before}, std::pair{&after_, &ranked_after}}) {
      const auto [smallest, largest] = std::minmax_element(values->begin(), values->end());
      const float low = *smallest, high = *largest;
      while (values->size() % 8 != 0) values->push_back(std::numeric_limits<float>::infinity());
      for (std::size_t p = 0; p < percentiles.size(); ++p)
        (*at)[p] = (dsp::has_wide_registers() ? ranked_wide : ranked_kernel)(
            values->data(), side_looks_, ranks_[p], low, high);
    }
    for (std::size_t p = 0; p < percentiles.size(); ++p) {
      seconds_db_.push_back(static_cast<double>(ranked_after[p] - ranked_before[p]));
      not_up += seconds_db_.back() < least_db;
      not_down += seconds_db_.back() > -least_db;
      if (std::min(not_up, not_down) > most_of_half) return std::nullopt;
    }
  }
  if (bands < least_bands) return std::nullopt;
  return summed_up(seconds_db_);
}

}  // namespace lacquer::measure
