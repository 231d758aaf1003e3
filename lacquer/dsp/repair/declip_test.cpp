#include "lacquer/dsp/repair/declip.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::Declip;

namespace {

constexpr double rate_hz = 44100.0;

/// The output with the latency taken out.
testkit::Signal declipped(const testkit::Signal& in, const Declip::Settings& settings = {},
                          std::int64_t* rebuilt = nullptr) {
  Declip declip;
  declip.prepare(in.format());
  const int latency = declip.latency_frames();
  auto longer = testkit::concatenate(
      {in, testkit::Signal{in.channel_count(), latency, in.format().sample_rate_hz}});
  declip.process(longer.block(), settings);
  if (rebuilt) *rebuilt = declip.rebuilt_frames();
  testkit::Signal out = in;
  for (int c = 0; c < in.channel_count(); ++c)
    for (int f = 0; f < in.frame_count(); ++f) out.at(c, f) = longer.at(c, f + latency);
  return out;
}

/// A bass and two chords with a beat and a little noise; peaks at 0 dBFS.
testkit::Signal music(std::uint32_t seed, double seconds) {
  auto signal = testkit::noise(seed, 1, static_cast<int>(seconds * rate_hz), 1.0, rate_hz);
  std::mt19937 random{seed};
  struct Tone {
    std::complex<double> now, turn;
  };
  std::vector<Tone> tones;
  const double root_hz = 55.0 + static_cast<double>(random() % 50);
  for (const double ratio : {1.0, 4.0, 5.04, 6.0, 8.02, 9.5})
    for (int partial = 1; partial <= 5; ++partial)
      tones.push_back({std::polar(1.0 / (partial * std::sqrt(ratio)), ratio + partial),
                       std::polar(1.0, 2.0 * pi * root_hz * ratio * partial / rate_hz)});
  double warm = 0.0;
  for (int f = 0; f < signal.frame_count(); ++f) {
    warm += 0.2 * (signal.at(0, f) - warm);
    const double beat = 0.4 + std::exp(-6.0 * std::fmod(f / rate_hz, 0.45));
    double sum = 0.0;
    for (Tone& tone : tones) sum += (tone.now *= tone.turn).imag();
    signal.at(0, f) = beat * (sum + 0.1 * warm);
  }
  const double gain = 1.0 / signal.peak();
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(0, f) *= gain;
  return signal;
}

/// The limits need not be the same above and below.
testkit::Signal clipped(testkit::Signal signal, double above, double below) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(c, f) = std::clamp(signal.at(c, f), -below, above);
  return signal;
}

double sdr_db(const testkit::Signal& clean, const testkit::Signal& other) {
  double signal = 0.0, error = 0.0;
  for (int f = 0; f < clean.frame_count(); ++f) {
    signal += clean.at(0, f) * clean.at(0, f);
    error += std::pow(other.at(0, f) - clean.at(0, f), 2.0);
  }
  return db_from_power(signal / error);
}

}  // namespace

TEST(Declip, KeepsTheProcessorContract) { testkit::check_processor_contract<Declip>(); }

TEST(Declip, WhatWasCutOffComesBackAtSeveralDepths) {
  struct Bar {
    double depth_db, gained_db;
  };
  for (const Bar& bar : {Bar{1.0, 20.0}, Bar{3.0, 9.0}, Bar{6.0, 1.7}, Bar{9.0, 1.0}}) {
    double gained_db = 0.0;
    for (const std::uint32_t seed : {1u, 2u, 3u}) {
      const auto clean = music(seed, 1.5);
      const double limit = gain_from_db(-bar.depth_db);
      const auto in = clipped(clean, limit, limit);
      const auto out =
          declipped(in, {.clip_level_dbfs = -bar.depth_db - 1.0, .most_rise_db = 12.0});
      const double here_db = sdr_db(clean, out) - sdr_db(clean, in);
      EXPECT_GT(here_db, 0.0) << seed;
      gained_db += here_db / 3.0;
    }
    EXPECT_GT(gained_db, bar.gained_db) << bar.depth_db << " dB cut off";
  }
}

TEST(Declip, NothingIsRebuiltBelowTheLimitAndAllElsePassesBitForBit) {
  for (std::uint32_t seed = 1; seed <= 6; ++seed) {
    const auto in = clipped(music(seed, 0.8), 0.5, 0.6);
    std::int64_t rebuilt = 0;
    const auto out = declipped(in, {.clip_level_dbfs = -7.0, .most_rise_db = 5.0}, &rebuilt);
    EXPECT_GT(rebuilt, 100);
    for (int f = 0; f < in.frame_count(); ++f) {
      const double was = in.at(0, f), is = out.at(0, f);
      if (was < 0.5 * (1.0 - 1e-6) && was > -0.6 * (1.0 - 1e-6)) {
        ASSERT_EQ(is, was) << f;
      } else {
        ASSERT_GE(std::abs(is), std::abs(was)) << f;
        ASSERT_LE(std::abs(is), std::abs(was) * gain_from_db(5.0) * (1.0 + 1e-12)) << f;
        ASSERT_GT(is * was, 0.0);
      }
    }
  }
}

TEST(Declip, EachSignHasItsOwnLimit) {
  const auto clean = music(4, 1.5);
  const auto in = clipped(clean, 0.6, 2.0);  // only above
  const auto out = declipped(in, {.clip_level_dbfs = -6.0});
  EXPECT_GT(sdr_db(clean, out), sdr_db(clean, in) + 3.0);
  for (int f = 0; f < in.frame_count(); ++f)
    if (in.at(0, f) < 0.6 * (1.0 - 1e-6)) {
      ASSERT_EQ(out.at(0, f), in.at(0, f));
    }
}

TEST(Declip, MusicThatWasNotClippedPassesBitForBit) {
  const auto passes = [](const testkit::Signal& in, const char* what) {
    std::int64_t rebuilt = 0;
    const auto out = declipped(in, {.clip_level_dbfs = -20.0}, &rebuilt);
    EXPECT_EQ(rebuilt, 0) << what;
    EXPECT_TRUE(testkit::contract::same_bits(out, in)) << what;
  };
  for (std::uint32_t seed = 1; seed <= 8; ++seed) passes(music(seed, 1.0), "music");
  for (const double hz : {20.0, 50.0, 150.0, 441.0, 3000.0, 11025.0})
    passes(testkit::sine(hz, -0.1, 0.5, rate_hz, 1), "a tone");
  passes(testkit::noise(2, 1, 40000, 0.99, rate_hz), "noise");
  auto coarse = music(9, 1.0), square = coarse;
  for (int f = 0; f < coarse.frame_count(); ++f) {
    coarse.at(0, f) = std::round(coarse.at(0, f) * 32767.0) / 32768.0;
    square.at(0, f) = f % 100 < 50 ? 0.8 : -0.8;
  }
  passes(coarse, "16 bits");
  passes(square, "a square wave");
}

TEST(Declip, BelowTheClipLevelNothingIsLookedFor) {
  const auto in = clipped(music(5, 1.0), 0.4, 0.4);  // -8 dBFS
  EXPECT_TRUE(testkit::contract::same_bits(declipped(in, {.clip_level_dbfs = -6.0}), in));
}

TEST(Declip, AmountIsTheShareThatIsPutBack) {
  const auto in = clipped(music(6, 1.0), 0.5, 0.5);
  const Declip::Settings whole{.clip_level_dbfs = -7.0};
  const auto full = declipped(in, whole);
  const auto part = declipped(in, {.clip_level_dbfs = -7.0, .amount = 0.3});
  const auto none = declipped(in, {.clip_level_dbfs = -7.0, .amount = 0.0});
  EXPECT_TRUE(testkit::contract::same_bits(none, in));
  for (int f = 0; f < in.frame_count(); ++f)
    ASSERT_NEAR(part.at(0, f), 0.7 * in.at(0, f) + 0.3 * full.at(0, f), 1e-12);
}
