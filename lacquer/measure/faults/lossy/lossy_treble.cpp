#include "lacquer/measure/faults/lossy/lossy_treble.h"

#include <algorithm>

#include "lacquer/measure/spectrum/look_bands.h"

namespace lacquer::measure {

TrebleBands::Edges::Edges(const SpectrumFrame& look) {
  const double nyquist_hz = look.bin_hz * (look.bins - 1);
  count = std::clamp(band_at(nyquist_hz), 0, most);
  for (int band = 0; band <= count; ++band)
    bins[static_cast<std::size_t>(band)] = static_cast<int>(lower_edge_hz(band) / look.bin_hz);
}

TrebleBands::TrebleBands(const SpectrumFrame& look, int channel_count, const Edges& edges)
    : count{edges.count} {
  add_bands(look, channel_count, edges.bins.data(), count, power.data());
  const double share = 1.0 / channel_count;
  for (double& of_band : power) of_band *= share;
}

}  // namespace lacquer::measure
