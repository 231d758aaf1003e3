#pragma once

#include <array>

#include "lacquer/measure/spectrum/spectrum_frame.h"

namespace lacquer::measure {

/// Power of one window in steps of 250 Hz from 4 to 24 kHz, mean over the channels.
struct TrebleBands {
  static constexpr double step_hz = 250.0;
  static constexpr double first_hz = 4000.0;
  static constexpr int most = 80;

  int count = 0;  ///< bands that lie below half the sample rate
  std::array<double, most> power{};

  /// Where the bands of looks of one size stand.
  struct Edges {
    explicit Edges(const SpectrumFrame&);
    int count = 0;
    std::array<int, most + 1> bins{};
  };

  TrebleBands(const SpectrumFrame&, int channel_count, const Edges&);
  TrebleBands(const SpectrumFrame& look, int channel_count)
      : TrebleBands{look, channel_count, Edges{look}} {}

  static int band_at(double hz) { return static_cast<int>((hz - first_hz) / step_hz); }
  static double lower_edge_hz(int band) { return first_hz + step_hz * band; }
  /// What rounding to 16 bit puts into each band.
  static double rounding_power(double sample_rate_hz) {
    return 2.0 * step_hz / sample_rate_hz / (12.0 * 32768.0 * 32768.0);
  }
};

}  // namespace lacquer::measure
