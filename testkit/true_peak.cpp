#include "testkit/true_peak.h"

#include <cmath>
#include <vector>

#include "lacquer/base/units.h"

namespace lacquer::testkit {

double true_peak_dbtp(const Signal& signal) {
  constexpr int factor = 32, half = 64;
  static const std::vector<std::vector<double>> filters = [] {
    std::vector<std::vector<double>> all(factor, std::vector<double>(2 * half));
    for (int phase = 1; phase < factor; ++phase)
      for (int tap = 0; tap < 2 * half; ++tap) {
        const double x = tap - (half - 1) - static_cast<double>(phase) / factor;
        const double at = pi * x / half;
        const double window = 0.42 + 0.5 * std::cos(at) + 0.08 * std::cos(2.0 * at);
        all[static_cast<std::size_t>(phase)][static_cast<std::size_t>(tap)] =
            window * std::sin(pi * x) / (pi * x);
      }
    return all;
  }();
  double peak = signal.peak();
  for (int c = 0; c < signal.channel_count(); ++c) {
    std::vector<double> padded(static_cast<std::size_t>(signal.frame_count() + 4 * half));
    for (int f = 0; f < signal.frame_count(); ++f)
      padded[static_cast<std::size_t>(f + 2 * half)] = signal.at(c, f);
    for (std::size_t first = 0; first + 2 * half <= padded.size(); ++first) {
      // A true peak stands beside a sample of its own size, nearly; far smaller ones cannot.
      const double beside =
          std::max(std::abs(padded[first + half - 1]), std::abs(padded[first + half]));
      if (beside < 0.25 * peak) continue;
      for (const auto& filter : filters) {
        double value = 0.0;
        for (std::size_t tap = 0; tap < filter.size(); ++tap)
          value += padded[first + tap] * filter[tap];
        peak = std::max(peak, std::abs(value));
      }
    }
  }
  return db_from_gain(peak);
}

}  // namespace lacquer::testkit
