#include "lacquer/dsp/dynamics/compressor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/residual.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Compressor;

template <>
struct testkit::ContractTerms<Compressor> {
  static Compressor::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

constexpr double rate_hz = 48000.0;

/// Every sample has the level of its frame, with changing sign: a level without ripple.
testkit::Signal square(int frame_count, const std::function<double(int)>& level_dbfs,
                       int channels = 1) {
  testkit::Signal signal{channels, frame_count, rate_hz};
  for (int c = 0; c < channels; ++c)
    for (int f = 0; f < frame_count; ++f)
      signal.at(c, f) = (f % 4 < 2 ? 1.0 : -1.0) * gain_from_db(level_dbfs(f));
  return signal;
}

testkit::Signal compressed(testkit::Signal signal, const Compressor::Settings& settings) {
  Compressor compressor;
  compressor.prepare(signal.format());
  compressor.process(signal.block(), settings);
  return signal;
}

double gain_db(const testkit::Signal& out, const testkit::Signal& in, int frame, int channel = 0) {
  return db_from_gain(out.at(channel, frame) / in.at(channel, frame));
}

/// Giannoulis, Massberg, Reiss 2012, equation 4, as printed: output level for an input level.
double printed_curve_db(double x, double t, double r, double w) {
  if (2.0 * (x - t) < -w) return x;
  if (2.0 * std::abs(x - t) <= w && w > 0.0)
    return x + (1.0 / r - 1.0) * (x - t + w / 2.0) * (x - t + w / 2.0) / (2.0 * w);
  return t + (x - t) / r;
}

}  // namespace

TEST(Compressor, KeepsTheProcessorContract) { testkit::check_processor_contract<Compressor>(); }

TEST(Compressor, ASteadyLevelIsTurnedDownByTheFormula) {
  for (const double threshold : {-40.0, -18.0, -6.0})
    for (const double ratio : {1.2, 2.0, 4.0, 100.0})
      for (const double knee : {0.0, 6.0, 20.0})
        for (double level = -60.0; level <= 12.0; level += 1.5) {
          const auto in = square(2000, [=](int) { return level; });
          const auto out = compressed(in, {.threshold_dbfs = threshold,
                                           .ratio = ratio,
                                           .knee_db = knee,
                                           .attack_ms = 1.0,
                                           .release_ms = 50.0});
          ASSERT_NEAR(level + gain_db(out, in, 1999),
                      printed_curve_db(level, threshold, ratio, knee), 1e-5)
              << threshold << " dBFS " << ratio << ":1 knee " << knee << " at " << level;
        }
}

TEST(Compressor, TheAttackFollowsItsExponential) {
  for (const double attack_ms : {0.5, 10.0, 80.0}) {
    const int onset = 4800;
    const auto in = square(24000, [=](int f) { return f < onset ? -30.0 : -6.0; });
    const auto out = compressed(in, {.threshold_dbfs = -20.0,
                                     .ratio = 4.0,
                                     .knee_db = 0.0,
                                     .attack_ms = attack_ms,
                                     .release_ms = 500.0});
    const double full_db = -14.0 * 0.75;
    for (int f = onset; f < 24000; f += 7) {
      const double ms = 1000.0 * (f - onset + 1) / rate_hz;
      ASSERT_NEAR(gain_db(out, in, f), full_db * (1.0 - std::exp(-ms / attack_ms)), 1e-4) << f;
    }
  }
}

TEST(Compressor, TheReleaseIsTwoOnePolesInARow) {
  const double attack_ms = 10.0, release_ms = 150.0;
  const int end = 48000;
  const auto in = square(96000, [=](int f) { return f < end ? -6.0 : -40.0; });
  const auto out = compressed(in, {.threshold_dbfs = -20.0,
                                   .ratio = 4.0,
                                   .knee_db = 0.0,
                                   .attack_ms = attack_ms,
                                   .release_ms = release_ms});
  const double slow = release_ms - attack_ms, quick = attack_ms;
  for (int f = end; f < 96000; f += 11) {
    const double ms = 1000.0 * (f - end + 1) / rate_hz;
    const double left =
        (slow * std::exp(-ms / slow) - quick * std::exp(-ms / quick)) / (slow - quick);
    ASSERT_NEAR(gain_db(out, in, f), -10.5 * left, 0.01) << f;
  }
}

TEST(Compressor, SixtyThreePercentOfTheReductionAreGoneAfterTheRelease) {
  for (const double release_ms : {50.0, 100.0, 1000.0}) {
    const int end = 24000;
    const auto in = square(120000, [=](int f) { return f < end ? -6.0 : -60.0; });
    const auto out = compressed(in, {.threshold_dbfs = -20.0,
                                     .ratio = 4.0,
                                     .knee_db = 0.0,
                                     .attack_ms = 5.0,
                                     .release_ms = release_ms});
    int f = end;
    while (gain_db(out, in, f) < -10.5 * std::exp(-1.0)) ++f;
    EXPECT_NEAR(1000.0 * (f - end) / rate_hz, release_ms, 0.015 * release_ms);
  }
}

TEST(Compressor, HoldKeepsTheWaveOfABassNote) {
  const auto distortion_db = [](double hold_ms) {
    auto in = testkit::sine(30.0, -6.0, 3.0, rate_hz, 1);
    return testkit::residual_db(
        compressed(in, {.attack_ms = 5.0, .hold_ms = hold_ms, .release_ms = 80.0}), 30.0, 48000);
  };
  EXPECT_GT(distortion_db(0.0), -50.0);
  EXPECT_LT(distortion_db(18.0), -100.0);
}

TEST(Compressor, TheReleaseWaitsForTheHold) {
  const int end = 24000;
  const auto in = square(72000, [=](int f) { return f < end ? -6.0 : -60.0; });
  Compressor::Settings settings{
      .threshold_dbfs = -20.0, .ratio = 4.0, .knee_db = 0.0, .attack_ms = 5.0, .release_ms = 100.0};
  const auto plain = compressed(in, settings);
  settings.hold_ms = 40.0;
  const auto held = compressed(in, settings);
  for (int f = end; f < end + 1920; ++f) ASSERT_NEAR(gain_db(held, in, f), -10.5, 1e-3);
  // One to two windows later it goes as without.
  EXPECT_LE(gain_db(held, in, end + 4 * 1920), gain_db(plain, in, end + 3 * 1920) + 1e-6);
  EXPECT_GE(gain_db(held, in, end + 4 * 1920), gain_db(plain, in, end + 2 * 1920) - 1e-6);
}

TEST(Compressor, BelowTheKneeTheSamplesPassBitForBit) {
  const auto in = testkit::bursts(3, 2, 48000, gain_from_db(-21.001));
  const auto out = compressed(in, {.threshold_dbfs = -18.0, .ratio = 8.0, .knee_db = 6.0});
  EXPECT_TRUE(testkit::contract::same_bits(in, out));
}

TEST(Compressor, OnceReleasedTheSamplesPassBitForBitAgain) {
  auto in = testkit::noise(3, 2, 96000, 0.05);
  for (int f = 0; f < 4800; ++f) in.at(0, f) *= 20.0;
  const auto out = compressed(in, {.ratio = 8.0, .attack_ms = 5.0, .release_ms = 60.0});
  EXPECT_LT(gain_db(out, in, 4700), -3.0);
  for (int f = 80000; f < 96000; ++f) {
    ASSERT_EQ(in.at(0, f), out.at(0, f)) << f;
    ASSERT_EQ(in.at(1, f), out.at(1, f)) << f;
  }
}

TEST(Compressor, LinkedChannelsShareOneGainAndUnlinkedOnesDoNot) {
  auto in = square(
      9600, [](int) { return -6.0; }, 2);
  for (int f = 0; f < 9600; ++f) in.at(1, f) *= gain_from_db(-34.0);
  Compressor::Settings settings{
      .threshold_dbfs = -18.0, .ratio = 3.0, .knee_db = 0.0, .attack_ms = 1.0};
  for (const double link : {0.0, 0.25, 1.0}) {
    settings.stereo_link = link;
    const auto out = compressed(in, settings);
    EXPECT_NEAR(gain_db(out, in, 9000, 0), -8.0, 1e-4);
    EXPECT_NEAR(gain_db(out, in, 9000, 1), -8.0 * link, 1e-4) << "link " << link;
  }
}

TEST(Compressor, SixChannelsFollowTheLoudestWhereverItIs) {
  for (int loud = 0; loud < 6; ++loud)
    for (const int channels : {5, 6}) {
      if (loud >= channels) continue;
      auto in = square(
          9600, [](int) { return -50.0; }, channels);
      for (int f = 0; f < 9600; ++f) in.at(loud, f) *= gain_from_db(44.0);
      const auto out =
          compressed(in, {.threshold_dbfs = -18.0, .ratio = 3.0, .knee_db = 0.0, .attack_ms = 1.0});
      for (int c = 0; c < channels; ++c) EXPECT_NEAR(gain_db(out, in, 9000, c), -8.0, 1e-4) << c;
    }
}

TEST(Compressor, TheSideChainFilterTakesTheBassFromTheDetectorOnly) {
  const double corner_hz = 150.0;
  for (const double hz : {37.5, 75.0, 150.0, 2400.0}) {
    const auto in = testkit::sine(hz, -6.0, 2.0, rate_hz, 1);
    const Compressor::Settings settings{.threshold_dbfs = -50.0,
                                        .ratio = 100.0,
                                        .knee_db = 0.0,
                                        .attack_ms = 100.0,
                                        .release_ms = 2500.0};
    auto filtered = settings;
    filtered.side_chain_high_pass_hz = corner_hz;
    const double plain_db = gain_db(compressed(in, settings), in, 90000);
    const double filtered_db = gain_db(compressed(in, filtered), in, 90000);
    const double w4 = std::pow(hz / corner_hz, 4.0);
    const double butterworth_db = db_from_power(w4 / (1.0 + w4));
    EXPECT_NEAR(filtered_db - plain_db, -0.99 * butterworth_db, 0.15) << hz;
  }
}

TEST(Compressor, MixAddsTheUntouchedSignalInPhase) {
  const auto in = testkit::bursts(5, 2, 24000, 1.0);
  Compressor::Settings settings{.threshold_dbfs = -30.0, .ratio = 6.0, .make_up_db = 4.0};
  const auto wet = compressed(in, settings);
  settings.mix = 0.3;
  const auto mixed = compressed(in, settings);
  for (int f = 0; f < 24000; ++f)
    ASSERT_NEAR(mixed.at(1, f), 0.7 * in.at(1, f) + 0.3 * wet.at(1, f), 1e-12);
}

TEST(Compressor, AmountScalesTheGainInDecibels) {
  const auto in = square(24000, [](int f) { return f % 5000 < 2500 ? -3.0 : -25.0; });
  Compressor::Settings settings{.threshold_dbfs = -24.0, .ratio = 5.0, .make_up_db = 3.0};
  const auto full = compressed(in, settings);
  for (const double amount : {0.1, 0.5, 0.9}) {
    settings.amount = amount;
    const auto part = compressed(in, settings);
    for (int f = 0; f < 24000; f += 13)
      ASSERT_NEAR(gain_db(part, in, f), amount * gain_db(full, in, f), 1e-6);
  }
}

TEST(Compressor, AutomaticMakeUpGivesTheMeanReductionBack) {
  const auto in = square(20 * 48000, [](int) { return -8.0; });
  const auto out = compressed(in, {.threshold_dbfs = -24.0,
                                   .ratio = 4.0,
                                   .knee_db = 0.0,
                                   .attack_ms = 1.0,
                                   .automatic_make_up = 1.0});
  EXPECT_NEAR(gain_db(out, in, 48000 / 10), -12.0 + 9.0, 0.3) << "begins at half of full scale's";
  EXPECT_NEAR(gain_db(out, in, in.frame_count() - 1), 0.0, 0.01);
}

TEST(Compressor, MovingEverySettingMakesNoZipperNoise) {
  auto signal = testkit::sine(200.0, -6.0, 1.0, rate_hz, 2);
  Compressor compressor;
  compressor.prepare(signal.format());
  for (int step = 0; step < 48; ++step) {
    const bool odd = step % 8 >= 4;
    compressor.process(signal.block().frames(step * 1000, 1000),
                       {.threshold_dbfs = odd ? -30.0 : -10.0,
                        .ratio = odd ? 4.0 : 2.0,
                        .knee_db = odd ? 0.0 : 12.0,
                        .attack_ms = odd ? 30.0 : 60.0,
                        .release_ms = 800.0,
                        .side_chain_high_pass_hz = odd ? 0.0 : 90.0,
                        .make_up_db = odd ? 6.0 : 0.0,
                        .automatic_make_up = odd ? 0.0 : 1.0,
                        .mix = odd ? 1.0 : 0.6,
                        .amount = odd ? 1.0 : 0.7});
  }
  EXPECT_LT(testkit::roughness(signal, 100),
            4e-3);  // a corner of the 20 ms ramps; a step of 0.1 dB gives 0.1
}

TEST(Compressor, ReportsTheReductionOfTheLastBlock) {
  auto signal = square(9600, [](int) { return -6.0; });
  Compressor compressor;
  compressor.prepare(signal.format());
  compressor.process(signal.block(),
                     {.threshold_dbfs = -18.0, .ratio = 3.0, .knee_db = 0.0, .attack_ms = 1.0});
  EXPECT_NEAR(compressor.gain_reduction_db(), -8.0, 1e-4);
}
