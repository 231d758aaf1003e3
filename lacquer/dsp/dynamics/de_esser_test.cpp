#include "lacquer/dsp/dynamics/de_esser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "lacquer/dsp/equalise/equaliser.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::DeEsser;

template <>
struct testkit::ContractTerms<DeEsser> {
  static DeEsser::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

/// A vowel at 300 Hz and a sibilant at 9 kHz, each over its own frames.
struct Voice {
  double vowel_dbfs = -12.0, sibilant_dbfs = -12.0;
  int vowel_begin = 0, vowel_end = 48000, sibilant_begin = 48000, sibilant_end = 52800;
};

testkit::Signal sung(const Voice& voice, double gain = 1.0) {
  testkit::Signal signal{2, 60000};
  for (int f = 0; f < 60000; ++f) {
    double x = 0.0;
    if (f >= voice.vowel_begin && f < voice.vowel_end)
      x += gain_from_db(voice.vowel_dbfs) * std::sin(2.0 * pi * 300.0 * f / 48000.0);
    if (f >= voice.sibilant_begin && f < voice.sibilant_end)
      x += gain_from_db(voice.sibilant_dbfs) * std::sin(2.0 * pi * 9000.0 * f / 48000.0);
    signal.at(0, f) = signal.at(1, f) = gain * x;
  }
  return signal;
}

testkit::Signal de_essed(testkit::Signal signal, const DeEsser::Settings& settings) {
  DeEsser de_esser;
  de_esser.prepare(signal.format());
  de_esser.process(signal.block(), settings);
  return signal;
}

double gain_db(const testkit::Signal& out, const testkit::Signal& in, int first, int last) {
  double before = 0.0, after = 0.0;
  for (int f = first; f < last; ++f) {
    before += in.at(0, f) * in.at(0, f);
    after += out.at(0, f) * out.at(0, f);
  }
  return db_from_power(after / before);
}

}  // namespace

TEST(DeEsser, KeepsTheProcessorContract) { testkit::check_processor_contract<DeEsser>(); }

TEST(DeEsser, TurnsASibilantDownAndLeavesTheVowel) {
  const auto in = sung({});
  const auto out = de_essed(in, {.frequency_hz = 5000.0, .range_db = -6.0});
  EXPECT_NEAR(gain_db(out, in, 50000, 52800), -5.5, 0.4) << "a shelf nearly at its end";
  for (int f = 0; f < 47999; ++f) ASSERT_EQ(out.at(0, f), in.at(0, f)) << f;
}

TEST(DeEsser, FollowsTheVoiceAndNotTheFader) {
  const auto in = sung({});
  const auto out = de_essed(in, {});
  for (const double fader_db : {-40.0, -13.0, 6.0}) {
    const double gain = gain_from_db(fader_db);
    const auto moved = de_essed(sung({}, gain), {});
    for (int f = 0; f < 60000; ++f)
      ASSERT_NEAR(moved.at(0, f), gain * out.at(0, f), 1e-6 * gain) << fader_db << " dB " << f;
  }
}

TEST(DeEsser, ASoftSibilantBetweenLoudWordsIsLeftAloneBitForBit) {
  const auto in = sung({.sibilant_dbfs = -40.0});
  const auto out = de_essed(in, {.threshold_db = -15.0});
  EXPECT_TRUE(testkit::contract::same_bits(in, out));
}

TEST(DeEsser, TheFirstSoundNeedsNoHistory) {
  const auto vowel = sung({.sibilant_end = 0});
  EXPECT_TRUE(testkit::contract::same_bits(vowel, de_essed(vowel, {})));
  const auto sibilant = sung({.vowel_end = 0, .sibilant_begin = 0});
  EXPECT_LT(gain_db(de_essed(sibilant, {}), sibilant, 500, 4000), -4.0);
}

TEST(DeEsser, WhatExceedsTheThresholdIsTurnedDownByTheRatio) {
  const double threshold_db = -14.0, knee_db = DeEsser::knee_db;
  for (const double ratio : {2.0, 8.0})
    for (const double sibilant_dbfs : {-40.0, -28.0, -24.0, -20.0, -14.0}) {
      auto signal = sung({.sibilant_dbfs = sibilant_dbfs,
                          .vowel_end = 60000,
                          .sibilant_begin = 0,
                          .sibilant_end = 60000});
      DeEsser de_esser;
      de_esser.prepare(signal.format());
      de_esser.process(signal.block(), {.frequency_hz = 3000.0,
                                        .threshold_db = threshold_db,
                                        .range_db = -18.0,
                                        .ratio = ratio,
                                        .release_ms = 100.0});
      // What a second-order Butterworth high-pass at 3 kHz lets through of 9 kHz and of 300 Hz.
      const auto through = [](double hz) {
        const double w4 = std::pow(hz / 3000.0, 4.0);
        return w4 / (1.0 + w4);
      };
      const double vowel = power_from_db(-12.0), sibilant = power_from_db(sibilant_dbfs);
      const double level_db =
          db_from_power((vowel * through(300.0) + sibilant * through(9000.0)) / (vowel + sibilant));
      const double over_db = level_db - threshold_db;
      const double excess_db =
          over_db <= -knee_db / 2 ? 0.0
          : over_db >= knee_db / 2
              ? over_db
              : (over_db + knee_db / 2) * (over_db + knee_db / 2) / (2 * knee_db);
      EXPECT_NEAR(de_esser.gain_reduction_db(), -std::min(18.0, excess_db * (1.0 - 1.0 / ratio)),
                  0.15)
          << ratio << ":1, sibilant " << sibilant_dbfs;
    }
}

TEST(DeEsser, AtFullRangeItIsTheEqualisersBellOrShelf) {
  for (const double rate_hz : {44100.0, 96000.0})
    for (const double type : {0.0, 1.0}) {
      const int start = static_cast<int>(0.3 * rate_hz), length = 1 << 13;
      auto signal = testkit::sine(9000.0, -6.0, 0.3 + (length + 1) / rate_hz, rate_hz, 2);
      for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) = f == start ? 1e-3 : 0.0;
      const auto out = de_essed(signal, {.type = type,
                                         .frequency_hz = 9000.0,
                                         .threshold_db = -30.0,
                                         .range_db = -7.0,
                                         .ratio = 20.0,
                                         .release_ms = 500.0});
      dsp::Equaliser::Settings plain;
      plain.bands[0] = {type == 0.0 ? 0.0 : 2.0, 9000.0, -7.0, 0.8};
      for (double hz = 40.0; hz < 20000.0; hz *= 1.3) {
        const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
        std::complex<double> sum = 0.0;
        for (int f = start + length; f-- > start;) sum = sum * step + 1e3 * out.at(1, f);
        EXPECT_NEAR(db_from_gain(std::abs(sum)), response_db(plain, hz), 0.1) << hz;
      }
    }
}

TEST(DeEsser, AmountScalesTheGainInDecibels) {
  const auto in = sung({});
  for (const double amount : {0.3, 0.7}) {
    DeEsser full, part;
    full.prepare(in.format());
    part.prepare(in.format());
    auto one = in, other = in;
    full.process(one.block().frames(0, 52000), {});
    part.process(other.block().frames(0, 52000), {.amount = amount});
    EXPECT_LT(full.gain_reduction_db(), -4.0);
    EXPECT_NEAR(part.gain_reduction_db(), amount * full.gain_reduction_db(), 1e-9);
  }
}

TEST(DeEsser, AfterTheSibilantTheSamplesPassBitForBitAgain) {
  const auto in = sung({.vowel_end = 60000, .sibilant_begin = 10000, .sibilant_end = 13000});
  const auto out = de_essed(in, {.release_ms = 20.0});
  EXPECT_NE(out.at(1, 12500), in.at(1, 12500));
  for (int f = 48000; f < 60000; ++f) ASSERT_EQ(out.at(1, f), in.at(1, f)) << f;
}
