#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using testkit::Signal;

TEST(Findings, SamplesThatAreNoNumbersAreCountedInTheirPlace) {
  auto signal = testkit::sine(440.0, -12.0, 2.0);
  auto clean = signal;
  for (const int f : {48000, 48010, 60000}) {
    signal.at(1, f) = f == 48010 ? std::numeric_limits<double>::infinity()
                                 : std::numeric_limits<double>::quiet_NaN();
    clean.at(1, f) = 0.0;
  }
  const auto m = measured(signal);
  expect_all_finite(m);
  EXPECT_EQ(m.loudness.integrated_lufs, measured(clean).loudness.integrated_lufs);
  const auto found = of_kind(m, "invalid_samples");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].value, 3.0);
  EXPECT_EQ(found[0].channel, 1);
  EXPECT_EQ(found[0].start_s, 1.0);
  EXPECT_EQ(found[0].end_s, 60001 / 48000.0);
  EXPECT_EQ(found[0].severity, measure::Severity::fail);
}

TEST(Findings, ADirectCurrentIsFoundInItsChannel) {
  auto signal = music(4, 2, 5.0, 44100.0, 0.3);
  EXPECT_TRUE(of_kind(measured(signal), "dc").empty());
  for (int f = 0; f < signal.frame_count(); ++f) signal.at(1, f) += 0.004;
  const auto found = of_kind(measured(signal), "dc");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].channel, 1);
  EXPECT_NEAR(found[0].value, -48.0, 1.5);
}

TEST(Findings, SilenceAtTheEndsIsToldAndLongSilenceWarned) {
  auto tone = testkit::sine(440.0, -12.0, 2.0);
  for (int f = 0; f < tone.frame_count(); ++f)  // stereo: two channels alike are a finding too
    tone.at(1, f) = 0.25 * std::sin(0.05 * f);
  const auto m = measured(testkit::concatenate({Signal{2, 48000}, tone, Signal{2, 48000 * 12}}));
  EXPECT_NEAR(m.head_silence_s, 1.0, 1e-3);
  EXPECT_NEAR(m.tail_silence_s, 12.0, 1e-3);
  const auto head = of_kind(m, "silence_head"), tail = of_kind(m, "silence_tail");
  ASSERT_EQ(head.size(), 1u);
  ASSERT_EQ(tail.size(), 1u);
  EXPECT_EQ(head[0].severity, measure::Severity::info);
  EXPECT_EQ(tail[0].severity, measure::Severity::warn);
  EXPECT_NEAR(tail[0].start_s, 3.0, 1e-3);
}

TEST(Findings, APeakAboveFullScaleIsFoundInItsSecond) {
  const auto quiet = testkit::sine(1000.0, -6.0, 4.0);
  auto over = testkit::sine(12000.0, 2.0, 0.5, 48000.0, 2, pi / 4);  // samples stay below 0 dBFS
  const auto m = measured(testkit::concatenate({quiet, over, quiet}));
  const auto found = of_kind(m, "true_peak_over");
  ASSERT_EQ(found.size(), 2u);  // one a channel
  EXPECT_EQ(found[0].start_s, 4.0);
  EXPECT_EQ(found[0].end_s, 5.0);
  EXPECT_NEAR(found[0].value, 2.0, 0.5);
  EXPECT_TRUE(of_kind(measured(quiet), "true_peak_over").empty());
}
