#include "lacquer/measure/faults/lossy_treble.h"

#include <algorithm>

namespace lacquer::measure {

TrebleBands::TrebleBands(const SpectrumFrame& look, int channel_count) {
  const double nyquist_hz = look.bin_hz * (look.bins - 1);
  count = std::clamp(band_at(nyquist_hz), 0, most);
  for (int c = 0; c < channel_count; ++c) {
    const double* bins = look.power[c];
    for (int band = 0; band < count; ++band) {
      const int first = static_cast<int>(lower_edge_hz(band) / look.bin_hz);
      const int end = static_cast<int>(lower_edge_hz(band + 1) / look.bin_hz);
      double even = 0.0, odd = 0.0;  // two chains of sums take half the time
      int k = first;
      for (; k + 1 < end; k += 2) {
        even += bins[k];
        odd += bins[k + 1];
      }
      if (k < end) even += bins[k];
      power[static_cast<std::size_t>(band)] += (even + odd) / channel_count;
    }
  }
}

}  // namespace lacquer::measure
