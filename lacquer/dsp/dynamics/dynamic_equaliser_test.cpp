#include "lacquer/dsp/dynamics/dynamic_equaliser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "testkit/contract.h"
#include "testkit/residual.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::DynamicEqualiser;
using Band = DynamicEqualiser::Band;

namespace {

DynamicEqualiser::Settings one_band(Band band) {
  DynamicEqualiser::Settings settings;
  settings.bands[1] = band;
  return settings;
}

testkit::Signal equalised(testkit::Signal signal, const DynamicEqualiser::Settings& settings) {
  DynamicEqualiser equaliser;
  equaliser.prepare(signal.format());
  equaliser.process(signal.block(), settings);
  return signal;
}

/// The plain equaliser's prototype of the same band: independent of the code under test.
double prototype_db(const Band& band, double gain_db, double hz) {
  dsp::Equaliser::Settings settings;
  settings.bands[0] = {band.type, band.frequency_hz, gain_db, band.q};
  return dsp::response_db(settings, hz);
}

/// The response of the right channel while a steady tone of the band's frequency on the left holds
/// the band: an impulse on the right, which the detector does not hear.
double worst_deviation_db(Band band, double tone_dbfs, double gain_db, double rate_hz) {
  band.side_chain = DynamicEqualiser::left;
  band.attack_ms = 1.0;
  band.release_ms = 2500.0;
  const int start = static_cast<int>(0.2 * rate_hz), length = 1 << 13;
  auto signal =
      testkit::sine(band.frequency_hz, tone_dbfs, 0.2 + (length + 1) / rate_hz, rate_hz, 2);
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) = f == start ? 1.0 : 0.0;
  signal = equalised(signal, one_band(band));
  double worst = 0.0;
  for (double hz = 40.0; hz < 20000.0; hz *= 1.21) {
    const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
    std::complex<double> sum = 0.0;
    for (int f = start + length; f-- > start;) sum = sum * step + signal.at(1, f);
    worst =
        std::max(worst, std::abs(db_from_gain(std::abs(sum)) - prototype_db(band, gain_db, hz)));
  }
  return worst;
}

/// The gain at the band's centre under a steady tone there, well after the attack.
double settled_db(const Band& band, double tone_dbfs, double amount = 1.0) {
  const auto in = testkit::sine(band.frequency_hz, tone_dbfs, 1.0, 48000.0, 2);
  auto settings = one_band(band);
  settings.amount = amount;
  const auto out = equalised(in, settings);
  double in_power = 0.0, out_power = 0.0;
  for (int f = 43200; f < 48000; ++f) {
    in_power += in.at(0, f) * in.at(0, f);
    out_power += out.at(0, f) * out.at(0, f);
  }
  return db_from_power(out_power / in_power);
}

}  // namespace

TEST(DynamicEqualiser, KeepsTheProcessorContract) {
  testkit::check_processor_contract<DynamicEqualiser>();
}

TEST(DynamicEqualiser, AtFullRangeABandIsTheEqualisersPrototype) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const double type : {0.0, 1.0, 2.0})
      for (const double hz : {60.0, 2500.0, 8000.0, 12000.0})
        for (const double range_db : {-6.0, 4.0}) {
          const Band band{.type = type,
                          .frequency_hz = hz,
                          .q = 0.8,
                          .threshold_dbfs = -50.0,
                          .range_db = range_db,
                          .ratio = 10.0};
          EXPECT_LT(worst_deviation_db(band, -6.0, range_db, rate_hz), 0.1)
              << rate_hz << " type " << type << " " << hz << " Hz " << range_db << " dB";
        }
}

TEST(DynamicEqualiser, BetweenWholeDecibelsItIsThePrototypeToo) {
  for (const double type : {0.0, 1.0, 2.0})
    for (const double hz : {80.0, 1000.0, 9000.0})
      for (const double gain_db : {-5.5, -0.5, 0.3, 3.47}) {
        const Band band{.type = type, .frequency_hz = hz, .q = 1.0, .gain_db = gain_db};
        EXPECT_LT(worst_deviation_db(band, -60.0, gain_db, 44100.0), 0.1)
            << "type " << type << " " << hz << " Hz " << gain_db << " dB";
      }
}

TEST(DynamicEqualiser, StaticGainAndDynamicGainAddUp) {
  const Band band{.frequency_hz = 1000.0,
                  .gain_db = 3.0,
                  .threshold_dbfs = -40.0,
                  .range_db = -5.0,
                  .ratio = 20.0};
  EXPECT_NEAR(settled_db(band, -10.0), -2.0, 0.05);
  EXPECT_NEAR(settled_db(band, -60.0), 3.0, 0.05);
}

TEST(DynamicEqualiser, WhatExceedsTheThresholdMovesTheBandByTheRatio) {
  for (const double sign : {-1.0, 1.0})
    for (const double ratio : {1.5, 3.0})
      for (const double over_db : {-6.0, -1.0, 0.0, 1.0, 4.0, 9.0, 30.0}) {
        const Band band{.frequency_hz = 3000.0,
                        .threshold_dbfs = -36.0,
                        .range_db = sign * 8.0,
                        .ratio = ratio,
                        .attack_ms = 2.0,
                        .release_ms = 500.0};
        const double knee_db = DynamicEqualiser::knee_db;
        const double excess_db =
            over_db <= -knee_db / 2 ? 0.0
            : over_db >= knee_db / 2
                ? over_db
                : (over_db + knee_db / 2) * (over_db + knee_db / 2) / (2 * knee_db);
        const double wanted_db = std::min(8.0, excess_db * (1.0 - 1.0 / ratio));
        EXPECT_NEAR(settled_db(band, -36.0 + over_db), sign * wanted_db, 0.05)
            << ratio << ":1, " << over_db << " dB over";
      }
}

TEST(DynamicEqualiser, AmountScalesTheGainInDecibels) {
  const Band band{.frequency_hz = 500.0,
                  .gain_db = -2.0,
                  .threshold_dbfs = -50.0,
                  .range_db = -6.0,
                  .ratio = 20.0};
  for (const double amount : {0.25, 0.5, 1.0})
    EXPECT_NEAR(settled_db(band, -6.0, amount), -8.0 * amount, 0.05);
  EXPECT_EQ(settled_db(band, -6.0, 0.0), 0.0);
}

TEST(DynamicEqualiser, ALoudToneElsewhereDoesNotMoveTheBand) {
  const auto in = testkit::sine(100.0, 0.0, 0.5, 48000.0, 2);
  const auto out =
      equalised(in, one_band({.frequency_hz = 6000.0, .threshold_dbfs = -30.0, .range_db = -12.0}));
  for (int f = 9600; f < 24000; ++f) ASSERT_EQ(out.at(0, f), in.at(0, f)) << f;
}

TEST(DynamicEqualiser, AttackAndReleaseTakeTheirTime) {
  const Band band{.frequency_hz = 4000.0,
                  .threshold_dbfs = -40.0,
                  .range_db = -10.0,
                  .ratio = 20.0,
                  .attack_ms = 20.0,
                  .release_ms = 200.0};
  testkit::Signal signal{2, 96000};
  const auto tone = testkit::sine(4000.0, -6.0, 2.0);
  for (int f = 0; f < 96000; ++f)
    signal.at(0, f) = signal.at(1, f) = tone.at(0, f) * (f >= 24000 && f < 48000 ? 1.0 : 1e-3);
  DynamicEqualiser equaliser;
  equaliser.prepare(signal.format());
  int attacked = 0, released = 0;
  for (int f = 0; f < 96000; f += 16) {
    equaliser.process(signal.block().frames(f, 16), one_band(band));
    const double gain_db = equaliser.dynamic_gain_db(1);
    if (!attacked && gain_db < -10.0 * (1.0 - std::exp(-1.0))) attacked = f - 24000;
    if (f > 48000 && !released && gain_db > -10.0 * std::exp(-1.0)) released = f - 48000;
  }
  EXPECT_NEAR(attacked / 48.0, 20.0, 1.0);
  EXPECT_NEAR(released / 48.0, 200.0, 4.0);
}

TEST(DynamicEqualiser, ABassNoteKeepsItsWave) {
  for (const double hz : {40.0, 60.0, 120.0}) {
    const auto in = testkit::sine(hz, -6.0, 3.0);
    const auto out = equalised(in, one_band({.frequency_hz = 60.0,
                                             .threshold_dbfs = -30.0,
                                             .range_db = -12.0,
                                             .attack_ms = 5.0,
                                             .release_ms = 50.0}));
    EXPECT_LT(testkit::residual_db(out, hz, 48000), -100.0) << hz;
  }
}

TEST(DynamicEqualiser, AllChannelsMoveTogether) {
  for (const int channels : {2, 3, 6})
    for (int loud = 0; loud < channels; ++loud) {
      auto signal = testkit::sine(1000.0, -60.0, 0.5, 48000.0, channels);
      for (int f = 0; f < 24000; ++f) signal.at(loud, f) *= 500.0;
      const auto in = signal;
      DynamicEqualiser equaliser;
      equaliser.prepare(signal.format());
      equaliser.process(
          signal.block(),
          one_band(
              {.frequency_hz = 1000.0, .threshold_dbfs = -40.0, .range_db = -6.0, .ratio = 20.0}));
      for (int c = 0; c < channels; ++c)
        EXPECT_NEAR(db_from_gain(signal.at(c, 20004) / in.at(c, 20004)), -6.0, 0.1) << c;
    }
}

TEST(DynamicEqualiser, TheSideChainHearsWhatWasChosen) {
  const auto moved = [](double source, double left, double right) {
    auto signal = testkit::sine(1000.0, 0.0, 0.3, 48000.0, 2);
    for (int f = 0; f < signal.frame_count(); ++f) {
      signal.at(0, f) *= left;
      signal.at(1, f) *= right;
    }
    DynamicEqualiser equaliser;
    equaliser.prepare(signal.format());
    equaliser.process(signal.block(), one_band({.frequency_hz = 1000.0,
                                                .threshold_dbfs = -40.0,
                                                .range_db = -6.0,
                                                .ratio = 20.0,
                                                .side_chain = source}));
    return equaliser.dynamic_gain_db(1) < -5.9;
  };
  const double quiet = 1e-4, loud = 0.5;
  for (const double source : {0.0, 1.0, 2.0, 3.0, 4.0}) {
    EXPECT_EQ(moved(source, loud, quiet), source != 2.0) << source;
    EXPECT_EQ(moved(source, quiet, loud), source != 1.0) << source;
    EXPECT_EQ(moved(source, loud, loud), source != 4.0) << source;
    EXPECT_EQ(moved(source, loud, -loud), source != 3.0) << source;
  }
}

TEST(DynamicEqualiser, OnceReleasedTheSamplesPassBitForBitAgain) {
  auto in = testkit::noise(8, 2, 96000, 0.01);
  for (int f = 0; f < 9600; ++f) in.at(0, f) *= 50.0;
  const auto out = equalised(
      in,
      one_band(
          {.frequency_hz = 700.0, .threshold_dbfs = -30.0, .range_db = -9.0, .release_ms = 60.0}));
  EXPECT_NE(out.at(1, 9000), in.at(1, 9000));
  for (int f = 80000; f < 96000; ++f) ASSERT_EQ(out.at(1, f), in.at(1, f)) << f;
}

TEST(DynamicEqualiser, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 1.0, 48000.0, 2);
  DynamicEqualiser equaliser;
  equaliser.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 8 >= 4;
    equaliser.process(signal.block().frames(step * 1000, 1000),
                      one_band({.type = odd ? 0.0 : 1.0,
                                .frequency_hz = odd ? 180.0 : 320.0,
                                .q = odd ? 0.7 : 1.4,
                                .gain_db = odd ? 3.0 : -3.0,
                                .threshold_dbfs = odd ? -30.0 : -20.0,
                                .range_db = odd ? -9.0 : 5.0,
                                .ratio = odd ? 4.0 : 2.0,
                                .attack_ms = 30.0,
                                .release_ms = 300.0}));
  }
  EXPECT_LT(testkit::roughness(signal, 100), 5e-3);
}

TEST(DynamicEqualiser, ABandThatChangesItsTypeArrives) {
  auto signal = testkit::sine(100.0, -6.0, 0.5);
  const auto in = signal;
  DynamicEqualiser equaliser;
  equaliser.prepare(signal.format());
  Band band{.type = 0.0, .frequency_hz = 2000.0, .gain_db = 6.0};
  equaliser.process(signal.block().frames(0, 12000), one_band(band));
  band.type = 1.0;
  equaliser.process(signal.block().frames(12000, 12000), one_band(band));
  EXPECT_NEAR(db_from_gain(signal.at(0, 10200) / in.at(0, 10200)), 0.0, 0.2) << "a bell far above";
  EXPECT_NEAR(db_from_gain(signal.at(0, 23880) / in.at(0, 23880)), 6.0, 0.2) << "a shelf above";
}

TEST(DynamicEqualiser, NoSettingsWhateverMakeItUnstable) {
  for (std::uint32_t seed = 0; seed < 24; ++seed) {
    const double rate_hz = seed % 2 ? 44100.0 : 8000.0;
    auto signal = testkit::bursts(seed, 2, 3000, 1.0, rate_hz);
    DynamicEqualiser equaliser;
    equaliser.prepare(signal.format());
    for (std::uint32_t part = 0; part < 3; ++part)
      equaliser.process(signal.block().frames(static_cast<int>(part) * 1000, 1000),
                        testkit::contract::random_settings<DynamicEqualiser>(7 * seed + part));
    ASSERT_LT(signal.peak(), 1e9) << seed;
    testkit::Signal tail{2, 40000, rate_hz};
    equaliser.process(tail.block(), testkit::contract::random_settings<DynamicEqualiser>(seed));
    double end = 0.0;
    for (int f = 35000; f < 40000; ++f) end = std::max(end, std::abs(tail.at(0, f)));
    ASSERT_LE(end, 1e-3 * signal.peak()) << "rings on, seed " << seed;
  }
}
