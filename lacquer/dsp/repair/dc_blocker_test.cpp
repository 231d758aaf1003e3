#include "lacquer/dsp/repair/dc_blocker.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "testkit/contract.h"
#include "testkit/signal.h"

using namespace lacquer;
using dsp::DcBlocker;

template <>
struct testkit::ContractTerms<DcBlocker> {
  /// A short burst of noise has a mean.
  static DcBlocker::Settings neutral() { return {.amount = 0.0}; }
  static constexpr double neutral_peak = 1.0;
  static constexpr bool silence_stays_silent = true;
};

namespace {

constexpr double rate_hz = 44100.0;

/// The output with the latency taken out.
testkit::Signal blocked(const testkit::Signal& in, const DcBlocker::Settings& settings = {}) {
  DcBlocker blocker;
  blocker.prepare(in.format());
  const int latency = blocker.latency_frames();
  auto longer = testkit::concatenate(
      {in, testkit::Signal{in.channel_count(), latency, in.format().sample_rate_hz}});
  blocker.process(longer.block(), settings);
  testkit::Signal out = in;
  for (int c = 0; c < in.channel_count(); ++c)
    for (int f = 0; f < in.frame_count(); ++f) out.at(c, f) = longer.at(c, f + latency);
  return out;
}

testkit::Signal raised(testkit::Signal signal, double offset) {
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f) signal.at(c, f) += offset;
  return signal;
}

/// A bass and a chord that both begin at once, with a beat.
testkit::Signal music(double seconds) {
  auto signal = testkit::noise(4, 1, static_cast<int>(seconds * rate_hz), 0.02, rate_hz);
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = f / rate_hz;
    signal.at(0, f) +=
        (0.3 + 0.3 * std::exp(-8.0 * std::fmod(t, 0.5))) * std::sin(2 * pi * 41.2 * t) +
        0.1 * std::sin(2 * pi * 330.0 * t);
  }
  return signal;
}

}  // namespace

TEST(DcBlocker, KeepsTheProcessorContract) { testkit::check_processor_contract<DcBlocker>(); }

TEST(DcBlocker, AConstantIsGoneFromTheFirstFrameToTheLastWithoutAThump) {
  for (const double offset : {0.02, -0.3}) {
    const testkit::Signal flat = raised(testkit::Signal{2, 150000, rate_hz}, offset);
    EXPECT_LT(blocked(flat).peak(), 1e-9);
    const auto clean = music(4.0);
    const auto out = blocked(raised(clean, offset));
    double worst = 0.0;
    for (int f = 0; f < out.frame_count(); ++f)
      worst = std::max(worst, std::abs(out.at(0, f) - clean.at(0, f)));
    EXPECT_LT(worst, 0.003) << "what a beat has of less than 3 Hz";
  }
}

TEST(DcBlocker, WhereTheMeanIsBelowTheLeastOffsetTheMusicPassesBitForBit) {
  const auto clean = music(4.0);
  EXPECT_TRUE(testkit::contract::same_bits(blocked(clean, {.least_offset_dbfs = -48.0}), clean));
}

TEST(DcBlocker, AProgrammeOfLessThanASecondHasItsMeanTaken) {
  const testkit::Signal in = raised(testkit::sine(100.0, -12.0, 0.5, rate_hz, 1), 0.05);
  const auto clean = testkit::sine(100.0, -12.0, 0.5, rate_hz, 1);
  const auto out = blocked(in);
  for (int f = 0; f < out.frame_count(); ++f) ASSERT_NEAR(out.at(0, f), clean.at(0, f), 1e-9);
}

TEST(DcBlocker, SilenceBetweenTwoSongsStaysSilenceAndIsNoPartOfTheMean) {
  const auto song = raised(testkit::sine(100.0, -12.0, 2.0, rate_hz, 1), 0.05);
  const testkit::Signal gap{1, 50000, rate_hz};
  const auto out = blocked(testkit::concatenate({song, gap, song}));
  const auto clean = testkit::sine(100.0, -12.0, 2.0, rate_hz, 1);
  const int length = song.frame_count();
  for (int f = 0; f < 50000; ++f) ASSERT_EQ(out.at(0, length + f), 0.0) << f;
  for (int f = 0; f < length; ++f) {
    ASSERT_NEAR(out.at(0, f), clean.at(0, f), 1e-4) << f;
    ASSERT_NEAR(out.at(0, length + 50000 + f), clean.at(0, f), 1e-4) << f;
  }
}

TEST(DcBlocker, TheBassKeepsItsLevelAndItsPhase) {
  for (const double hz : {20.0, 30.0, 60.0}) {
    const auto in = testkit::sine(hz, -6.0, 4.0, rate_hz, 1);
    const auto out = blocked(raised(in, 0.1));
    double worst = 0.0;
    for (int f = 44100; f < 132300; ++f)
      worst = std::max(worst, std::abs(out.at(0, f) - in.at(0, f)));
    EXPECT_LT(worst, 2e-4 * 0.5) << hz << " Hz: 0.002 dB and 0.01 degrees";
  }
}

TEST(DcBlocker, AnOffsetThatDriftsIsFollowed) {
  auto in = testkit::sine(100.0, -12.0, 12.0, rate_hz, 1);
  const auto clean = in;
  for (int f = 0; f < in.frame_count(); ++f)
    in.at(0, f) += 0.05 + 0.02 * std::sin(2.0 * pi * 0.1 * f / rate_hz);
  const auto out = blocked(in);
  double worst = 0.0;
  for (int f = 44100; f < in.frame_count() - 44100; ++f)
    worst = std::max(worst, std::abs(out.at(0, f) - clean.at(0, f)));
  EXPECT_LT(worst, 0.02 * 0.02) << "a tenth of a hertz falls by 34 dB";
}

TEST(DcBlocker, AmountIsTheShareOfTheOffsetThatGoes) {
  const testkit::Signal flat = raised(testkit::Signal{1, 60000, rate_hz}, 0.1);
  const auto out = blocked(flat, {.amount = 0.25});
  for (int f = 0; f < 60000; ++f) ASSERT_NEAR(out.at(0, f), 0.075, 1e-9);
}
