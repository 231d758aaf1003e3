#include <gtest/gtest.h>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;

namespace {

/// Plays the `frames` before `place` again, `times` times, and goes on after them.
testkit::Signal stutter(int seed, int place, int frames, int times) {
  auto signal = music(seed, 1.1);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < frames * times; ++f)
      signal.at(c, place + f) = signal.at(c, place + f - frames);
  return signal;
}

}  // namespace

TEST(Repeats, ABufferPlayedAgainIsFoundWhateverItsLength) {
  for (const int frames : {64, 100, 256, 512, 1024, 2048})
    for (const int times : {1, 2, 3})
      for (int seed = 0; seed < 2; ++seed) {
        const auto findings = found(stutter(seed, 30000 + 77 * seed, frames, times), "stutter");
        ASSERT_EQ(findings.size(), 1u) << frames << " frames, " << times << " times";
        EXPECT_NEAR(findings[0].start_s, (30000 + 77 * seed) / 44100.0, 1e-4);
        EXPECT_NEAR(findings[0].value, 1000.0 * frames * times / 44100.0, 0.1);
      }
}

TEST(Repeats, TonesThatRepeatByThemselvesAreNotStutter) {
  for (const double frequency_hz : {44.1, 100.0, 441.0, 882.0}) {
    auto tone = testkit::sine(frequency_hz, -6.0, 1.0, 44100.0, 2);
    for (int c = 0; c < 2; ++c)
      for (int f = 0; f < tone.frame_count(); ++f)
        tone.at(c, f) = std::round(tone.at(c, f) * 32768.0) / 32768.0;
    EXPECT_TRUE(found(tone, "stutter").empty()) << frequency_hz;
  }
}

TEST(Repeats, MusicAndSilenceDoNotRepeat) {
  for (int seed = 0; seed < 5; ++seed) EXPECT_TRUE(found(music(seed, 1.0), "stutter").empty());
  EXPECT_TRUE(found(testkit::Signal{2, 44100, 44100.0}, "stutter").empty());
}

TEST(Repeats, AnySplitFindsTheSame) {
  const auto signal = stutter(4, 30000, 300, 2);
  const auto once = found(signal, "stutter");
  ASSERT_EQ(once.size(), 1u);
  for (const int split : {1, 97, 100000})
    EXPECT_EQ(found(signal, "stutter", 0, split).at(0).start_s, once[0].start_s);
}
