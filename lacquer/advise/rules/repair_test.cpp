#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/test_mix.h"
#include "lacquer/chain/edit.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using namespace lacquer::advise;
using measure::Finding;
using measure::Severity;

namespace {

Advice advice_for(const measure::Measurement& mix, const Wishes& wishes = {.population = "pop"}) {
  auto advice = advise::advise(mix, 1, wishes, shipped_targets());
  EXPECT_TRUE(advice.ok());
  return std::move(advice).value();
}

const Suggestion* find(const Advice& advice, const std::string& id) {
  for (const Suggestion& one : advice.suggestions)
    if (one.id == id) return &one;
  return nullptr;
}

bool mentions(const Advice& advice, const std::string& part) {
  return std::any_of(advice.mentions.begin(), advice.mentions.end(),
                     [&](const auto& line) { return says(line, part); });
}

/// A mix of three minutes in the middle of its population, with these findings.
measure::Measurement mix_with(std::vector<Finding> findings) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.findings = std::move(findings);
  return mix;
}

Finding at(const std::string& kind, double start_s, double end_s, double value, double confidence,
           Severity severity = Severity::warn) {
  return {.kind = kind,
          .severity = severity,
          .start_s = start_s,
          .end_s = end_s,
          .channel = {},
          .value = value,
          .unit = "dB",
          .confidence = confidence,
          .message = "Here is a " + kind + ".",
          .remedy = "Ask for the mix again."};
}

/// Partials that come and go, as a mix is: nothing that any detector minds.
testkit::Signal music(double duration_s) {
  testkit::Signal signal{2, static_cast<int>(48000.0 * duration_s)};
  const testkit::Signal room = testkit::noise(5, 2, signal.frame_count(), 0.02);
  for (int frame = 0; frame < signal.frame_count(); ++frame) {
    const double t = frame / 48000.0;
    const double note = 110.0 * std::exp2(std::floor(std::fmod(t * 2.0, 8.0)) * 5.0 / 12.0 -
                                          std::floor(std::fmod(t * 2.0, 8.0) * 5.0 / 12.0));
    const double swell = std::pow(std::sin(pi * std::fmod(t * 2.0, 1.0)), 2.0);
    double sum = 0.0;
    for (const double partial : {1.0, 2.0, 3.0, 5.0})
      sum += std::sin(2.0 * pi * note * partial * t) / partial;
    for (int channel = 0; channel < 2; ++channel)
      signal.at(channel, frame) =
          swell * (0.15 * sum + room.at(channel, frame)) * (channel == 0 ? 1.0 : 0.95);
  }
  return signal;
}

measure::Measurement measured(const testkit::Signal& signal) {
  auto source = testkit::open(signal)();
  auto measurement = measure::measure(**source);
  EXPECT_TRUE(measurement.ok());
  return std::move(measurement).value();
}

testkit::Signal rendered(const Suggestion& suggestion, const testkit::Signal& signal) {
  chain::Recipe recipe;
  if (suggestion.processor == "edit")
    recipe.edit = chain::edit_with(suggestion.settings);
  else
    recipe.steps = {{suggestion.processor, suggestion.settings}};
  auto source = testkit::open(signal)();
  auto processed = chain::process(recipe, std::move(source).value());
  EXPECT_TRUE(processed.ok()) << (processed.ok() ? "" : processed.error().text());
  return testkit::drain(**processed);
}

/// The suggestion is made of the fault, and what it foretells is what the meter then finds.
void expect_gone(const testkit::Signal& faulty, const std::string& id) {
  const Advice advice = advice_for(measured(faulty));
  const Suggestion* suggestion = find(advice, id);
  ASSERT_NE(suggestion, nullptr) << id;
  EXPECT_FALSE(suggestion->predicted.empty());
  const measure::Measurement master = measured(rendered(*suggestion, faulty));
  for (const auto& [key, value] : suggestion->predicted) {
    if (!key.starts_with("findings") && !key.ends_with("silence_s")) continue;
    EXPECT_NEAR(*measured_value(master, key), value, 0.02) << key;
    EXPECT_GT(suggestion->before.at(key), value) << key;
  }
  EXPECT_EQ(find(advice_for(master), id), nullptr) << "nothing is left to do";
}

}  // namespace

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
    EXPECT_TRUE(
        advice_for(mix_with({at(kind, 1.0, 1.0, 30.0, 0.95, Severity::info)})).suggestions.empty())
        << kind;
    EXPECT_TRUE(advice_for(mix_with({at(kind, 1.0, 1.0, 30.0, 0.5)})).suggestions.empty()) << kind;
  }
}

TEST(AdviseRepair, ClicksAmongMorePlacesThatMayBeAttacksAreMentioned) {
  std::vector<Finding> findings = {at("click", 1.0, 1.0001, 40.0, 0.9)};
  for (int i = 2; i < 6; ++i)
    findings.push_back(at("click", i, i + 0.001, 25.0, 0.5, Severity::info));
  const Advice advice = advice_for(mix_with(findings));
  EXPECT_EQ(find(advice, "1-declick"), nullptr);
  EXPECT_TRUE(mentions(advice, "attacks"));
}

TEST(AdviseRepair, DeepClippingIsForTheMixEngineer) {
  Finding clip = at("clipping", 3.0, 3.001, 4.0, 0.98);
  clip.details = {{"level_dbfs", -0.2}, {"longest_ms", 0.1}};
  const Advice shallow = advice_for(mix_with({clip}));
  ASSERT_NE(find(shallow, "1-declip"), nullptr);
  EXPECT_LT(find(shallow, "1-declip")->settings.at("clip_level_dbfs"), -0.2);
  EXPECT_TRUE(says(find(shallow, "1-declip")->harm, "headroom"));
  clip.details["longest_ms"] = 3.0;
  const Advice deep = advice_for(mix_with({clip}));
  EXPECT_EQ(find(deep, "1-declip"), nullptr);
  EXPECT_TRUE(mentions(deep, "new export"));
  clip.details["longest_ms"] = 0.1;
  clip.value = 2000.0;
  EXPECT_EQ(find(advice_for(mix_with({clip})), "1-declip"), nullptr);
}

TEST(AdviseRepair, APassageOfWrongPolarityIsOnlyMentioned) {
  const Advice passage =
      advice_for(mix_with({at("polarity", 20.0, 40.0, -0.5, 0.95, Severity::fail)}));
  EXPECT_EQ(find(passage, "1-polarity"), nullptr);
  EXPECT_TRUE(mentions(passage, "Polarity left alone"));
  const Advice unsure = advice_for(mix_with({at("polarity", 0.0, 180.0, -0.2, 0.6)}));
  EXPECT_EQ(find(unsure, "1-polarity"), nullptr);
}

TEST(AdviseRepair, WhatIsNotThereIsAskedFor) {
  const Advice advice = advice_for(mix_with({at("dropout", 9.0, 9.1, 40.0, 0.9)}));
  EXPECT_TRUE(advice.suggestions.empty());
  EXPECT_TRUE(mentions(advice, "Here is a dropout. Ask for the mix again."));
}

TEST(AdviseRepair, TheSumOfManyPlacesIsNoPlace) {
  std::vector<Finding> findings = {at("click", 1.0, 60.0, 60.0, 0.9)};
  for (int i = 1; i <= 20; ++i) findings.push_back(at("click", i, i + 0.0001, 30.0, 0.9));
  const Suggestion declick = *find(advice_for(mix_with(findings)), "1-declick");
  for (const Evidence& place : declick.evidence) EXPECT_EQ(place.value, 30.0);
}

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
