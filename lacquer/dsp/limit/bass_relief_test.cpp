#include "lacquer/dsp/limit/bass_relief.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/limit/limiter.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Limiter;

namespace {

constexpr double rate_hz = 48000.0;
constexpr double tone_hz = 3000.0;

/// A tone over which something is struck twice a second, with peaks `over_dbfs` over full scale.
testkit::Signal struck(double struck_hz, double over_dbfs, double duration_s) {
  auto signal = testkit::sine(tone_hz, -20.0, duration_s, rate_hz);
  const double gain = gain_from_db(over_dbfs);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = std::fmod(f / rate_hz, 0.5);
    for (int c = 0; c < 2; ++c)
      signal.at(c, f) += gain * std::exp(-25.0 * t) * std::sin(2 * pi * struck_hz * t);
  }
  return signal;
}

/// What comes out, in the place where it went in; blocks of so many frames.
testkit::Signal limited(const testkit::Signal& signal, double bass_relief, int block = 4096) {
  Limiter limiter;
  limiter.prepare(signal.format());
  const int latency = limiter.latency_frames();
  auto out = testkit::concatenate({signal, {signal.channel_count(), latency, rate_hz}});
  for (int f = 0; f < out.frame_count(); f += block)
    limiter.process(out.block().frames(f, std::min(block, out.frame_count() - f)),
                    {.ceiling_dbtp = -1.0, .bass_relief = bass_relief});
  testkit::Signal aligned{signal};
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) aligned.at(c, f) = out.at(c, f + latency);
  return aligned;
}

/// How far the tone moves up and down, in looks of 4 ms: dB.
double tone_movement_db(const testkit::Signal& signal) {
  constexpr int look = 192;
  double least = 1e9, most = 0.0;
  for (int start = 24000; start + look < signal.frame_count() - 24000; start += look) {
    double sine = 0.0, cosine = 0.0;
    for (int f = start; f < start + look; ++f) {
      const double window = 1.0 - std::cos(2 * pi * (f - start + 0.5) / look);
      sine += window * signal.at(0, f) * std::sin(2 * pi * tone_hz * f / rate_hz);
      cosine += window * signal.at(0, f) * std::cos(2 * pi * tone_hz * f / rate_hz);
    }
    least = std::min(least, std::hypot(sine, cosine));
    most = std::max(most, std::hypot(sine, cosine));
  }
  return db_from_gain(most / least);
}

bool same(const testkit::Signal& a, const testkit::Signal& b) {
  for (int c = 0; c < a.channel_count(); ++c)
    for (int f = 0; f < a.frame_count(); ++f)
      if (a.at(c, f) != b.at(c, f)) return false;
  return true;
}

}  // namespace

TEST(BassRelief, AToneOverABassDrumIsPumpedThreeDecibelsLess) {
  const auto signal = struck(55.0, 6.0, 4.0);
  const double without_db = tone_movement_db(limited(signal, 0.0));
  const double with_db = tone_movement_db(limited(signal, 1.0));
  EXPECT_GT(without_db, 5.0);
  EXPECT_LT(with_db, without_db - 3.0);
  EXPECT_LT(tone_movement_db(limited(signal, 0.5)), without_db - 1.5);
  EXPECT_LE(limited(signal, 1.0).peak(), gain_from_db(-1.0));
}

TEST(BassRelief, WhereTheLimiterIsNotHeardNotABitChanges) {
  const auto steady = struck(55.0, 0.7, 3.0);  // less than 2 dB over
  ASSERT_GT(steady.peak(), gain_from_db(-0.5));
  EXPECT_TRUE(same(limited(steady, 0.0), limited(steady, 1.0)));
}

TEST(BassRelief, WhatIsNotMadeOfBassIsLeftToTheLimiter) {
  const auto cymbals = struck(6500.0, 6.0, 3.0);
  EXPECT_NEAR(tone_movement_db(limited(cymbals, 1.0)), tone_movement_db(limited(cymbals, 0.0)),
              0.1);
}

TEST(BassRelief, TheBlocksDoNotMatter) {
  const auto signal = struck(55.0, 6.0, 1.5);
  const auto whole = limited(signal, 1.0, 1 << 20);
  for (const int block : {1, 7, 256, 1000}) EXPECT_TRUE(same(whole, limited(signal, 1.0, block)));
}

TEST(BassRelief, TurnedOffWhilePlayingItEndsAsIfItHadNeverBeen) {
  const auto signal = struck(55.0, 6.0, 8.0);
  Limiter changed, never;
  for (Limiter* limiter : {&changed, &never}) limiter->prepare(signal.format());
  auto a = signal, b = signal;
  const int latency = changed.latency_frames(), change = signal.frame_count() / 4;
  for (int f = 0; f < signal.frame_count(); f += 500) {
    const int frames = std::min(500, signal.frame_count() - f);
    changed.process(a.block().frames(f, frames), {.bass_relief = f < change ? 1.0 : 0.0});
    never.process(b.block().frames(f, frames), {});
  }
  for (int f = change + 3 * latency; f < signal.frame_count(); ++f)
    ASSERT_EQ(a.at(0, f), b.at(0, f)) << f;
}
