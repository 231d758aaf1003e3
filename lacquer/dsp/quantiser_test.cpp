#include "lacquer/dsp/quantiser.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::Quantiser;

template <>
struct testkit::ContractTerms<Quantiser> {
  /// Nothing leaves it untouched but what is on the grid; the test below says so. The suite's
  /// signals are not, hence its own neutral check is met by the finest grid it has.
  static Quantiser::Settings neutral() { return {.bits = 24.0, .dither = 0.0}; }
  static constexpr double neutral_peak = 0.0;
  static constexpr bool silence_stays_silent = false;  // dither is noise
};

namespace {
testkit::Signal quantised(testkit::Signal signal, const Quantiser::Settings& settings) {
  Quantiser quantiser;
  quantiser.prepare(signal.format());
  quantiser.process(signal.block(), settings);
  return signal;
}
}  // namespace

TEST(Quantiser, KeepsTheProcessorContract) { testkit::check_processor_contract<Quantiser>(); }

TEST(Quantiser, EveryOutputIsOnTheGridAndInsideItWhateverTheInput) {
  for (std::uint32_t seed = 0; seed < 300; ++seed) {
    const double bits = seed % 2 ? 16.0 : 24.0;
    const double steps = std::ldexp(1.0, static_cast<int>(bits) - 1);
    const auto out =
        quantised(testkit::bursts(seed, 2, 500, 2.0, 44100.0),
                  {bits, static_cast<double>(seed / 2 % 2), seed % 5 == 0 ? 1.0 : 0.0});
    for (int f = 0; f < 500; ++f) {
      const double value = out.at(1, f) * steps;
      ASSERT_EQ(value, std::floor(value)) << seed;
      ASSERT_GE(value, -steps) << seed;
      ASSERT_LE(value, steps - 1.0) << seed;
    }
  }
}

TEST(Quantiser, WhatIsOnTheGridPassesUnchangedWithoutDither) {
  for (const double bits : {16.0, 24.0}) {
    const double steps = std::ldexp(1.0, static_cast<int>(bits) - 1);
    auto signal = testkit::noise(2, 2, 20000, 1.0);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < 20000; ++f)
        signal.at(c, f) = std::floor(signal.at(c, f) * (steps - 1.0)) / steps;
    signal.at(0, 0) = -1.0;
    signal.at(0, 1) = 1.0 - 1.0 / steps;
    const auto out = quantised(signal, {.bits = bits, .dither = 0.0});
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < 20000; ++f) ASSERT_EQ(out.at(c, f), signal.at(c, f));
  }
}

TEST(Quantiser, TheErrorOfDitheredRoundingKnowsNothingOfTheSignal) {
  // TPDF: mean and power of the total error are those of the theory at every level between steps.
  const double steps = 32768.0;
  for (const double level : {0.0, 0.1, 0.25, 0.5, 0.77}) {
    testkit::Signal signal{1, 200000};
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(0, f) = level / steps;
    const auto out = quantised(signal, {});
    double mean = 0.0, power = 0.0;
    for (int f = 0; f < out.frame_count(); ++f) {
      const double error = out.at(0, f) * steps - level;
      mean += error / out.frame_count();
      power += error * error / out.frame_count();
    }
    EXPECT_NEAR(mean, 0.0, 0.006) << level;
    EXPECT_NEAR(power, 0.25, 0.003) << level;
  }
}

TEST(Quantiser, ChannelsHaveTheirOwnDither) {
  const auto out = quantised(testkit::Signal{2, 50000}, {});
  double both = 0.0, left = 0.0;
  for (int f = 0; f < 50000; ++f) {
    both += out.at(0, f) * out.at(1, f);
    left += out.at(0, f) * out.at(0, f);
  }
  EXPECT_LT(std::abs(both / left), 0.02);
}

TEST(Quantiser, ShapingMovesTheNoiseAsTheFiveTapsSay) {
  const auto out = quantised(testkit::Signal{1, 1 << 16, 44100.0}, {.shaping = 1.0});
  const auto band_db = [&](double hz) {  // mean power around hz, from many short transforms
    double power = 0.0;
    for (int start = 0; start + 256 <= out.frame_count(); start += 256) {
      std::complex<double> sum = 0.0;
      for (int f = 0; f < 256; ++f)
        sum += out.at(0, start + f) * 32768.0 * std::sin(pi * (f + 0.5) / 256) *
               std::polar(1.0, -2.0 * pi * hz * f / 44100.0);
      power += std::norm(sum) / 128.0;
    }
    return db_from_power(power / std::floor(out.frame_count() / 256.0) / 0.25);
  };
  EXPECT_NEAR(band_db(22000.0), 19.4, 1.0);
  EXPECT_NEAR(band_db(3000.0), -17.9, 1.5);
  EXPECT_LT(band_db(4000.0), -22.0);
  const auto plain = quantised(testkit::Signal{1, 1000, 96000.0}, {.shaping = 1.0});
  const auto flat = quantised(testkit::Signal{1, 1000, 96000.0}, {.shaping = 0.0});
  EXPECT_TRUE(testkit::contract::same_bits(plain, flat)) << "no shaper is known for 96 kHz";
}
