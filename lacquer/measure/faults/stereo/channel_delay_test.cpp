#include <gtest/gtest.h>

#include "lacquer/measure/faults/stereo/stereo_test_mix.h"

using namespace lacquer;
using namespace lacquer::measure;

TEST(ChannelDelay, IsMeasuredToAHundredthOfAMillisecondAndNamesTheLateChannel) {
  const double delays_ms[] = {0.25, 0.731, 1.5, 6.03, 14.9};
  std::uint32_t seed = 0;
  for (const double delay_ms : delays_ms) {
    SCOPED_TRACE(delay_ms);
    auto mix = stereo_mix(++seed, 8.0, 0.5);
    const int late = static_cast<int>(seed % 2);
    delay_channel(mix, late, delay_ms * 44.1);
    store(mix, 16, seed);
    const auto found = findings_of("channel_delay", mix);
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].channel, late);
    EXPECT_NEAR(found[0].value, delay_ms, 0.01);
    EXPECT_EQ(found[0].severity, Severity::warn);
  }
}

TEST(ChannelDelay, PanningEchoesAndTinyDelaysAreNone) {
  EXPECT_TRUE(findings_of("channel_delay", stereo_mix(1, 8.0, 1.0)).empty());
  auto tiny = stereo_mix(2, 8.0);
  delay_channel(tiny, 0, 0.1 * 44.1);
  EXPECT_TRUE(findings_of("channel_delay", tiny).empty());
  auto echo = stereo_mix(3, 8.0);  // 7 ms after the left, on the right
  for (int f = echo.frame_count() - 1; f >= 309; --f) echo.at(1, f) += 0.7 * echo.at(0, f - 309);
  EXPECT_TRUE(findings_of("channel_delay", echo).empty());
  EXPECT_TRUE(findings_of("channel_delay", testkit::noise(3, 2, 8 * 44100, 0.3, 44100.0)).empty());
}

// Two spaced microphones hear each of four players at a different time.
TEST(ChannelDelay, SpacedMicrophonesAreNone) {
  testkit::Signal all{2, 10 * 44100, 44100.0};
  const double offsets[] = {-22.3, -7.1, 9.6, 24.8};  // frames
  std::uint32_t seed = 20;
  for (const double offset : offsets) {
    auto player = stereo_mix(++seed, 10.0, 0.0);
    delay_channel(player, offset > 0.0 ? 1 : 0, offset > 0.0 ? offset : -offset);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < all.frame_count(); ++f) all.at(c, f) += 0.5 * player.at(c, f);
  }
  EXPECT_TRUE(findings_of("channel_delay", all).empty());
}
