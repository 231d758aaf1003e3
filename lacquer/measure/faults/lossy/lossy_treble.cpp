#include "lacquer/measure/faults/lossy/lossy_treble.h"

#include <algorithm>

#include "lacquer/measure/sums.h"

namespace lacquer::measure {

TrebleBands::TrebleBands(const SpectrumFrame& look, int channel_count) {
  const double nyquist_hz = look.bin_hz * (look.bins - 1);
  count = std::clamp(band_at(nyquist_hz), 0, most);
  std::array<int, most + 1> edges{};
  for (int band = 0; band <= count; ++band)
    edges[static_cast<std::size_t>(band)] = static_cast<int>(lower_edge_hz(band) / look.bin_hz);
  for (int c = 0; c < channel_count; ++c)
    add_bands(look.power[c], edges.data(), count, power.data());
  for (double& of_band : power) of_band /= channel_count;
}

}  // namespace lacquer::measure
