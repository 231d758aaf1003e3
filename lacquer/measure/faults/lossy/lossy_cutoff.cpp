#include "lacquer/measure/faults/lossy/lossy_cutoff.h"

#include <algorithm>
#include <utility>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

constexpr double lowest_hz = 15500.0, highest_hz = 20500.0;
constexpr double drop_db = 20.0;
constexpr double treble_hz = 13000.0;     // from here to lowest_hz a window must have sound,
constexpr double above_rounding = 100.0;  // 20 dB over rounding, or there is nothing to cut off
constexpr int bands_below = 4;            // 1 kHz
constexpr int bands_of_slope = 2;         // 500 Hz
constexpr int fewest_windows = 20;        // about a second
constexpr int windows_of_a_product = 16;  // a power is at least 1e-13

}  // namespace

LossyCutOff::LossyCutOff(StreamFormat format)
    : rounding_power_{TrebleBands::rounding_power(format.sample_rate_hz)} {
  products_.fill(1.0);
}

void LossyCutOff::look(const TrebleBands& bands) {
  const int first = TrebleBands::band_at(treble_hz), end = TrebleBands::band_at(lowest_hz);
  bands_ = bands.count;
  if (bands_ <= TrebleBands::band_at(highest_hz)) return;
  double treble = 0.0;
  for (int band = first; band < end; ++band) treble += bands.power[static_cast<std::size_t>(band)];
  if (treble < above_rounding * rounding_power_ * (end - first)) return;
  ++windows_;
  for (auto band = static_cast<std::size_t>(first); band < static_cast<std::size_t>(bands_); ++band)
    products_[band] *= bands.power[band] + rounding_power_;
  if (windows_ % windows_of_a_product == 0) take_logarithms();
}

void LossyCutOff::take_logarithms() {
  for (std::size_t band = 0; band < sums_db_.size(); ++band)
    sums_db_[band] += db_from_power(std::exchange(products_[band], 1.0));
}

Maybe LossyCutOff::cut_off_hz() {
  take_logarithms();
  if (windows_ < fewest_windows) return {};
  const auto level_db = [&](int band) {
    return sums_db_[static_cast<std::size_t>(band)] / windows_;
  };
  const int lowest = TrebleBands::band_at(lowest_hz) - 1;
  const int highest = TrebleBands::band_at(highest_hz) - 1;
  Maybe edge_hz;
  double deepest_db = drop_db;
  double above_db = minus_infinity;  // highest of all bands past the slope
  for (int band = bands_ - 1 - bands_of_slope; band >= lowest; --band) {
    above_db = std::max(above_db, level_db(band + bands_of_slope));
    if (band > highest) continue;
    double below_db = level_db(band);
    for (int of = 1; of < bands_below; ++of) below_db = std::min(below_db, level_db(band - of));
    if (below_db - above_db <= deepest_db) continue;
    deepest_db = below_db - above_db;
    edge_hz = TrebleBands::lower_edge_hz(band + 1);
  }
  return edge_hz;
}

}  // namespace lacquer::measure
