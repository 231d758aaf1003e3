#include "lacquer/dsp/stereo/stereo.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::Stereo;

template <>
struct testkit::ContractTerms<Stereo> {
  static Stereo::Settings neutral() { return {}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

testkit::Signal placed(testkit::Signal signal, const Stereo::Settings& settings) {
  Stereo stereo;
  stereo.prepare(signal.format());
  stereo.process(signal.block(), settings);
  return signal;
}

int latency_at(double rate_hz) {
  Stereo stereo;
  stereo.prepare({rate_hz, 2});
  return stereo.latency_frames();
}
const int latency = latency_at(48000.0);

/// One channel of what becomes of an impulse, at a frequency, the latency taken out.
std::complex<double> response(const Stereo::Settings& settings, double left, double right,
                              int channel, double hz, double rate_hz = 48000.0) {
  testkit::Signal impulse{2, 8000, rate_hz};
  impulse.at(0, 1000) = left;
  impulse.at(1, 1000) = right;
  const auto out = placed(impulse, settings);
  std::complex<double> sum = 0.0;
  const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
  for (int f = 8000; f-- > 0;) sum = sum * step + out.at(channel, f);
  return sum * std::polar(1.0, 2.0 * pi * hz / rate_hz * (1000 + latency_at(rate_hz)));
}

}  // namespace

TEST(Stereo, KeepsTheProcessorContract) { testkit::check_processor_contract<Stereo>(); }

TEST(Stereo, AmountZeroIsTheInputWhateverTheRest) {
  for (std::uint32_t seed = 0; seed < 100; ++seed) {
    auto settings = testkit::contract::random_settings<Stereo>(seed);
    settings.amount = 0.0;
    const auto in = testkit::noise(seed, 2, 1500, 1.0);
    const auto out = placed(in, settings);
    for (int f = latency; f < 1500; ++f) ASSERT_EQ(out.at(1, f), in.at(1, f - latency));
  }
}

TEST(Stereo, TheSumOfTheChannelsKnowsNothingOfWidthAndSideGain) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const double share = seed / 199.0;
    const Stereo::Settings settings{.side_gain_db = -24.0 + 36.0 * share,
                                    .width_low = 2.0 * share,
                                    .width_middle = 2.0 - 1.3 * share,
                                    .width_high = (seed % 7) / 3.0,
                                    .low_frequency_hz = 60.0 + 940.0 * share,
                                    .high_frequency_hz = 12000.0 - 11000.0 * share,
                                    .amount = (1 + seed % 10) / 10.0};
    const auto in = testkit::noise(seed, 2, 2000, 1.0);
    const auto out = placed(in, settings);
    for (int f = latency; f < 2000; ++f)
      ASSERT_NEAR(out.at(0, f) + out.at(1, f), in.at(0, f - latency) + in.at(1, f - latency), 1e-12)
          << seed;
  }
}

TEST(Stereo, EachBandsWidthIsTheSidesGainThereAndInPhase) {
  const Stereo::Settings settings{.width_low = 0.0, .width_middle = 1.5, .width_high = 0.5};
  for (const double rate_hz : {44100.0, 96000.0}) {
    const auto side = [&](double hz) { return response(settings, 1.0, -1.0, 0, hz, rate_hz); };
    EXPECT_NEAR(std::abs(side(20.0)), 0.0, 0.02) << rate_hz;
    EXPECT_NEAR(std::abs(side(200.0)), 0.5 * 0.0 + 0.5 * 1.5, 0.01) << "half of both at a corner";
    EXPECT_NEAR(std::abs(side(900.0)), 1.5, 0.05);
    EXPECT_NEAR(std::abs(side(4000.0)), 0.5 * 1.5 + 0.5 * 0.5, 0.01);
    EXPECT_NEAR(std::abs(side(15000.0)), 0.5, 0.01);
    for (const double hz : {60.0, 200.0, 1000.0, 4000.0, 12000.0}) {
      EXPECT_NEAR(std::arg(side(hz)), 0.0, 1e-9) << hz;
      EXPECT_NEAR(std::abs(response(settings, 1.0, 1.0, 0, hz, rate_hz) - 1.0), 0.0, 1e-9) << hz;
    }
  }
}

TEST(Stereo, TheCrossoverIsFourMovingAveragesByFormula) {
  const Stereo::Settings settings{.width_low = 0.0, .low_frequency_hz = 150.0};
  // sinc^4 with half its height at the corner: pi f L = 1.0019 there (sin x / x = 2^-1/4).
  for (const double hz : {30.0, 75.0, 150.0, 300.0, 400.0}) {
    const double x = 1.00189 * hz / 150.0;
    const double low = std::pow(std::sin(x) / x, 4.0);
    EXPECT_NEAR(std::abs(response(settings, 1.0, -1.0, 0, hz)), 1.0 - low, 1e-3) << hz;
  }
}

TEST(Stereo, GainsBalanceAndAngleAreWhatTheySay) {
  testkit::Signal in{2, 2000};
  for (int f = 0; f < 2000; ++f) {
    in.at(0, f) = 0.8;
    in.at(1, f) = 0.2;
  }
  const auto check = [&](const Stereo::Settings& settings, double left, double right) {
    const auto out = placed(in, settings);
    EXPECT_NEAR(out.at(0, 1999), left, 1e-12);
    EXPECT_NEAR(out.at(1, 1999), right, 1e-12);
  };
  const double half_db = gain_from_db(3.0);
  check({.balance_db = 6.0}, 0.8 / half_db, 0.2 * half_db);
  check({.balance_db = 12.0, .amount = 0.5}, 0.8 / half_db, 0.2 * half_db);
  check({.mid_gain_db = 6.0}, 0.5 * gain_from_db(6.0) + 0.3, 0.5 * gain_from_db(6.0) - 0.3);
  check({.side_gain_db = -6.0}, 0.5 + 0.3 * gain_from_db(-6.0), 0.5 - 0.3 * gain_from_db(-6.0));
  check({.rotation_degrees = 30.0}, 0.8 * std::cos(pi / 6) - 0.2 * std::sin(pi / 6),
        0.8 * std::sin(pi / 6) + 0.2 * std::cos(pi / 6));
  check({.swap = 1.0}, 0.2, 0.8);
  check({.invert_left = 1.0}, -0.8, 0.2);
  check({.swap = 1.0, .invert_right = 1.0}, -0.2, 0.8);
}

TEST(Stereo, AWholeDelayIsTheSampleItselfAndAFractionIsTheToneShifted) {
  const auto noise = testkit::noise(4, 2, 3000, 1.0);
  const auto out = placed(noise, {.delay_left_ms = 2.0});  // 96 frames
  for (int f = latency + 96; f < 3000; ++f) {
    ASSERT_EQ(out.at(0, f), noise.at(0, f - latency - 96));
    ASSERT_EQ(out.at(1, f), noise.at(1, f - latency));
  }
  for (const double frames : {0.1, 0.5, 0.937, 17.25, 440.5})
    for (const double hz : {100.0, 5000.0, 20000.0}) {
      const auto shifted = response({.delay_right_ms = frames / 44.1}, 0.0, 1.0, 1, hz, 44100.0);
      EXPECT_NEAR(db_from_gain(std::abs(shifted)), 0.0, 1e-3) << frames << " at " << hz;
      const auto error = shifted * std::polar(1.0, 2.0 * pi * hz * frames / 44100.0);
      EXPECT_NEAR(std::arg(error), 0.0, 1e-4) << frames << " at " << hz;
    }
}

TEST(Stereo, MoreThanTwoChannelsPassInTime) {
  for (const int channels : {1, 3, 6}) {
    const auto in = testkit::noise(2, channels, 2000, 1.0);
    const auto out = placed(in, {.side_gain_db = -6.0, .width_low = 0.0, .invert_left = 1.0});
    for (int c = 0; c < channels; ++c)
      for (int f = latency; f < 2000; ++f) ASSERT_EQ(out.at(c, f), in.at(c, f - latency));
  }
}

TEST(Stereo, ChangingEverySettingDoesNotClick) {
  auto signal = testkit::sine(150.0, -6.0, 1.1, 48000.0, 2);
  for (int f = 0; f < signal.frame_count(); ++f)
    signal.at(1, f) = -0.5 * std::sin(2.0 * pi * 110.0 * f / 48000.0);
  Stereo stereo;
  stereo.prepare(signal.format());
  const Stereo::Settings settings[] = {
      {},
      {.width_low = 0.0, .width_high = 2.0},
      {.width_low = 2.0, .low_frequency_hz = 60.0, .delay_left_ms = 3.3},
      {.width_low = 2.0, .low_frequency_hz = 1000.0, .swap = 1.0},
      {.balance_db = 12.0, .rotation_degrees = -45.0, .invert_right = 1.0},
      {.amount = 0.0},
      {.mid_gain_db = -24.0, .width_low = 0.0, .width_middle = 0.0, .width_high = 0.0},
      {.delay_right_ms = 20.0}};
  for (int part = 0; part < 8; ++part)
    stereo.process(signal.block().frames(part * 6200, 6200),
                   settings[static_cast<std::size_t>(part)]);
  for (int c = 0; c < 2; ++c)
    for (int f = latency + 1000; f < 8 * 6200; ++f)
      ASSERT_LT(std::abs(signal.at(c, f) - 2.0 * signal.at(c, f - 1) + signal.at(c, f - 2)), 0.003)
          << c << ", " << f;
}

TEST(Stereo, AfterAStormTheWidthsForgetIt) {
  // Running sums that were never renewed would keep rounding errors of what was loud.
  auto signal = testkit::noise(9, 2, 30000, 1e8);
  for (int f = 5000; f < 30000; ++f) signal.at(0, f) = signal.at(1, f) = 0.0;
  const auto out = placed(signal, {.width_low = 0.3, .width_high = 1.7});
  for (int f = 29000; f < 30000; ++f) ASSERT_EQ(out.at(0, f), 0.0);
}
