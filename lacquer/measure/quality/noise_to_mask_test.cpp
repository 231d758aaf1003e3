#include "lacquer/measure/quality/noise_to_mask.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "lacquer/base/units.h"
#include "lacquer/dsp/limit/limiter.h"
#include "testkit/signal.h"

using namespace lacquer;
using measure::NoiseToMask;
using measure::NoiseToMaskMeter;
using testkit::Signal;

namespace {

NoiseToMask compared(Signal reference, Signal other, double late = 0.0, int block = 700) {
  NoiseToMaskMeter meter{reference.format(), late};
  for (int at = 0; at < reference.frame_count(); at += block) {
    const int frames = std::min(block, reference.frame_count() - at);
    meter.add(reference.block().frames(at, frames), other.block().frames(at, frames));
  }
  return meter.finish();
}

/// A few tones that come and go, in stereo.
Signal music(double rate_hz = 44100.0) {
  Signal signal{2, static_cast<int>(4.0 * rate_hz), rate_hz};
  const double notes_hz[] = {110.0, 220.7, 441.3, 663.9, 1320.0, 2650.0, 5210.0, 9930.0};
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = f / rate_hz;
    for (int n = 0; n < 8; ++n) {
      const double level =
          0.12 / (1.0 + 0.5 * n) * (0.6 + 0.4 * std::sin(2.0 * pi * (0.7 + 0.31 * n) * t));
      const double phase = 2.0 * pi * notes_hz[n] * t + n;
      signal.at(0, f) += level * std::sin(phase);
      signal.at(1, f) += level * std::sin(phase + 0.2 * n);
    }
  }
  return signal;
}

Signal with_noise(Signal signal, double dbfs, std::uint32_t seed = 1) {
  const Signal noise =
      testkit::noise(seed, 2, signal.frame_count(), gain_from_db(dbfs) * std::sqrt(3.0), 44100.0);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) += noise.at(c, f);
  return signal;
}

}  // namespace

TEST(NoiseToMask, TheSameProgrammeHasNothingToHear) {
  const auto result = compared(music(), music());
  EXPECT_LE(result.p95_db.value(), -149.0);
  EXPECT_EQ(result.audible_share.value(), 0.0);
  EXPECT_EQ(result.band_hz.size(), result.band_db.size());
  EXPECT_GE(result.band_hz.size(), 35u);
}

TEST(NoiseToMask, AGainAndATiltAreNoNoise) {
  Signal louder = music();
  double last[2] = {};
  for (int f = 0; f < louder.frame_count(); ++f)
    for (int c = 0; c < 2; ++c) {
      const double in = louder.at(c, f);
      louder.at(c, f) = 0.4 * in + 0.3 * last[c];  // a filter
      last[c] = in;
    }
  EXPECT_LT(compared(music(), louder).p95_db.value(), -40.0);
}

TEST(NoiseToMask, TenDecibelMoreNoiseAreTenDecibelMore) {
  const double soft = compared(music(), with_noise(music(), -70.0)).mean_db.value();
  const double loud = compared(music(), with_noise(music(), -60.0)).mean_db.value();
  EXPECT_NEAR(loud - soft, 10.0, 0.3);
}

TEST(NoiseToMask, NoiseIsHeardInThePausesOfTheSpectrumAndNotUnderATone) {
  // A tone of 1 kHz at -20 dBFS, and four softer tones close to each other: in its band, elsewhere.
  const auto beside = [](double noise_hz) {
    Signal reference = testkit::sine(1000.0, -20.0, 4.0, 44100.0), other = reference;
    for (int f = 0; f < other.frame_count(); ++f)
      for (int n = 0; n < 4; ++n) {
        const double noise =
            2.5e-4 * std::sin(2.0 * pi * (noise_hz - 31.0 + 17.0 * n) * f / 44100.0 + n);
        for (int c = 0; c < 2; ++c) other.at(c, f) += noise;
      }
    return compared(reference, other).mean_db.value();
  };
  EXPECT_GT(beside(8000.0), beside(1000.0) + 15.0);
  // Masking reaches further up than down: at equal distance to the ear, the lower tones are heard
  // more.
  EXPECT_GT(beside(600.0), beside(1550.0) + 3.0);
}

TEST(NoiseToMask, NoiseBelowTheThresholdInQuietIsNotHeard) {
  const auto result = compared(music(), with_noise(music(), -110.0));
  EXPECT_LT(result.worst_db.value(), 0.0);
  EXPECT_EQ(result.audible_share.value(), 0.0);
  EXPECT_GT(compared(music(), with_noise(music(), -40.0)).audible_share.value(), 0.95);
}

TEST(NoiseToMask, APartOfAFrameLateIsUndone) {
  // Several tones in each band, or one gain would explain what is late.
  Signal reference{1, 44100, 44100.0}, late = reference;
  for (int n = 0; n < 130; ++n)
    for (int f = 0; f < reference.frame_count(); ++f) {
      const double turns = 2.0 * pi * (100.0 + 113.0 * n) / 44100.0;
      reference.at(0, f) += 0.01 * std::sin(turns * f + n * n);
      late.at(0, f) += 0.01 * std::sin(turns * (f - 0.37) + n * n);
    }
  EXPECT_LT(compared(reference, late, 0.37).p95_db.value(), -45.0);
  EXPECT_GT(compared(reference, late).p95_db.value(), -35.0);
}

TEST(NoiseToMask, SoftPassagesDoNotCountAndThePlaceOfTheWorstIsTold) {
  Signal other = music();
  for (int f = 2 * 44100; f < 2 * 44100 + 300; ++f)
    other.at(0, f) = std::tanh(20.0 * other.at(0, f));
  const auto result = compared(music(), other);
  EXPECT_NEAR(result.worst_start_s.value(), 2.0, 0.06);
  EXPECT_FALSE(compared(Signal{2, 44100, 44100.0}, Signal{2, 44100, 44100.0}).mean_db);
}

TEST(NoiseToMask, AnyBlockSplitGivesTheSameNumbers) {
  const auto whole = compared(music(), with_noise(music(), -60.0), 0.0, 1 << 20);
  const auto split = compared(music(), with_noise(music(), -60.0), 0.0, 17);
  EXPECT_EQ(whole.mean_db, split.mean_db);
  EXPECT_EQ(whole.p95_db, split.p95_db);
  EXPECT_EQ(whole.band_db, split.band_db);
}

TEST(NoiseToMask, MonoAndHighRatesAreComparedAlike) {
  const auto at = [](double rate_hz, int channels) {
    Signal reference{channels, static_cast<int>(rate_hz * 2), rate_hz}, other = reference;
    for (int f = 0; f < reference.frame_count(); ++f)
      for (int c = 0; c < channels; ++c) {
        const double t = f / rate_hz;
        reference.at(c, f) = 0.2 * std::sin(2.0 * pi * 300.0 * t);
        other.at(c, f) = reference.at(c, f) + 1e-3 * std::sin(2.0 * pi * 3100.0 * t);
      }
    return compared(reference, other).mean_db.value();
  };
  EXPECT_NEAR(at(48000.0, 1), at(96000.0, 1), 1.5);
  // Played by two speakers it is 3 dB louder, music and noise; the threshold is not.
  EXPECT_NEAR(at(48000.0, 2), at(48000.0, 1), 4.0);
}

TEST(NoiseToMask, FallsWhereBassReliefSparesTheMusicFromTheLimiter) {
  constexpr double rate_hz = 44100.0;
  Signal signal = music(rate_hz);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = std::fmod(f / rate_hz, 0.4);
    for (int c = 0; c < 2; ++c)
      signal.at(c, f) += 1.3 * std::exp(-20.0 * t) * std::sin(2.0 * pi * 60.0 * t);
  }
  const auto limited = [&](double bass_relief) {
    dsp::Limiter limiter;
    limiter.prepare(signal.format());
    const int latency = limiter.latency_frames();
    Signal through = testkit::concatenate({signal, {2, latency, rate_hz}});
    limiter.process(through.block(), {.ceiling_dbtp = -3.0, .bass_relief = bass_relief});
    Signal out = signal;
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < out.frame_count(); ++f) out.at(c, f) = through.at(c, f + latency);
    return out;
  };
  const auto without = compared(signal, limited(0.0)), with = compared(signal, limited(1.0));
  EXPECT_LT(*with.mean_db, *without.mean_db - 2.0);
  EXPECT_LT(*with.p95_db, *without.p95_db - 2.0);
}
