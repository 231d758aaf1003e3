#include "lacquer/dsp/limit/limiter.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/true_peak.h"

using namespace lacquer;
using dsp::Limiter;

namespace {

testkit::Signal limited(testkit::Signal signal, Limiter::Settings settings) {
  Limiter limiter;
  limiter.prepare(signal.format());
  limiter.process(signal.block(), settings);
  return signal;
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

TEST(Limiter, NoSampleExceedsTheCeilingWhateverTheInput) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const double ceiling_dbtp = -0.3 - seed % 12;
    auto signal =
        testkit::bursts(seed, 1 + static_cast<int>(seed % 2), 4000, seed % 3 ? 30.0 : 0.1);
    for (int f = 500; f < 3600; f += 900) signal.at(0, f + static_cast<int>(seed)) = 5.0;  // alone
    const auto out = limited(signal, {.ceiling_dbtp = ceiling_dbtp, .release_ms = 5.0 + seed % 60});
    ASSERT_LE(out.peak(), gain_from_db(ceiling_dbtp)) << seed;
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
  EXPECT_NEAR(db_from_gain(steady), -4.01, 0.01);
}

TEST(Limiter, BelowTheCeilingItIsAPureDelayBitForBit) {
  auto signal = testkit::bursts(7, 2, 60000, 0.3);
  signal.at(0, 20000) = 8.0;
  Limiter limiter;
  limiter.prepare(signal.format());
  const int latency = limiter.latency_frames();
  const auto out = limited(signal, {});
  for (int f = latency; f < 60000; ++f) {
    if (f > 19000 && f < 25000) continue;
    ASSERT_EQ(out.at(1, f), signal.at(1, f - latency)) << f;
  }
  EXPECT_LT(std::abs(out.at(1, 20000 + latency)), 0.2 * std::abs(signal.at(1, 20000)))
      << "one gain for all channels";
}

TEST(Limiter, ABassNoteIsNotBent) {
  for (const double hz : {30.0, 50.0, 100.0}) {
    auto signal = testkit::sine(hz, 6.0, 1.0, 48000.0, 1);
    const auto out = limited(signal, {.ceiling_dbtp = -1.0});
    // Project on the fundamental over whole periods; what is left is distortion.
    const int first = 14400, count = 28800;
    double s = 0.0, c = 0.0, power = 0.0;
    for (int f = first; f < first + count; ++f) {
      const double w = 2.0 * pi * hz * f / 48000.0;
      s += out.at(0, f) * std::sin(w) * 2.0 / count;
      c += out.at(0, f) * std::cos(w) * 2.0 / count;
      power += out.at(0, f) * out.at(0, f) / count;
    }
    const double fundamental = 0.5 * (s * s + c * c);
    EXPECT_LT(db_from_power(std::max(power - fundamental, 1e-30) / fundamental), -80.0) << hz;
  }
}

TEST(Limiter, TheGainIsDownBeforeThePeakAndBackAfterTheReleaseAndNoLater) {
  testkit::Signal signal{1, 48000};
  for (int f = 0; f < 48000; ++f) signal.at(0, f) = 0.25;
  signal.at(0, 24000) = 2.0;
  Limiter limiter;
  limiter.prepare(signal.format());
  const int latency = limiter.latency_frames();
  const auto out = limited(signal, {.ceiling_dbtp = 0.0, .release_ms = 27.0});
  const auto gain = [&](int frame) { return out.at(0, frame + latency) / signal.at(0, frame); };
  EXPECT_EQ(gain(24000 - 700), 1.0);  // 12 ms and the taps before
  EXPECT_LT(gain(24000), 0.5);
  EXPECT_EQ(gain(24000 + 2900), 1.0);  // 18 + 27 + 12 ms after
  for (int f = 24000 - 700; f < 24000; ++f) ASSERT_LE(gain(f + 1), gain(f) + 1e-9);
  for (int f = 24000 + 1; f < 24000 + 2900; ++f) ASSERT_GE(gain(f + 1), gain(f) - 1e-9);
}

TEST(Limiter, SaysHowMuchItTookAway) {
  auto signal = testkit::sine(1000.0, 5.0, 0.5);
  Limiter limiter;
  limiter.prepare(signal.format());
  limiter.process(signal.block().frames(0, 20000), {.ceiling_dbtp = -1.0});
  EXPECT_NEAR(limiter.gain_reduction_db(), -6.0, 0.01);
  testkit::Signal silence{2, 20000};
  limiter.process(silence.block().frames(0, 10000), {.ceiling_dbtp = -1.0});
  limiter.process(silence.block().frames(10000, 10000), {.ceiling_dbtp = -1.0});
  EXPECT_EQ(limiter.gain_reduction_db(), 0.0);
  EXPECT_NEAR(limiter.deepest_gain_reduction_db(), -6.0, 0.01);
}
