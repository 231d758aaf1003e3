#include <gtest/gtest.h>

#include <algorithm>

#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

TEST(MissingChannel, ASilentOrFaintChannelFails) {
  for (const double gain : {0.0, 1e-4, 0.008}) {
    SCOPED_TRACE(gain);
    auto mix = stereo_mix(1, 5.0, 0.0);
    scale_channel(mix, 1, gain);
    store(mix, 16, 2);
    const auto found = findings_of("missing_channel", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::fail);
    EXPECT_EQ(found[0].channel, 1);
  }
}

TEST(MissingChannel, AChannelThatFallsOutIsFoundWhereItDoes) {
  for (std::uint32_t seed = 0; seed < 4; ++seed) {
    SCOPED_TRACE(seed);
    auto mix = stereo_mix(seed, 10.0);
    const double start_s = 3.1 + 0.77 * seed, length_s = 0.6 + 0.5 * seed;
    const int first = static_cast<int>(start_s * 44100),
              end = static_cast<int>((start_s + length_s) * 44100);
    const int channel = static_cast<int>(seed % 2);
    for (int f = first; f < end; ++f) {  // an edit with short fades
      const double fade = std::min(1.0, std::min(f - first, end - f) / 400.0);
      mix.at(channel, f) *= 1.0 - fade;
    }
    const auto found = findings_of("missing_channel", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].severity, Severity::warn);
    EXPECT_EQ(found[0].channel, channel);
    EXPECT_NEAR(found[0].start_s, start_s, 0.03);
    EXPECT_NEAR(found[0].end_s, start_s + length_s, 0.03);
  }
}

TEST(MissingChannel, AHardPannedIntroAFadeAndSilenceAreNone) {
  auto intro = stereo_mix(6, 8.0);
  for (int f = 0; f < 3 * 44100; ++f) intro.at(0, f) = 0.0;
  EXPECT_TRUE(findings_of("missing_channel", intro).empty());
  auto fade = stereo_mix(7, 8.0);  // one channel fades within a second, and stays away
  for (int f = 4 * 44100; f < fade.frame_count(); ++f)
    fade.at(1, f) *= std::max(0.0, 1.0 - (f - 4 * 44100) / 44100.0);
  EXPECT_TRUE(findings_of("missing_channel", fade).empty());
  EXPECT_TRUE(findings_of("missing_channel", testkit::Signal{2, 3 * 44100, 44100.0}).empty());
}
