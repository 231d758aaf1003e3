#include "lacquer/dsp/limit/limiter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/figure.h"
#include "testkit/true_peak.h"

using namespace lacquer;
using dsp::Limiter;

namespace {

/// What comes out for the signal with silence after it, in the place where it went in.
template <typename L = Limiter>
testkit::Signal limited(const testkit::Signal& signal, Limiter::Settings settings) {
  L limiter;
  limiter.prepare(signal.format());
  const int latency = limiter.latency_frames();
  testkit::Signal out = testkit::concatenate(
      {signal, {signal.channel_count(), latency, signal.format().sample_rate_hz}});
  limiter.process(out.block(), settings);
  testkit::Signal aligned{signal};
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) aligned.at(c, f) = out.at(c, f + latency);
  return aligned;
}

/// Noise without the top of the band, as music is; white noise has its worst peaks where no two
/// meters agree.
testkit::Signal music_like(std::uint32_t seed, int channels, int frames, double gain) {
  auto signal = testkit::bursts(seed, channels, frames, gain);
  for (int c = 0; c < channels; ++c)
    for (int pass = 0; pass < 2; ++pass)
      for (int f = frames; f-- > 1;)
        signal.at(c, f) = 0.6 * signal.at(c, f) + 0.4 * signal.at(c, f - 1);
  return signal;
}

}  // namespace

TEST(Limiter, KeepsTheProcessorContract) { testkit::check_processor_contract<Limiter>(); }
TEST(LiveLimiter, KeepsTheProcessorContract) {
  testkit::check_processor_contract<dsp::LiveLimiter>();
}

TEST(LiveLimiter, IsFifteenMillisecondsLateAtTheMost) {
  for (const double rate : {44100.0, 48000.0, 96000.0, 192000.0}) {
    dsp::LiveLimiter limiter;
    limiter.prepare({rate, 2});
    EXPECT_LT(limiter.latency_frames() / rate, 0.015) << rate;
  }
}

TEST(Limiter, NoSampleExceedsTheCeilingWhateverTheInput) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const double ceiling_dbtp = -0.3 - seed % 12;
    auto signal =
        testkit::bursts(seed, 1 + static_cast<int>(seed % 2), 4000, seed % 3 ? 30.0 : 0.1);
    for (int f = 500; f < 3600; f += 900) signal.at(0, f + static_cast<int>(seed)) = 5.0;  // alone
    const Limiter::Settings settings = {.ceiling_dbtp = ceiling_dbtp,
                                        .attack_ms = 5.0 + seed % 90,
                                        .release_ms = 5.0 + seed % 60,
                                        .bass_relief = seed % 4 == 1 ? 1.0 : 0.0};
    ASSERT_LE(limited(signal, settings).peak(), gain_from_db(ceiling_dbtp)) << seed;
    ASSERT_LE(limited<dsp::LiveLimiter>(signal, settings).peak(), gain_from_db(ceiling_dbtp))
        << "live, " << seed;
  }
}

TEST(Limiter, AnotherMetersTruePeakStaysUnderTheCeiling) {
  double highest_db = -100.0;
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const double ceiling_dbtp = -0.5 - seed % 6;
    const int channels = 1 + static_cast<int>(seed % 2);
    const auto out = limited(  // with silence after it: a hard cut would ring between the samples
        testkit::concatenate({music_like(seed, channels, 3000, 8.0), {channels, 2000}}),
        {.ceiling_dbtp = ceiling_dbtp});
    const double over_db = testkit::true_peak_dbtp(out) - ceiling_dbtp;
    ASSERT_LE(over_db, 0.05) << seed;  // driven by up to 24 dB
    highest_db = std::max(highest_db, over_db);
  }
  EXPECT_GT(highest_db, -0.05) << "headroom is wasted";
  RecordProperty("highest_over_db", std::to_string(highest_db));
}

TEST(Limiter, FindsThePeakBetweenTheSamplesOfAQuarterRateSine) {
  // fs/4 at 45 degrees: samples at -3.01 dB of the true peak.
  auto signal = testkit::sine(12000.0, 0.0, 0.5, 48000.0, 2, pi / 4);
  ASSERT_NEAR(db_from_gain(signal.peak()), -3.01, 0.01);
  const auto out = limited(signal, {.ceiling_dbtp = -1.0});
  double steady = 0.0;
  for (int f = 10000; f < 20000; ++f) steady = std::max(steady, std::abs(out.at(0, f)));
  EXPECT_NEAR(db_from_gain(steady), -4.045, 0.01);
}

TEST(Limiter, BelowTheCeilingItIsAPureDelayBitForBit) {
  auto signal = testkit::bursts(7, 2, 60000, 0.3);
  signal.at(0, 20000) = 8.0;
  const auto out = limited(signal, {});
  for (int f = 0; f < 60000; ++f) {
    if (f > 13000 && f < 32000) continue;
    ASSERT_EQ(out.at(1, f), signal.at(1, f)) << f;
  }
  EXPECT_LT(std::abs(out.at(1, 20000)), 0.2 * std::abs(signal.at(1, 20000)))
      << "one gain for all channels";
}

TEST(Limiter, ABassNoteIsNotBent) {
  for (const auto& [hz, most_db] : {std::pair{30.0, -54.0}, {50.0, -63.0}, {100.0, -76.0}}) {
    auto signal = testkit::sine(hz, 6.0, 1.0, 48000.0, 1);
    const auto out = limited(signal, {.ceiling_dbtp = -1.0});
    // Project on the fundamental over whole periods; what is left is distortion.
    const int first = 9600, count = 28800;
    double s = 0.0, c = 0.0, power = 0.0;
    for (int f = first; f < first + count; ++f) {
      const double w = 2.0 * pi * hz * f / 48000.0;
      s += out.at(0, f) * std::sin(w) * 2.0 / count;
      c += out.at(0, f) * std::cos(w) * 2.0 / count;
      power += out.at(0, f) * out.at(0, f) / count;
    }
    const double fundamental = 0.5 * (s * s + c * c);
    EXPECT_LT(db_from_power(std::max(power - fundamental, 1e-30) / fundamental), most_db) << hz;
  }
}

TEST(Limiter, TheGainFallsAndReturnsInParabolasOfTheTimesSetForSixDecibels) {
  testkit::Signal signal{1, 48000};
  for (int f = 0; f < 48000; ++f) signal.at(0, f) = 0.25;
  signal.at(0, 24000) = gain_from_db(6.0);
  const auto out = limited(signal, {.ceiling_dbtp = 0.0, .attack_ms = 60.0, .release_ms = 110.0});
  const auto reduction_db = [&](double ms) {
    const int frame = 24000 + static_cast<int>(48.0 * ms);
    return db_from_gain(signal.at(0, frame) / out.at(0, frame));
  };
  EXPECT_GE(reduction_db(0.0), 6.0);
  EXPECT_LT(reduction_db(0.0), 6.1);  // between the samples it is a little more than 6 dB
  // Held for a quarter of a millisecond to either side.
  for (const double ms : {10.0, 30.0, 45.0})
    EXPECT_NEAR(reduction_db(-ms - 0.25), 6.0 * std::pow(1.0 - ms / 60.0, 2), 0.15) << ms;
  for (const double ms : {10.0, 30.0, 55.0, 90.0})
    EXPECT_NEAR(reduction_db(ms + 0.25), 6.0 * std::pow(1.0 - ms / 110.0, 2), 0.15) << ms;
  EXPECT_EQ(reduction_db(-64.0), 0.0);
  EXPECT_EQ(reduction_db(114.0), 0.0);
}

TEST(Limiter, SaysHowMuchItTookAway) {
  auto signal = testkit::sine(1000.0, 5.0, 2.0);
  Limiter limiter;
  limiter.prepare(signal.format());
  limiter.process(signal.block(), {.ceiling_dbtp = -1.0});
  EXPECT_NEAR(limiter.gain_reduction_db(), -6.04, 0.005);
  const int over = limiter.latency_frames() + 24000;
  testkit::Signal silence{2, over + 8000};
  limiter.process(silence.block().frames(0, over), {.ceiling_dbtp = -1.0});
  limiter.process(silence.block().frames(over, 8000), {.ceiling_dbtp = -1.0});
  EXPECT_EQ(limiter.gain_reduction_db(), 0.0);
  EXPECT_NEAR(limiter.deepest_gain_reduction_db(), -6.04, 0.005);
}

TEST(Limiter, BridgesNearPeaksLetsGoOfSingleOnesAndLiveSeesTenMillisecondsAhead) {
  testkit::Signal signal{1, 48000};
  for (int f = 0; f < 48000; ++f) signal.at(0, f) = 0.01;
  testkit::Figure::Points wanted;
  for (const auto& [ms, over_db] : {std::pair{150, 6.0}, {450, 4.0}, {510, 6.0}, {570, 5.0}}) {
    signal.at(0, 48 * ms) = gain_from_db(over_db);
    wanted.insert(wanted.end(), {{ms, 0.0}, {ms, -over_db}, {ms, 0.0}});
  }
  const Limiter::Settings settings = {.ceiling_dbtp = 0.0};
  const auto gain_db = [&](const testkit::Signal& out, int ms) {
    return db_from_gain(out.at(0, 48 * ms) / signal.at(0, 48 * ms));
  };
  const auto render = limited(signal, settings);
  const auto live = limited<dsp::LiveLimiter>(signal, settings);
  for (const int between : {480, 540}) EXPECT_LT(gain_db(render, between), -3.0);
  EXPECT_GT(gain_db(render, 330), -0.01);
  EXPECT_LT(gain_db(render, 125), -1.5);
  EXPECT_EQ(gain_db(live, 125), 0.0);
  EXPECT_LT(gain_db(live, 150), -6.0);
  testkit::Figure::Points of_render, of_live;
  for (int ms = 0; ms <= 800; ++ms) {
    of_render.emplace_back(ms, gain_db(render, ms));
    of_live.emplace_back(ms, gain_db(live, ms));
  }
  testkit::Figure figure{
      "Gain of the limiter over four peaks", {"time, ms", 0.0, 800.0}, {"gain, dB", -7.0, 1.0}};
  figure.curve("what the peaks ask for", wanted, testkit::Figure::Line::dotted);
  figure.curve("render", of_render);
  figure.curve("live", of_live, testkit::Figure::Line::dashed);
  testkit::expect_figure("limiter_gain", figure);
}
