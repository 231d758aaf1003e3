#include "lacquer/chain/live_chain.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "lacquer/base/units.h"
#include "testkit/allocations.h"
#include "testkit/roughness.h"
#include "testkit/signal.h"

using namespace lacquer;
using chain::LiveChain;
using chain::Recipe;

namespace {

constexpr double rate_hz = 48000.0;

/// Every processor there is, once, in signal order, at its defaults.
Recipe everything() {
  Recipe recipe;
  for (const std::string& name : chain::processor_names())
    recipe.steps.push_back({name, {}, false});
  return recipe;
}

const Recipe tone = {{{"equaliser", {{"band_1_gain_db", 3.0}, {"band_5_gain_db", -2.0}}, false},
                      {"stereo", {{"width_middle", 1.2}}, false},
                      {"bass_mono", {{"frequency_hz", 150.0}}, false},
                      {"gain", {{"gain_db", 2.0}}, false}}};

/// In blocks of 1 to `longest` frames.
testkit::Signal played(LiveChain& live, testkit::Signal signal, int longest,
                       std::uint32_t seed = 1) {
  std::mt19937 engine{seed};
  for (int done = 0; done < signal.frame_count();) {
    const int drawn = 1 + static_cast<int>(engine() % static_cast<unsigned>(longest));
    const int frames = std::min(signal.frame_count() - done, drawn);
    live.process(signal.block().frames(done, frames));
    done += frames;
  }
  return signal;
}

}  // namespace

TEST(LiveChain, PlaysWhatARenderGivesLaterByItsLatencyBitForBit) {
  const auto mix = testkit::bursts(3, 2, 30000, 0.5, rate_hz);
  auto live = LiveChain::make(tone, mix.format()).value();
  const int latency = live.latency_frames();
  const auto out = played(live, mix, 700);
  auto source = chain::process(tone, testkit::open(mix)().value()).value();
  const auto render = testkit::drain(*source);
  for (int c = 0; c < 2; ++c)
    for (int f = latency; f < out.frame_count(); ++f)
      ASSERT_EQ(out.at(c, f), render.at(c, f - latency)) << f;
}

TEST(LiveChain, NothingAllocatesWhilePlayingChangingAndBypassingEverything) {
  auto live = LiveChain::make(everything(), {rate_hz, 2}).value();
  auto signal = testkit::bursts(5, 2, 48000, 1.5, rate_hz);
  live.process(signal.block().frames(0, 4800));
  const auto before = testkit::allocations();
  ASSERT_GT(before, 0) << "nobody counts";
  for (int done = 4800, turn = 0; done < 48000; done += 480, ++turn) {
    const auto step = static_cast<std::size_t>(turn) % live.step_count();
    live.bypass(step, turn % 3 == 0);
    live.set(step, "amount", 0.01 * (turn % 100));
    live.process(signal.block().frames(done, 480));
  }
  live.reset();
  EXPECT_EQ(testkit::allocations(), before);
}

TEST(LiveChain, TheBitsDoNotDependOnTheBlocks) {
  const auto mix = testkit::bursts(7, 2, 20000, 2.0, rate_hz);
  auto live = LiveChain::make(everything(), mix.format()).value();
  const auto whole = played(live, mix, 20000);
  for (const int longest : {1, 64, 1000}) {
    live.reset();
    const auto pieces = played(live, mix, longest);
    for (int f = 0; f < 20000; ++f)
      ASSERT_EQ(whole.at(0, f), pieces.at(0, f)) << longest << ' ' << f;
  }
}

TEST(LiveChain, WithAllBypassedItIsADelayBitForBitAndTheSameDelay) {
  Recipe recipe = everything();
  const int latency = LiveChain::make(recipe, {rate_hz, 2}).value().latency_frames();
  for (auto& step : recipe.steps) step.bypassed = true;
  auto live = LiveChain::make(recipe, {rate_hz, 2}).value();
  ASSERT_EQ(live.latency_frames(), latency);
  const auto mix = testkit::bursts(9, 2, latency + 20000, 1.5, rate_hz);
  const auto out = played(live, mix, 500);
  for (int f = latency; f < out.frame_count(); ++f)
    ASSERT_EQ(out.at(1, f), mix.at(1, f - latency)) << f;
}

TEST(LiveChain, BypassingAndTakingInAgainDoesNotClick) {
  auto live = LiveChain::make({{{"gain", {{"gain_db", -12.0}}, false}}}, {rate_hz, 1}).value();
  auto signal = testkit::sine(60.0, -6.0, 1.0, rate_hz, 1);
  for (int done = 0, turn = 0; done < 48000; done += 4800, ++turn) {
    ASSERT_TRUE(live.bypass(0, turn % 2 == 1));
    live.process(signal.block().frames(done, 4800));
  }
  EXPECT_LT(testkit::roughness(signal, 6), 0.005);  // a click of half the tone has more than 1
  double loudest = 0.0, softest = 1.0;
  for (int turn = 1; turn < 10; ++turn) {
    double peak = 0.0;
    for (int f = 4800 * turn + 1200; f < 4800 * (turn + 1); ++f)
      peak = std::max(peak, std::abs(signal.at(0, f)));
    loudest = std::max(loudest, peak);
    softest = std::min(softest, peak);
  }
  EXPECT_NEAR(db_from_gain(loudest), -6.0, 0.1);
  EXPECT_NEAR(db_from_gain(softest), -18.0, 0.1);
}

TEST(LiveChain, AMasteringChainOfMinimumPhaseIsTwentyMillisecondsLate) {
  const Recipe recipe = {{{"equaliser", {}, false},
                          {"dynamic_equaliser", {}, false},
                          {"compressor", {}, false},
                          {"bass_mono", {}, false},
                          {"gain", {}, false},
                          {"limiter", {}, false}}};
  for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0}) {
    const auto live = LiveChain::make(recipe, {rate, 2}).value();
    EXPECT_LT(live.latency_frames() / rate, 0.020) << rate;
  }
}

TEST(LiveChain, TheLimiterHoldsItsCeilingWhateverIsTurned) {
  auto live = LiveChain::make({{{"gain", {}, false}, {"limiter", {{"ceiling_dbtp", -2.0}}, false}}},
                              {rate_hz, 2})
                  .value();
  auto signal = testkit::bursts(11, 2, 96000, 1.0, rate_hz);
  for (int done = 0, turn = 0; done < 96000; done += 480, ++turn) {
    ASSERT_TRUE(live.set(0, "gain_db", turn % 7 * 3.0));
    ASSERT_TRUE(live.set(1, "release_ms", 20.0 + turn % 11 * 30.0));
    live.process(signal.block().frames(done, 480));
  }
  EXPECT_LE(signal.peak(), gain_from_db(-2.0));
}

TEST(LiveChain, WhatDoesNotExistIsRefusedAndWhatIsOutOfRangeIsHeld) {
  auto live = LiveChain::make({{{"gain", {}, false}}}, {rate_hz, 1}).value();
  EXPECT_FALSE(live.set(1, "gain_db", 0.0));
  EXPECT_FALSE(live.set(0, "gain", 0.0));
  EXPECT_FALSE(live.set(0, "gain_db", std::numeric_limits<double>::quiet_NaN()));
  EXPECT_FALSE(live.bypass(1, true));
  EXPECT_TRUE(live.set(0, "gain_db", 1000.0));
  auto signal = testkit::sine(100.0, -80.0, 1.0, rate_hz, 1);
  live.process(signal.block());
  EXPECT_NEAR(db_from_gain(signal.peak()), -20.0, 0.1) << "60 dB is the most";
  const auto unknown = LiveChain::make({{{"reverb", {}, false}}}, {rate_hz, 1});
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.error().kind, ErrorKind::usage);
}
