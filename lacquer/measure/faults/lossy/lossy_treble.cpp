#include "lacquer/measure/faults/lossy/lossy_treble.h"

#include <algorithm>

#include "lacquer/measure/sums.h"

namespace lacquer::measure {

TrebleBands::TrebleBands(const SpectrumFrame& look, int channel_count) {
  const double nyquist_hz = look.bin_hz * (look.bins - 1);
  count = std::clamp(band_at(nyquist_hz), 0, most);
  for (int c = 0; c < channel_count; ++c) {
    const double* bins = look.power[c];
    for (int band = 0; band < count; ++band) {
      const int first = static_cast<int>(lower_edge_hz(band) / look.bin_hz);
      const int end = static_cast<int>(lower_edge_hz(band + 1) / look.bin_hz);
      power[static_cast<std::size_t>(band)] += sum(bins + first, end - first) / channel_count;
    }
  }
}

}  // namespace lacquer::measure
