#include <gtest/gtest.h>

#include "lacquer/measure/faults/waveform/found.h"

using namespace lacquer;
using measure::found;
using measure::music;
using testkit::Signal;

namespace {

/// Fades in over `in_s` and out, linearly in dB, by `out_db` over the last `out_s`.
Signal faded(int seed, double in_s, double out_s, double out_db) {
  auto signal = music(seed, 5.0);
  const int frames = signal.frame_count();
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < frames; ++f) {
      const double out = std::max(0.0, f / 44100.0 - (5.0 - out_s)) / out_s;
      signal.at(c, f) *= std::min(1.0, f / 44100.0 / in_s) * gain_from_db(-out_db * out);
    }
  return signal;
}

Signal silence(double duration_s) { return {2, static_cast<int>(duration_s * 44100.0), 44100.0}; }

}  // namespace

TEST(CutEnds, MusicThatBeginsAndEndsIsLeftAlone) {
  for (int seed = 0; seed < 2; ++seed) {
    const auto signal = faded(seed, 0.01, 4.0, 80.0);
    for (const char* kind : {"cut_start", "cut_end", "truncated_fade"}) {
      EXPECT_TRUE(found(signal, kind).empty()) << kind;
      EXPECT_TRUE(found(testkit::concatenate({silence(0.3), signal, silence(1.0)}), kind).empty())
          << kind;
    }
  }
}

TEST(CutEnds, MusicCutAtBothEndsIsFoundAtTheFilesEndsAndBesideSilence) {
  int starts = 0, ends = 0;
  for (int seed = 0; seed < 20; ++seed) {
    const auto signal = music(seed, 0.4 + 0.01 * seed);
    starts += found(signal, "cut_start").size() == 1;
    const auto end = found(testkit::concatenate({signal, silence(0.5)}), "cut_end");
    ends += end.size() == 1 && std::abs(end[0].end_s - 0.4 - 0.01 * seed) < 0.001;
    EXPECT_EQ(found(signal, "cut_end").size(), 1u);
  }
  EXPECT_GE(starts, 12);  // some begin near a zero and are no worse for it
  EXPECT_EQ(ends, 20);
}

TEST(CutEnds, AHardAttackAtTheFirstFrameIsNotACut) {
  Signal drum{2, 44100, 44100.0};
  const auto noise = testkit::noise(3, 2, 44100, 1.0, 44100.0);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < 44100; ++f)
      drum.at(c, f) = 0.5 * noise.at(c, f) * std::min(1.0, f / 44.0) * std::exp(-f / 3000.0);
  EXPECT_TRUE(found(drum, "cut_start").empty());
}

TEST(CutEnds, AFadeThatStopsAboveMinusSixtyIsTold) {
  for (int seed = 0; seed < 2; ++seed) {
    const auto findings = found(faded(seed, 0.01, 4.0, 30.0), "truncated_fade");
    ASSERT_EQ(findings.size(), 1u) << seed;
    EXPECT_NEAR(findings[0].value, -46.0, 9.0);
    EXPECT_TRUE(found(faded(seed, 0.01, 4.0, 66.0), "truncated_fade").empty()) << seed;
  }
}
