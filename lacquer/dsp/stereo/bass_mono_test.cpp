#include "lacquer/dsp/stereo/bass_mono.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

#include "lacquer/base/units.h"
#include "testkit/contract.h"

using namespace lacquer;
using dsp::BassMono;

template <>
struct testkit::ContractTerms<BassMono> {
  static BassMono::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

struct Response {
  std::complex<double> mid, side;
};

/// From the impulse responses of a pure middle and a pure side signal.
Response response(const BassMono::Settings& settings, double hz, double rate_hz = 48000.0) {
  const auto one = [&](double right) {
    testkit::Signal impulse{2, 20000, rate_hz};
    impulse.at(0, 0) = 1.0;
    impulse.at(1, 0) = right;
    BassMono bass_mono;
    bass_mono.prepare(impulse.format());
    bass_mono.process(impulse.block(), settings);
    std::complex<double> sum = 0.0;
    const auto step = std::polar(1.0, -2.0 * pi * hz / rate_hz);
    for (int f = 20000; f-- > 0;) sum = sum * step + impulse.at(0, f);
    return sum;
  };
  return {one(1.0), one(-1.0)};
}

}  // namespace

TEST(BassMono, KeepsTheProcessorContract) { testkit::check_processor_contract<BassMono>(); }

TEST(BassMono, TheSideFallsAsALinkwitzRileyOfFourthOrder) {
  for (const double corner_hz : {60.0, 120.0, 300.0})
    for (const double octaves : {-2.0, -1.0, 0.0, 1.0, 3.0}) {
      const double hz = corner_hz * std::pow(2.0, octaves);
      const double w4 = std::pow(hz / corner_hz, 4.0);
      const double side_db = db_from_gain(std::abs(response({.frequency_hz = corner_hz}, hz).side));
      EXPECT_NEAR(side_db, db_from_gain(w4 / (1.0 + w4)), 0.05) << corner_hz << " at " << hz;
    }
}

TEST(BassMono, TheMiddleKeepsItsMagnitudeAndStaysInPhaseWithTheSide) {
  for (const double amount : {0.4, 1.0})
    for (const double hz : {30.0, 90.0, 120.0, 200.0, 1000.0, 10000.0}) {
      const auto at = response({.frequency_hz = 120.0, .amount = amount}, hz);
      EXPECT_NEAR(std::abs(at.mid), 1.0, 1e-6) << hz;
      EXPECT_NEAR(std::arg(at.side / at.mid), 0.0, 1e-4) << hz;
    }
}

TEST(BassMono, TheSumOfTheChannelsNeverDependsOnTheSide) {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    const BassMono::Settings settings{.frequency_hz = 20.0 + seed * 2.4,
                                      .amount = (1 + seed % 10) / 10.0};
    auto wide = testkit::noise(seed, 2, 600, 1.0);
    testkit::Signal narrow = wide;
    for (int f = 0; f < 600; ++f)
      narrow.at(0, f) = narrow.at(1, f) = 0.5 * (wide.at(0, f) + wide.at(1, f));
    BassMono one, other;
    one.prepare(wide.format());
    other.prepare(wide.format());
    one.process(wide.block(), settings);
    other.process(narrow.block(), settings);
    for (int f = 0; f < 600; ++f)
      ASSERT_NEAR(wide.at(0, f) + wide.at(1, f), narrow.at(0, f) + narrow.at(1, f), 1e-12) << seed;
  }
}

TEST(BassMono, OneChannelPassesBitForBit) {
  auto signal = testkit::noise(1, 1, 1000, 1.0);
  const auto before = signal;
  BassMono bass_mono;
  bass_mono.prepare(signal.format());
  bass_mono.process(signal.block(), {});
  for (int f = 0; f < 1000; ++f) ASSERT_EQ(signal.at(0, f), before.at(0, f));
}

TEST(BassMono, SwitchingItOnAndOffDoesNotClick) {
  auto signal = testkit::sine(60.0, -6.0, 0.6, 48000.0, 2);
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) = -signal.at(1, f);
  BassMono bass_mono;
  bass_mono.prepare(signal.format());
  for (int part = 0; part < 6; ++part)
    bass_mono.process(signal.block().frames(part * 4800, 4800), {.amount = part % 2 ? 1.0 : 0.0});
  for (int f = 1; f < signal.frame_count(); ++f)
    ASSERT_LT(std::abs(signal.at(0, f) - signal.at(0, f - 1)), 0.01) << f;
}
