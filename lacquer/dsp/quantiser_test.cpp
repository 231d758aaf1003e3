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
                  {bits, static_cast<double>(seed / 2 % 2), static_cast<double>(seed % 4)});
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

TEST(Quantiser, ShapingMovesTheNoiseAsThePublishedTapsSay) {
  const std::vector<double> published[] = {
      {1.623, -0.982, 0.109},
      {2.033, -2.165, 1.959, -1.590, 0.6149},
      {2.412, -3.370, 3.937, -4.174, 3.353, -2.205, 1.281, -0.569, 0.0847}};
  for (int strength = 1; strength <= 3; ++strength) {
    const auto& taps = published[strength - 1];
    const auto out =
        quantised(testkit::Signal{1, 1 << 17, 44100.0}, {.shaping = static_cast<double>(strength)});
    const auto noise_db = [&](double hz) {  // mean power around hz, re flat dither
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
    const auto filter_db = [&](double hz) {
      std::complex<double> sum = 1.0;
      for (std::size_t k = 0; k < taps.size(); ++k)
        sum -= taps[k] * std::polar(1.0, -2.0 * pi * hz * static_cast<double>(k + 1) / 44100.0);
      return db_from_power(std::norm(sum));
    };
    for (const double hz : {1000.0, 7000.0, 12000.0, 16000.0, 20000.0})
      EXPECT_NEAR(noise_db(hz), filter_db(hz), 1.0) << strength << ", " << hz;
    EXPECT_LT(noise_db(3500.0), -8.0);  // where hearing is keenest
    double power = 0.0, all = 1.0;
    for (int f = 0; f < out.frame_count(); ++f)
      power += out.at(0, f) * out.at(0, f) * 32768.0 * 32768.0 / out.frame_count();
    for (const double tap : taps) all += tap * tap;
    EXPECT_NEAR(db_from_power(power / 0.25), db_from_power(all), 0.2) << strength;
  }
  for (const double strength : {1.0, 2.0, 3.0})
    EXPECT_TRUE(testkit::contract::same_bits(
        quantised(testkit::Signal{1, 1000, 96000.0}, {.shaping = strength}),
        quantised(testkit::Signal{1, 1000, 96000.0}, {.shaping = 0.0})))
        << "no shaper is known for 96 kHz";
}
