#include "lacquer/advise/rules/test_faults.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// Music with a low tone that stands at full level at the ends where it is asked to.
testkit::Signal cut_off(bool at_start, bool at_end) {
  testkit::Signal signal = music(12.0);
  for (int frame = 0; frame < signal.frame_count(); ++frame) {
    const double t = frame / 48000.0;
    const double level =
        (at_start ? 1.0 : std::min(1.0, t)) * (at_end ? 1.0 : std::min(1.0, 12.0 - t));
    for (int channel = 0; channel < 2; ++channel)
      signal.at(channel, frame) += 0.2 * level * std::cos(2.0 * pi * 82.0 * t);
  }
  return signal;
}

}  // namespace

TEST(AdviseEnds, LongSilenceIsCutToARestAndWhatTheSessionSaysStands) {
  const testkit::Signal quiet{2, 48000 * 6};
  const testkit::Signal signal = testkit::concatenate({quiet, music(10.0), quiet});
  expect_gone(signal, "1-ends");
  const measure::Measurement mix = measured(signal);
  const Suggestion ends = *find(advice_for(mix), "1-ends");
  EXPECT_NEAR(ends.settings.at("trim_start_s"), 5.8, 0.05);
  EXPECT_NEAR(ends.settings.at("trim_end_s"), 4.5, 0.1);
  EXPECT_FALSE(has_strength(ends));
  Wishes wishes{.population = "pop"};
  wishes.edit.trim_start_s = 1.0;
  const Suggestion tail_only = *find(advice_for(mix, wishes), "1-ends");
  EXPECT_FALSE(tail_only.settings.contains("trim_start_s"));
  wishes.edit.fade_out_s = 3.0;
  EXPECT_EQ(find(advice_for(mix, wishes), "1-ends"), nullptr);
}

TEST(AdviseEnds, AnOrdinaryRestIsLeft) {
  const testkit::Signal signal =
      testkit::concatenate({testkit::Signal{2, 24000}, music(10.0), testkit::Signal{2, 48000 * 3}});
  EXPECT_EQ(find(advice_for(measured(signal)), "1-ends"), nullptr);
}

TEST(AdviseEnds, WhatBeginsMidWaveFadesIn) {
  const testkit::Signal signal = cut_off(true, false);
  const Advice advice = advice_for(measured(signal));
  const Suggestion* ends = find(advice, "1-ends");
  ASSERT_NE(ends, nullptr);
  EXPECT_NEAR(ends->settings.at("fade_in_s"), 0.005, 1e-9);
  EXPECT_EQ(ends->settings.size(), 1u);
  EXPECT_TRUE(says(ends->harm, "gap"));
  expect_gone(signal, "1-ends");
}

TEST(AdviseEnds, WhatIsCutOffFadesOutWhereverTheFileEnds) {
  const testkit::Signal signal = cut_off(false, true);
  const Suggestion ends = *find(advice_for(measured(signal)), "1-ends");
  EXPECT_NEAR(ends.settings.at("fade_out_s"), 0.06, 1e-9);
  EXPECT_EQ(ends.settings.size(), 1u);
  expect_gone(signal, "1-ends");
  // Behind digital silence the fade is where the music is, and some of the silence stays.
  const testkit::Signal behind = testkit::concatenate({signal, testkit::Signal{2, 12000}});
  EXPECT_NEAR(find(advice_for(measured(behind)), "1-ends")->settings.at("silence_after_s"), 0.25,
              0.01);
  expect_gone(behind, "1-ends");
}

TEST(AdviseEnds, WhatIsCutAtBothEndsIsALoopOrRunsOnAndIsMentioned) {
  const Advice advice = advice_for(measured(cut_off(true, true)));
  EXPECT_EQ(find(advice, "1-ends"), nullptr);
  EXPECT_TRUE(mentions(advice, "loop"));
}
