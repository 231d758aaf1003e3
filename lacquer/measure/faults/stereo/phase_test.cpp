#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

TEST(Polarity, AnInvertedChannelFailsAtEveryWidthGainAndSmallDelay) {
  for (std::uint32_t seed = 0; seed < 6; ++seed) {
    SCOPED_TRACE(seed);
    auto mix = stereo_mix(seed, 7.0, 0.3 + 0.12 * seed);
    const int channel = static_cast<int>(seed % 2);
    scale_channel(mix, channel, seed % 3 == 1 ? -0.8 : -1.0);
    if (seed % 3 == 2) delay_channel(mix, 1 - channel, 20.0);
    const auto found = findings_of("polarity", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::fail);
    EXPECT_LT(found[0].value, 0.0);
    EXPECT_EQ(found[0].start_s, 0.0);
    EXPECT_NEAR(found[0].end_s, 7.0, 0.01);
  }
}

TEST(Polarity, AnInvertedPassageIsFoundWhereItIs) {
  for (std::uint32_t seed = 10; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    auto mix = stereo_mix(seed, 24.0);
    for (int f = 8 * 44100; f < 14 * 44100; ++f) mix.at(1, f) = -mix.at(1, f);
    const auto found = findings_of("polarity", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].start_s, 8.0, 0.35);
    EXPECT_NEAR(found[0].end_s, 14.0, 0.35);
  }
}

TEST(Polarity, WideUnrelatedAndWidenedMusicIsNotCalledInverted) {
  EXPECT_TRUE(findings_of("polarity", stereo_mix(1, 12.0, 1.0)).empty());
  EXPECT_TRUE(findings_of("polarity", testkit::noise(3, 2, 12 * 44100, 0.3, 44100.0)).empty());
  auto widened = stereo_mix(2, 12.0, 0.6);  // three times the side
  for (int f = 0; f < widened.frame_count(); ++f) {
    const double mid = 0.5 * (widened.at(0, f) + widened.at(1, f));
    const double side = 1.5 * (widened.at(0, f) - widened.at(1, f));
    widened.at(0, f) = mid + side;
    widened.at(1, f) = mid - side;
  }
  EXPECT_TRUE(findings_of("polarity", widened).empty());
  EXPECT_TRUE(findings_of("polarity", testkit::Signal{2, 5 * 44100, 44100.0}).empty());
}

TEST(MonoIncompatible, AnAntiphasePadIsFoundInItsPlaceAndNotCalledInverted) {
  auto mix = stereo_mix(5, 24.0);
  for (int f = 10 * 44100; f < 16 * 44100; ++f) {  // fades in and out as pads do
    const double swell = std::sin(3.14159265 * (f - 10 * 44100) / (6.0 * 44100));
    const double pad = 0.5 * swell * std::sin(0.02 * f) + 0.3 * swell * std::sin(0.1 * f);
    mix.at(0, f) += pad;
    mix.at(1, f) -= pad;
  }
  const auto found = findings_of("mono_incompatible", mix);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].severity, Severity::warn);
  EXPECT_GT(found[0].start_s, 9.0);
  EXPECT_LT(found[0].end_s, 17.0);
  EXPECT_LT(found[0].value, -0.3);
  EXPECT_TRUE(findings_of("polarity", mix).empty());
  EXPECT_TRUE(findings_of("mono_incompatible", stereo_mix(5, 24.0)).empty());
}

TEST(Polarity, AnyBlockSplitGivesTheSameFinding) {
  auto mix = stereo_mix(7, 8.0);
  scale_channel(mix, 0, -1.0);
  const auto whole = findings_of("polarity", mix, mix.frame_count());
  const auto split = findings_of("polarity", mix, 997);
  ASSERT_EQ(whole.size(), 1U);
  ASSERT_EQ(split.size(), 1U);
  EXPECT_EQ(whole[0].value, split[0].value);
  EXPECT_EQ(whole[0].confidence, split[0].confidence);
}
