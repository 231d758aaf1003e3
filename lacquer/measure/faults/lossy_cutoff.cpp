#include "lacquer/measure/faults/lossy_cutoff.h"

#include <algorithm>

namespace lacquer::measure {
namespace {

constexpr double lowest_hz = 15500.0, highest_hz = 20500.0;
constexpr double drop = 100.0;            // 20 dB
constexpr double above_rounding = 300.0;  // 25 dB, so that a drop of 20 can be seen
constexpr int bands_below = 4;            // 1 kHz
constexpr int bands_of_slope = 1;         // the drop happens within 500 Hz
constexpr double persistent_share = 0.8;
constexpr int fewest_windows = 20;  // about a second

}  // namespace

LossyCutOff::LossyCutOff(StreamFormat format)
    : least_power_{above_rounding * TrebleBands::rounding_power(format.sample_rate_hz)} {}

void LossyCutOff::look(const TrebleBands& bands) {
  const int lowest = TrebleBands::band_at(lowest_hz) - 1;
  const int highest = std::min(TrebleBands::band_at(highest_hz), bands.count - 3);
  const auto power = [&](int band) { return bands.power[static_cast<std::size_t>(band)]; };
  if (highest < lowest) return;
  for (int band = lowest - bands_below; band < lowest; ++band)
    if (power(band) < least_power_) return;
  ++judged_;

  double above = 0.0;  // largest of all bands past the slope
  int edge = -1;
  double deepest = drop;
  for (int band = bands.count - 2; band >= lowest; --band) {
    if (band + bands_of_slope + 1 < bands.count)
      above = std::max(above, power(band + bands_of_slope + 1));
    if (band > highest) continue;
    double below = power(band);
    for (int of = band - bands_below + 1; of < band; ++of) below = std::min(below, power(of));
    if (below < least_power_ || below < deepest * above) continue;
    deepest = below / above;
    edge = band;
  }
  if (edge >= 0) ++edges_[static_cast<std::size_t>(edge)];
}

Maybe LossyCutOff::cut_off_hz() const {
  if (judged_ < fewest_windows) return {};
  for (int band = 1; band + 1 < TrebleBands::most; ++band) {
    const auto at = static_cast<std::size_t>(band);
    const int windows = edges_[at - 1] + edges_[at] + edges_[at + 1];
    if (edges_[at] == 0 || edges_[at] < edges_[at + 1]) continue;
    if (windows >= persistent_share * judged_) return TrebleBands::lower_edge_hz(band + 1);
  }
  return {};
}

}  // namespace lacquer::measure
