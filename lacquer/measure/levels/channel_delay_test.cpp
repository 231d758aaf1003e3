#include "lacquer/measure/levels/channel_delay.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/measure/testing.h"

using namespace lacquer;
using namespace lacquer::measure::testing;
using testkit::Signal;

namespace {

/// What `delay` frames ago stood in a channel, between samples by a long windowed sinc.
double delayed(const Signal& signal, int channel, int frame, double delay) {
  const double at = frame - delay;
  const int centre = static_cast<int>(std::floor(at));
  if (at == centre) return centre >= 0 ? signal.at(channel, centre) : 0.0;
  double value = 0.0;
  for (int f = std::max(0, centre - 31); f <= std::min(signal.frame_count() - 1, centre + 32);
       ++f) {
    const double x = at - f;
    value +=
        signal.at(channel, f) * std::sin(pi * x) / (pi * x) * (0.5 + 0.5 * std::cos(pi * x / 33.0));
  }
  return value;
}

/// Noise dull enough to survive the sinc, in both channels, `delay` apart; `gain` on the right;
/// and in each channel something of its own.
Signal apart(std::uint32_t seed, double delay, double gain, double own, double rate_hz = 48000.0) {
  Signal common = testkit::noise(seed, 1, static_cast<int>(4.0 * rate_hz), 1.0, rate_hz);
  const Signal others = testkit::noise(seed + 50, 2, common.frame_count(), own, rate_hz);
  double smooth = 0.0;
  for (int f = 0; f < common.frame_count(); ++f)
    common.at(0, f) = smooth += 0.4 * (common.at(0, f) - smooth);
  Signal signal{2, common.frame_count(), rate_hz};
  for (int f = 0; f < signal.frame_count(); ++f) {
    signal.at(0, f) = 0.3 * (delayed(common, 0, f, std::max(0.0, -delay)) + others.at(0, f));
    signal.at(1, f) = 0.3 * gain * (delayed(common, 0, f, std::max(0.0, delay)) + others.at(1, f));
  }
  return signal;
}

}  // namespace

TEST(ChannelDelay, IsFoundToAFractionOfAFrameEitherWay) {
  for (const double delay : {0.0, 1.0, -1.0, 0.5, 7.25, -33.4, 441.0, -900.0}) {
    const auto found = stereo_of(apart(1, delay, 0.8, 0.0));
    EXPECT_NEAR(found.delay_frames.value_or(1e9), delay, 0.05);
    EXPECT_NEAR(found.delay_ms.value_or(1e9), delay / 48.0, 0.001);
  }
}

TEST(ChannelDelay, SurvivesAnInvertedChannelAndWhatOnlyOneOfThemCarries) {
  for (std::uint32_t seed = 0; seed < 5; ++seed) {
    EXPECT_NEAR(stereo_of(apart(seed, 12.0, -0.7, 0.0)).delay_frames.value_or(1e9), 12.0, 0.05);
    EXPECT_NEAR(stereo_of(apart(seed, -20.0, 1.0, 0.2)).delay_frames.value_or(1e9), -20.0, 0.1);
    EXPECT_NEAR(stereo_of(apart(seed, 5.0, 1.0, 0.1, 96000.0)).delay_frames.value_or(1e9), 5.0,
                0.1);
  }
}

TEST(ChannelDelay, UnrelatedChannelsShortPiecesAndSilenceHaveNone) {
  for (std::uint32_t seed = 0; seed < 10; ++seed)
    EXPECT_FALSE(stereo_of(testkit::noise(seed, 2, 48000 * 6, 0.3)).delay_frames) << seed;
  EXPECT_FALSE(stereo_of(testkit::noise(1, 2, 9000, 0.3)).delay_frames);
  EXPECT_FALSE(stereo_of(Signal{2, 48000 * 4}).delay_frames);
}

TEST(ChannelDelay, APlainToneHasManyAnswersAndSoNone) {
  auto signal = testkit::noise(1, 2, 48000 * 4, 0.0003);  // dither, channel by channel
  for (int f = 0; f < signal.frame_count(); ++f) {
    signal.at(0, f) += 0.3 * std::sin(2.0 * pi * 1000.0 * f / 48000.0);
    signal.at(1, f) += 0.3 * std::sin(2.0 * pi * 1000.0 * (f - 11) / 48000.0);
  }
  EXPECT_FALSE(stereo_of(signal).delay_frames);
}
