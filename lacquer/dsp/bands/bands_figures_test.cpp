// What docs/dsp/bands.md shows, and that it is so.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <string>

#include "lacquer/base/units.h"
#include "lacquer/dsp/bands/crossover.h"
#include "lacquer/dsp/bands/linear_multiband.h"
#include "lacquer/dsp/bands/multiband.h"
#include "testkit/figure.h"
#include "testkit/impulse_response.h"

using namespace lacquer;
using testkit::Figure;
using testkit::Signal;

namespace {

constexpr double rate_hz = 48000.0;

/// Two bands; the lower one turned up by 6 dB and nothing compressed.
template <typename T>
Signal response_of_a_raised_bass(int frames) {
  typename T::Settings settings;
  for (auto& band : settings.bands) band = {.ratio = 1.0};
  settings.band_count = 2.0;
  settings.corner_1_hz = 120.0;
  settings.bands[0].gain_db = 6.0;
  return testkit::impulse_response<T>(settings, {1.0}, frames, rate_hz);
}

}  // namespace

TEST(CrossoverFigure, FourBandsAddUpToAFlatMagnitude) {
  constexpr int length = 1 << 15;
  Signal impulse{2, length, rate_hz};
  impulse.at(0, 0) = 1.0;
  dsp::Crossover crossover;
  crossover.prepare(impulse.format());
  crossover.tune(4, {120.0, 800.0, 4500.0});
  Signal bands{4, length, rate_hz};  // the left channel of each
  dsp::Crossover::Bands out;
  for (int f = 0; f < length; f += dsp::Crossover::most_frames) {
    crossover.split(impulse.block().frames(f, dsp::Crossover::most_frames), 0, out);
    for (int i = 0; i < dsp::Crossover::most_frames; ++i)
      for (int b = 0; b < 4; ++b)
        bands.at(b, f + i) = out[static_cast<std::size_t>(b)][static_cast<std::size_t>(i)][0];
  }
  Figure figure{"The multiband's crossover at 120, 800 and 4500 Hz",
                {"frequency, Hz", 20.0, 20000.0, true},
                {"gain, dB", -60.0, 6.0}};
  Figure::Points of_band[4], of_sum;
  for (const double hz : testkit::frequencies(20.0, 20000.0, 240)) {
    std::complex<double> sum = 0.0;
    for (int b = 0; b < 4; ++b) {
      const auto response = testkit::response_at(bands, hz, b);
      of_band[b].emplace_back(hz, db_from_gain(std::max(1e-6, std::abs(response))));
      sum += response;
    }
    of_sum.emplace_back(hz, db_from_gain(std::abs(sum)));
    EXPECT_NEAR(of_sum.back().second, 0.0, 1e-6) << hz;
  }
  for (int b = 0; b < 4; ++b) figure.curve("band " + std::to_string(b + 1), of_band[b]);
  figure.curve("sum", of_sum, Figure::Line::dashed);
  testkit::expect_figure("multiband_bands", figure);
}

TEST(LinearMultibandFigure, LinearPhaseRingsAheadAndTheAllPassBehind) {
  dsp::LinearMultiband linear;
  linear.prepare({rate_hz, 1});
  const int latency = linear.latency_frames(), reach = static_cast<int>(0.03 * rate_hz);
  Figure figure{"A click through two multibands, band 1 (below 120 Hz) turned up by 6 dB",
                {"time after the latency, ms", -30.0, 30.0},
                {"level of what is beside the click, dB", -100.0, -20.0}};
  const auto ring = [&](const Signal& response, int middle) {
    // The highest of every half millisecond: the click itself is left out.
    Figure::Points points;
    for (int from = -reach; from < reach; from += 24) {
      double highest = 1e-6;
      for (int f = from; f < from + 24; ++f)
        if (f != 0 && middle + f >= 0)
          highest = std::max(highest, std::abs(response.at(0, middle + f)));
      points.emplace_back(1000.0 * (from + 12) / rate_hz, db_from_gain(highest));
    }
    return points;
  };
  const auto symmetric =
      ring(response_of_a_raised_bass<dsp::LinearMultiband>(2 * latency), latency);
  const auto causal = ring(response_of_a_raised_bass<dsp::Multiband>(2 * reach), 0);
  const double top_db = symmetric[symmetric.size() / 2].second;
  for (const auto& [ms, level_db] : symmetric) {
    if (ms < -1000.0 * 1.63 / 120.0) {
      EXPECT_LT(level_db, top_db - 59.0) << ms;
    }
  }
  for (const auto& [ms, level_db] : causal) {
    if (ms < 0.0) {
      EXPECT_LE(level_db, -120.0) << ms;
    }
  }
  figure.curve("linear_multiband", symmetric);
  figure.curve("multiband", causal, Figure::Line::dashed);
  testkit::expect_figure("multiband_ringing", figure);
}
