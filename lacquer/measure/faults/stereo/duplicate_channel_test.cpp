#include <gtest/gtest.h>

#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

TEST(DuplicateChannel, TheSameSamplesTwiceAreSure) {
  for (std::uint32_t seed = 0; seed < 3; ++seed) {
    const auto found = findings_of("duplicate_channel", stereo_mix(seed, 5.0, 0.0));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].confidence, 1.0);
    EXPECT_EQ(found[0].severity, Severity::warn);
  }
}

TEST(DuplicateChannel, DitherOfEitherChannelDoesNotHideIt) {
  auto mono = stereo_mix(1, 6.0, 0.0);
  for (int f = 0; f < mono.frame_count(); ++f)  // fades away, down to the dither
    for (int c = 0; c < 2; ++c) mono.at(c, f) *= 1.0 - static_cast<double>(f) / mono.frame_count();
  store(mono, 16, 9);
  EXPECT_EQ(findings_of("duplicate_channel", mono).size(), 1U);
}

TEST(FalseStereo, MonoAtTwoLevelsDelayedOrCombedIsFound) {
  auto softer = stereo_mix(2, 6.0, 0.0);
  scale_channel(softer, 1, 0.7);
  store(softer, 16, 3);
  EXPECT_EQ(findings_of("false_stereo", softer).size(), 1U);
  EXPECT_TRUE(findings_of("duplicate_channel", softer).empty());

  auto haas = stereo_mix(3, 12.0, 0.0);
  delay_channel(haas, 1, 0.012 * 44100.0);
  EXPECT_EQ(findings_of("false_stereo", haas).size(), 1U);

  auto combed = stereo_mix(4, 12.0, 0.0);
  const auto mono = combed;
  for (int f = 400; f < combed.frame_count(); ++f) {
    combed.at(0, f) += 0.7 * mono.at(0, f - 400);
    combed.at(1, f) -= 0.7 * mono.at(0, f - 400);
  }
  EXPECT_EQ(findings_of("false_stereo", combed).size(), 1U);
}

TEST(FalseStereo, NarrowStereoAndAMonoIntroAreStereo) {
  for (const char* kind : {"duplicate_channel", "false_stereo"}) {
    EXPECT_TRUE(findings_of(kind, stereo_mix(5, 12.0, 0.15)).empty());
    EXPECT_TRUE(
        findings_of(kind, testkit::concatenate({stereo_mix(6, 5.0, 0.0), stereo_mix(7, 7.0, 0.4)}))
            .empty());
    EXPECT_TRUE(findings_of(kind, testkit::Signal{2, 3 * 44100, 44100.0}).empty());
    EXPECT_TRUE(findings_of(kind, testkit::sine(440.0, -6.0, 3.0, 44100.0, 1)).empty());
  }
}

TEST(FalseStereo, TwoSecondsOfStereoAreStereo) {
  EXPECT_TRUE(findings_of("false_stereo", stereo_mix(8, 2.0)).empty());
}
