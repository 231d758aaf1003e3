#include "lacquer/chain/limiting_forecast.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/recipe.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;

namespace {

constexpr double rate_hz = 48000.0;

/// Chords that swell under a beat, peaks at full scale.
testkit::Signal song(int channels) {
  auto signal = testkit::noise(2, channels, static_cast<int>(12.0 * rate_hz), 0.03, rate_hz);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = f / rate_hz;
    const double beat = std::fmod(t, 0.48);
    const double swell = 0.5 + 0.4 * std::sin(2 * pi * t / 5.0);
    for (int c = 0; c < channels; ++c)
      signal.at(c, f) +=
          swell * (0.15 * std::sin(2 * pi * 220 * t + c) + 0.1 * std::sin(2 * pi * 1310 * t)) +
          0.6 * std::exp(-beat * 30) * std::sin(2 * pi * 70 * beat + 0.5);
  }
  const double peak = signal.peak();
  for (int c = 0; c < channels; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) /= peak;
  return signal;
}

double integrated_lufs(AudioSource& source) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = true;
  return *measure::measure(source, parts).value().loudness.integrated_lufs;
}

}  // namespace

TEST(LimitingForecast, ForeseesWhatALimiterTakesWithinAThirdOfALoudnessUnit) {
  for (const int channels : {1, 2, 6}) {
    auto mix = song(channels);
    chain::LimitingForecast forecast{mix.format()};
    for (int done = 0; done < mix.frame_count(); done += 7000)
      forecast.add(mix.block().frames(done, std::min(7000, mix.frame_count() - done)));
    for (const double threshold_dbfs : {0.0, -3.0, -7.0, -12.0}) {
      auto source = chain::process({{{"limiter", {{"ceiling_dbtp", threshold_dbfs}}}}},
                                   testkit::open(mix)().value())
                        .value();
      EXPECT_NEAR(*forecast.lufs(threshold_dbfs), integrated_lufs(*source), 0.33)
          << channels << " channels, " << threshold_dbfs;
    }
  }
}

TEST(LimitingForecast, SilenceHasNone) {
  chain::LimitingForecast forecast{{rate_hz, 2}};
  testkit::Signal silence{2, 96000, rate_hz};
  forecast.add(silence.block());
  EXPECT_FALSE(forecast.lufs(-10.0).has_value());
}
