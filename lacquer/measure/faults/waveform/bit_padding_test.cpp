#include <gtest/gtest.h>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;

namespace {

testkit::Signal rounded(testkit::Signal signal, int bits, double gain = 1.0) {
  const double steps = std::ldexp(1.0, bits - 1);
  for (int c = 0; c < signal.channel_count(); ++c)
    for (int f = 0; f < signal.frame_count(); ++f)
      signal.at(c, f) = gain * (std::round(signal.at(c, f) * steps) / steps);
  return signal;
}

}  // namespace

TEST(BitPadding, ZerosBelowEightSixteenAndTwentyBitsAreCounted) {
  for (const int bits : {8, 12, 16, 18, 20})
    for (const int word : {24, 32})
      for (int seed = 0; seed < 2; ++seed) {
        const auto findings = found(rounded(music(seed, 0.6), bits), "bit_padding", word);
        ASSERT_EQ(findings.size(), 1u) << bits << " in " << word;
        EXPECT_EQ(findings[0].value, bits);
      }
}

TEST(BitPadding, AFileThatIsAsDeepAsItSaysIsNotPadded) {
  EXPECT_TRUE(found(rounded(music(1, 1.0), 16), "bit_padding", 16).empty());
  EXPECT_TRUE(found(rounded(music(1, 1.0), 24), "bit_padding", 24).empty());
  EXPECT_TRUE(found(music(1, 1.0), "bit_padding", 32).empty());
  EXPECT_TRUE(found(rounded(music(1, 1.0), 16), "bit_padding", 0).empty()) << "depth not known";
}

TEST(BitPadding, GainAndDitherAfterSixteenBitsAreNotPadding) {
  const auto sixteen = rounded(music(2, 1.0), 16);
  EXPECT_TRUE(found(rounded(rounded(music(2, 1.0), 16, 0.7), 24), "bit_padding", 24).empty());
  auto dithered = sixteen;
  const auto dither = testkit::noise(5, 2, dithered.frame_count(), 1e-6, 44100.0);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < dithered.frame_count(); ++f) dithered.at(c, f) += dither.at(c, f);
  EXPECT_TRUE(found(rounded(dithered, 24), "bit_padding", 24).empty());
}

TEST(BitPadding, OneSampleBelowTheStepsIsEnoughToUseThem) {
  auto signal = rounded(music(3, 1.0), 16);
  signal.at(1, 40000) += std::ldexp(1.0, -23);
  EXPECT_TRUE(found(signal, "bit_padding", 24).empty());
}

TEST(BitPadding, SilenceHasNoDepth) {
  EXPECT_TRUE(found(testkit::Signal{2, 44100, 44100.0}, "bit_padding", 24).empty());
}
