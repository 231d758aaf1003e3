#include <gtest/gtest.h>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;

namespace {

/// Music without a mean.
testkit::Signal centred(int seed, double duration_s) {
  auto signal = music(seed, duration_s);
  for (int c = 0; c < 2; ++c) {
    double slow = 0.0;
    for (int f = 0; f < signal.frame_count(); ++f) {
      slow += 2e-3 * (signal.at(c, f) - slow);  // a high-pass at 14 Hz
      signal.at(c, f) -= slow;
    }
  }
  return signal;
}

void offset(testkit::Signal& signal, int channel, double from_s, double to_s, double dbfs) {
  for (int f = 0; f < signal.frame_count(); ++f)
    if (f >= from_s * 44100.0 && f < to_s * 44100.0) signal.at(channel, f) += gain_from_db(dbfs);
}

}  // namespace

TEST(Dc, AChannelOffZeroIsFoundDownToMinusFiftyEight) {
  for (const double dbfs : {-58.0, -50.0, -30.0}) {
    auto signal = centred(1, 12.0);
    offset(signal, 1, 0.0, 12.0, dbfs);
    const auto findings = found(signal, "dc");
    ASSERT_EQ(findings.size(), 1u) << dbfs;
    EXPECT_EQ(findings[0].channel, 1);
    EXPECT_NEAR(findings[0].value, dbfs, 0.5);
  }
}

TEST(Dc, APassageOffZeroIsFoundInItsPlace) {
  auto signal = centred(2, 60.0);
  offset(signal, 0, 20.0, 36.0, -45.0);
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(0, f) -= 0.27 * gain_from_db(-45.0);
  const auto findings = found(signal, "dc");
  ASSERT_GE(findings.size(), 1u);
  const auto& passage = *std::max_element(findings.begin(), findings.end(),
                                          [](auto& a, auto& b) { return a.value < b.value; });
  EXPECT_EQ(passage.channel, 0);
  EXPECT_NEAR(passage.value, -47.7, 1.0);
  EXPECT_NEAR(passage.start_s, 20.0, 8.0);
}

TEST(Dc, OfManyPassagesTheStrongestAreListed) {
  // Blocks of 10 s off zero, to both sides in turn and each stronger than the one before.
  constexpr int passages = 25;
  testkit::Signal signal{1, static_cast<int>(passages * 20.0 * 8000.0), 8000.0};
  for (int f = 0; f < signal.frame_count(); ++f) {
    const int passage = f / 160000;
    if (f % 160000 < 80000)
      signal.at(0, f) = (passage % 2 == 0 ? 1.0 : -1.0) * gain_from_db(-55.0 + passage);
  }
  const auto findings = found(signal, "dc");
  ASSERT_EQ(findings.size(), 21u);
  double softest_dbfs = 0.0;
  for (const auto& finding : findings) softest_dbfs = std::min(softest_dbfs, finding.value);
  EXPECT_GT(softest_dbfs, -51.5);
}

TEST(Dc, LowTonesHaveNoDc) {
  for (const double frequency_hz : {1.3, 5.7, 20.0, 31.0}) {
    const auto tone = testkit::sine(frequency_hz, -6.0, 15.3, 44100.0, 1);
    EXPECT_TRUE(found(tone, "dc").empty()) << frequency_hz << " Hz";
  }
}
