#include "lacquer/advise/rules/test_faults.h"

using namespace lacquer;
using namespace lacquer::advise;
using measure::Finding;
using measure::Severity;

TEST(AdviseRepair, ACleanMixIsNotRepaired) {
  const Advice advice = advice_for(measured(music(14.0)));
  for (const char* id : {"1-declip", "1-declick", "1-dc-blocker", "1-dehum", "1-polarity",
                         "1-delay", "1-balance", "1-resonance-1", "1-de-esser", "1-ends"})
    EXPECT_EQ(find(advice, id), nullptr) << id;
}

TEST(AdviseRepair, AClickIsSuggestedWithItsPlaceAndGoneAfterwards) {
  testkit::Signal signal = music(12.0);
  for (const int frame : {200000, 301000, 402000}) {
    signal.at(0, frame) += 0.7;
    signal.at(0, frame + 1) -= 0.5;
  }
  const Suggestion declick = *find(advice_for(measured(signal)), "1-declick");
  ASSERT_EQ(declick.evidence.size(), 3u);
  for (const Evidence& place : declick.evidence) EXPECT_TRUE(place.start_s);
  EXPECT_TRUE(says(declick.reason, "3 clicks"));
  EXPECT_TRUE(says(declick.harm, "drums"));
  expect_gone(signal, "1-declick");
}

TEST(AdviseRepair, AnOffsetIsTakenOut) {
  testkit::Signal signal = music(14.0);
  for (int frame = 0; frame < signal.frame_count(); ++frame) signal.at(1, frame) += 0.02;
  expect_gone(signal, "1-dc-blocker");
}

TEST(AdviseRepair, HumIsNotchedAtItsOwnFrequencyAndHarmonics) {
  testkit::Signal signal = music(40.0);
  for (int frame = 0; frame < signal.frame_count(); ++frame)
    for (const double harmonic : {1.0, 2.0, 3.0, 5.0})
      for (int channel = 0; channel < 2; ++channel)
        signal.at(channel, frame) +=
            0.004 * std::sin(2.0 * pi * 50.04 * harmonic * frame / 48000.0) / harmonic;
  const Advice advice = advice_for(measured(signal));
  const Suggestion* dehum = find(advice, "1-dehum");
  ASSERT_NE(dehum, nullptr);
  EXPECT_NEAR(dehum->settings.at("fundamental_hz"), 50.04, 0.05);
  EXPECT_GE(dehum->settings.at("harmonics"), 3.0);
  expect_gone(signal, "1-dehum");
}

TEST(AdviseRepair, AnInvertedChannelIsTurnedOverAndItsBassNotTakenForWide) {
  testkit::Signal signal = music(14.0);
  for (int frame = 0; frame < signal.frame_count(); ++frame)
    signal.at(1, frame) = -signal.at(1, frame);
  const Advice advice = advice_for(measured(signal));
  EXPECT_EQ(find(advice, "1-bass-mono"), nullptr);
  ASSERT_NE(find(advice, "1-polarity"), nullptr);
  EXPECT_EQ(find(advice, "1-polarity")->settings.at("invert_right"), 1.0);
  expect_gone(signal, "1-polarity");
  const Suggestion& polarity = *find(advice, "1-polarity");
  const measure::Measurement master = measured(rendered(polarity, signal));
  for (const auto& [key, value] : polarity.predicted)
    EXPECT_NEAR(*measured_value(master, key), value, 0.3) << key;
}

TEST(AdviseRepair, ALateChannelIsCaughtUpWith) {
  testkit::Signal signal = testkit::bursts(3, 2, 48000 * 20, 0.5);
  for (int frame = signal.frame_count() - 1; frame >= 0; --frame)
    signal.at(1, frame) =
        0.2 * signal.at(1, frame) + 0.8 * (frame >= 24 ? signal.at(0, frame - 24) : 0.0);
  const Advice advice = advice_for(measured(signal));
  const Suggestion* delay = find(advice, "1-delay");
  ASSERT_NE(delay, nullptr);
  EXPECT_NEAR(delay->settings.at("delay_left_ms"), 0.5, 0.02);
  EXPECT_TRUE(mentions(advice, "Width left alone until this is settled"));
  expect_gone(signal, "1-delay");
}

TEST(AdviseRepair, ALeaningMixIsTrimmedByWhatItLeans) {
  testkit::Signal signal = music(14.0);
  for (int frame = 0; frame < signal.frame_count(); ++frame) signal.at(1, frame) *= 0.75;
  const Advice advice = advice_for(measured(signal));
  const Suggestion* balance = find(advice, "1-balance");
  ASSERT_NE(balance, nullptr);
  EXPECT_GT(balance->settings.at("balance_db"), 2.0);
  const measure::Measurement master = measured(rendered(*balance, signal));
  EXPECT_NEAR(*master.stereo.balance_db, balance->predicted.at("balance_db"), 0.05);
  EXPECT_LT(std::abs(*master.stereo.balance_db), 0.5);
}

TEST(AdviseRepair, WhatIsOnlyANoteOrNotSureIsLeftAlone) {
  for (const char* kind : {"click", "clipping", "dc", "hum", "channel_imbalance"}) {
    EXPECT_TRUE(advice_for(mix_with_findings({at(kind, 1.0, 1.0, 30.0, 0.95, Severity::info)}))
                    .suggestions.empty())
        << kind;
    EXPECT_TRUE(advice_for(mix_with_findings({at(kind, 1.0, 1.0, 30.0, 0.5)})).suggestions.empty())
        << kind;
  }
}

TEST(AdviseRepair, ClicksAmongMorePlacesThatMayBeAttacksAreMentioned) {
  std::vector<Finding> findings = {at("click", 1.0, 1.0001, 40.0, 0.9)};
  for (int i = 2; i < 6; ++i)
    findings.push_back(at("click", i, i + 0.0002, 25.0, 0.5, Severity::info));
  const Advice advice = advice_for(mix_with_findings(findings));
  EXPECT_EQ(find(advice, "1-declick"), nullptr);
  EXPECT_TRUE(mentions(advice, "attacks"));
}

TEST(AdviseRepair, WhatLastsLikeADrumIsNoClick) {
  const Finding drum = at("click", 2.0, 2.0009, 45.0, 0.95);
  EXPECT_EQ(find(advice_for(mix_with_findings({drum})), "1-declick"), nullptr);
  const Advice advice = advice_for(mix_with_findings({at("click", 1.0, 1.0001, 40.0, 0.9), drum}));
  const Suggestion* declick = find(advice, "1-declick");
  ASSERT_NE(declick, nullptr);
  EXPECT_LT(declick->settings.at("longest_click_ms"), 0.9);
  EXPECT_EQ(declick->before.at("findings click"), 2.0);
  EXPECT_EQ(declick->predicted.at("findings click"), 1.0) << "the drum stays";
}

TEST(AdviseRepair, DeepClippingIsForTheMixEngineer) {
  Finding clip = at("clipping", 3.0, 3.001, 4.0, 0.98);
  clip.details = {{"level_dbfs", -0.2}, {"longest_ms", 0.1}};
  const Advice shallow = advice_for(mix_with_findings({clip}));
  ASSERT_NE(find(shallow, "1-declip"), nullptr);
  EXPECT_LT(find(shallow, "1-declip")->settings.at("clip_level_dbfs"), -0.2);
  EXPECT_TRUE(says(find(shallow, "1-declip")->harm, "headroom"));
  clip.details["longest_ms"] = 3.0;
  const Advice deep = advice_for(mix_with_findings({clip}));
  EXPECT_EQ(find(deep, "1-declip"), nullptr);
  EXPECT_TRUE(mentions(deep, "new export"));
  clip.details["longest_ms"] = 0.1;
  clip.value = 2000.0;
  EXPECT_EQ(find(advice_for(mix_with_findings({clip})), "1-declip"), nullptr);
}

TEST(AdviseRepair, APassageOfWrongPolarityIsOnlyMentioned) {
  const Advice passage =
      advice_for(mix_with_findings({at("polarity", 20.0, 40.0, -0.5, 0.95, Severity::fail)}));
  EXPECT_EQ(find(passage, "1-polarity"), nullptr);
  EXPECT_TRUE(mentions(passage, "Polarity left alone"));
  const Advice unsure = advice_for(mix_with_findings({at("polarity", 0.0, 180.0, -0.2, 0.6)}));
  EXPECT_EQ(find(unsure, "1-polarity"), nullptr);
}

TEST(AdviseRepair, WhatIsNotThereIsAskedFor) {
  const Advice advice = advice_for(mix_with_findings({at("dropout", 9.0, 9.1, 40.0, 0.9)}));
  EXPECT_TRUE(advice.suggestions.empty());
  EXPECT_TRUE(mentions(advice, "Here is a dropout. Ask for the mix again."));
}

TEST(AdviseRepair, TheSumOfManyPlacesIsNoPlace) {
  std::vector<Finding> findings = {at("clipping", 1.0, 60.0, 20.0, 0.9)};
  for (int i = 1; i <= 20; ++i) findings.push_back(at("clipping", i, i + 0.0001, 1.0, 0.9));
  const Advice advice = advice_for(mix_with_findings(findings));
  const Suggestion* declip = find(advice, "1-declip");
  ASSERT_NE(declip, nullptr);
  EXPECT_TRUE(says(declip->reason, "20 tops")) << declip->reason;
  for (const Evidence& place : declip->evidence) EXPECT_EQ(place.value, 1.0);
}
