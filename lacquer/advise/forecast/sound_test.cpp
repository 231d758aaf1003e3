// Forecasts held against what the chain renders and the meter then reads.
#include "lacquer/advise/forecast/sound.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/advise/forecast/responses.h"
#include "lacquer/base/units.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

measure::Measurement measured(const testkit::Signal& signal) {
  measure::Parts parts = measure::Parts::none();
  parts.loudness = parts.peak = parts.dynamics = parts.spectrum = parts.stereo = true;
  measure::Meter meter{signal.format(), parts};
  meter.add(testkit::Signal{signal}.block());
  return meter.finish();
}

/// Falls by 6 dB an octave above 200 Hz as music does, swells, and has a side of half its middle
/// that is wider in the treble.
const testkit::Signal& music() {
  static const testkit::Signal signal = [] {
    testkit::Signal noise = testkit::noise(11, 2, 48000 * 8, 0.3), result = noise;
    double low[2] = {0.0, 0.0};
    for (int f = 0; f < noise.frame_count(); ++f) {
      const double swell = 0.6 + 0.4 * std::sin(2.0 * pi * 0.7 * f / 48000.0);
      for (int c = 0; c < 2; ++c) low[c] += 0.03 * (noise.at(c, f) - low[c]);
      const double mid = low[0] + 0.02 * noise.at(0, f),
                   side = 0.4 * low[1] + 0.02 * noise.at(1, f);
      result.at(0, f) = swell * (mid + side);
      result.at(1, f) = swell * (mid - side);
    }
    return result;
  }();
  return signal;
}

testkit::Signal rendered(const std::vector<chain::Step>& steps) {
  auto processed = chain::process({steps}, testkit::open(music())().value());
  EXPECT_TRUE(processed.ok()) << processed.error().text();
  return testkit::drain(**processed);
}

void expect_forecast(const std::vector<chain::Step>& steps, double within) {
  static const Sound mix = sound_of(measured(music()));
  const Sound forecast = after(mix, steps);
  const Sound master = sound_of(measured(rendered(steps)));
  for (const Quantity& one : quantities(mix)) {
    if (one.kind == Quantity::Kind::true_peak || one.kind == Quantity::Kind::plr) continue;
    ASSERT_TRUE(value_of(master, one)) << key_of(mix, one);
    EXPECT_NEAR(*value_of(forecast, one), *value_of(master, one), within) << key_of(mix, one);
  }
}

const chain::Step tone{"equaliser",
                       {{"band_1_type", 1.0},
                        {"band_1_frequency_hz", 150.0},
                        {"band_1_gain_db", 3.0},
                        {"band_2_frequency_hz", 900.0},
                        {"band_2_gain_db", -4.0},
                        {"band_2_q", 0.8},
                        {"band_3_type", 2.0},
                        {"band_3_frequency_hz", 6000.0},
                        {"band_3_gain_db", 2.5}}};
const chain::Step widths{"stereo",
                         {{"width_low", 0.6}, {"width_middle", 1.3}, {"width_high", 1.6}}};

}  // namespace

TEST(Forecast, OfAnEqualiserIsWhatTheMeterReadsBehindIt) { expect_forecast({tone}, 0.15); }

TEST(Forecast, OfASideAloneMovesWidthAndToneTogether) {
  chain::Step side = tone;
  for (const char* band : {"band_1_", "band_2_", "band_3_"})
    side.settings[std::string{band} + "channels"] = 4.0;
  expect_forecast({side}, 0.2);
}

TEST(Forecast, OfWidthsAndSideGainIsWhatTheMeterReadsBehindThem) {
  expect_forecast({widths}, 0.25);
  expect_forecast({{"stereo", {{"side_gain_db", -4.0}}}}, 0.1);
}

TEST(Forecast, OfAMonoBassIsWhatTheMeterReadsBehindIt) {
  expect_forecast({{"bass_mono", {{"frequency_hz", 110.0}, {"amount", 0.7}}}}, 0.4);
}

TEST(Forecast, OfSeveralProcessorsIsTheirsInTurn) {
  expect_forecast({tone, widths, {"gain", {{"gain_db", -5.0}}}}, 0.3);
}

TEST(Forecast, OfACompressorIsTheRangeAndLoudnessTheMeterReadsBehindIt) {
  // Phrases of 4 s at levels over 18 dB, as verses and choruses are.
  testkit::Signal song = testkit::concatenate({music(), music(), music(), music()});
  constexpr double phrases_db[] = {0, -12, -4, -18, -8, -2, -15, -6};
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < song.frame_count(); ++f)
      song.at(c, f) *= gain_from_db(phrases_db[f / 192000 % 8]);
  const measure::Measurement mix = measured(song);
  const Levels levels = levels_of(mix);
  EXPECT_NEAR(*levels.integrated_lufs(), *mix.loudness.integrated_lufs, 0.1);
  for (const double ratio : {1.3, 2.0}) {
    const chain::Step glue{
        "compressor",
        {{"threshold_dbfs", *levels.percentile_lufs(60.0) + detector_over_loudness_db},
         {"ratio", ratio},
         {"attack_ms", 30.0},
         {"automatic_release", 1.0},
         {"side_chain_high_pass_hz", 100.0}}};
    const Sound forecast = after(sound_of(mix), glue);
    auto processed = chain::process({{glue}}, testkit::open(song)().value());
    const measure::Measurement master = measured(testkit::drain(**processed));
    EXPECT_NEAR(*forecast.range_lu, *master.loudness.range_lu, 0.8) << ratio;
    EXPECT_NEAR(*forecast.integrated_lufs, *master.loudness.integrated_lufs, 0.5) << ratio;
    EXPECT_LT(*forecast.range_lu, *mix.loudness.range_lu - 0.5);
  }
}

TEST(Forecast, GainMovesTheLevelAloneAndTheCeilingHoldsThePeak) {
  const Sound mix = sound_of(measured(music()));
  const Change louder = change(mix, after(mix, chain::Step{"gain", {{"gain_db", 6.0}}}));
  ASSERT_EQ(louder.after.size(), 2u);
  EXPECT_NEAR(louder.after.at("integrated_lufs") - louder.before.at("integrated_lufs"), 6.0, 1e-9);
  EXPECT_NEAR(louder.after.at("true_dbtp") - louder.before.at("true_dbtp"), 6.0, 1e-9);
  Sound peaking = mix;
  peaking.true_dbtp = 2.0;
  EXPECT_EQ(after(peaking, chain::Step{"limiter", {{"ceiling_dbtp", -1.0}}}).true_dbtp, -1.0);
}

TEST(Forecast, WhatIsAtNothingOrBypassedChangesNothing) {
  const Sound mix = sound_of(measured(music()));
  for (chain::Step step : {tone, widths, chain::Step{"bass_mono", {}}}) {
    step.settings["amount"] = 0.0;
    EXPECT_TRUE(change(mix, after(mix, step), 1e-9).after.empty()) << step.processor;
    step.settings["amount"] = 1.0;
    step.bypassed = true;
    EXPECT_TRUE(change(mix, after(mix, step), 1e-9).after.empty()) << step.processor;
  }
}

TEST(Forecast, OfOneChannelAloneOrAPassIsNotMade) {
  chain::Step left = tone;
  left.settings["band_1_channels"] = 1.0;
  EXPECT_FALSE(responses_of(left));
  EXPECT_FALSE(responses_of({"equaliser", {{"band_1_type", 3.0}, {"band_1_frequency_hz", 80.0}}}));
  EXPECT_FALSE(responses_of({"compressor", {}}));
}
