#include "lacquer/advise/advise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "lacquer/advise/test_mix.h"
#include "lacquer/advise/tone/tone.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

Advice advice_for(const measure::Measurement& mix, const Wishes& wishes = {.population = "pop"},
                  int track = 1) {
  auto advice = advise::advise(mix, track, wishes, shipped_targets());
  EXPECT_TRUE(advice.ok());
  return std::move(advice).value();
}

const Suggestion* find(const Advice& advice, const std::string& id) {
  const auto found = std::find_if(advice.suggestions.begin(), advice.suggestions.end(),
                                  [&](const Suggestion& one) { return one.id == id; });
  return found == advice.suggestions.end() ? nullptr : &*found;
}

/// A pop mix with far too much around 1 kHz.
measure::Measurement nasal_mix() {
  std::vector<double> shares_db = population("pop").share_mean_db;
  shares_db[3] += 6.0;
  shares_db[4] += 3.0;
  return mix_with(population("pop"), shares_db);
}

measure::Measurement quiet_mix() {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.loudness.integrated_lufs = -18.3;
  mix.peak.true_dbtp = -6.0;
  return mix;
}

}  // namespace

TEST(Advise, AMixInTheMiddleOfItsPopulationIsLeftAloneAndSaysSo) {
  for (const std::string& name : shipped_targets().names()) {
    SCOPED_TRACE(name);
    const Advice advice = advice_for(middle_mix(population(name)), {.population = name});
    EXPECT_TRUE(advice.suggestions.empty());
    EXPECT_GE(advice.left_alone.size(), 4u);
    EXPECT_TRUE(says(advice.left_alone.front(), "middle half"));
  }
}

TEST(Advise, SilenceGetsNoAdvice) {
  measure::Measurement silence;
  silence.format = {44100.0, 2};
  const Advice advice =
      advice_for(silence, {.population = "pop", .loudness_lufs = -14.0, .ceiling_dbtp = -1.0});
  EXPECT_TRUE(advice.suggestions.empty());
  EXPECT_EQ(advice.left_alone.size(), 1u);
}

TEST(Advise, AnUnknownPopulationIsAnsweredWithTheKnownOnes) {
  const auto advice =
      suggest(middle_mix(population("pop")), 1, {.population = "polka"}, shipped_targets());
  ASSERT_FALSE(advice.ok());
  EXPECT_EQ(advice.error().kind, ErrorKind::usage);
  EXPECT_TRUE(says(advice.error().sentence, "polka"));
  for (const std::string& name : shipped_targets().names())
    EXPECT_TRUE(says(advice.error().remedy, name));
}

TEST(Advise, WishesNobodyCanMeanAreRefused) {
  const double no_number = std::nan("");
  for (const Wishes& wishes : {Wishes{.strength = -0.1}, Wishes{.strength = 1.1},
                               Wishes{.strength = no_number}, Wishes{.loudness_lufs = 3.0},
                               Wishes{.loudness_lufs = no_number}, Wishes{.ceiling_dbtp = 0.5}}) {
    const auto advice = suggest(quiet_mix(), 1, wishes, shipped_targets());
    ASSERT_FALSE(advice.ok());
    EXPECT_EQ(advice.error().kind, ErrorKind::usage);
  }
}

TEST(Advise, EverySuggestionCanBeExplained) {
  measure::Measurement mix = nasal_mix();
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = -6.0;
  mix.spectrum.side_minus_mid_db[0] = -6.0;
  const Advice advice = advice_for(mix, {.population = "pop"}, 7);
  std::set<std::string> ids;
  for (const Suggestion& one : advice.suggestions) {
    SCOPED_TRACE(one.id);
    ids.insert(one.id);
    EXPECT_EQ(one.track, 7);
    EXPECT_EQ(one.state, State::proposed);
    EXPECT_FALSE(one.measured);
    EXPECT_EQ(one.reason.back(), '.');
    EXPECT_EQ(one.harm.back(), '.');
    EXPECT_FALSE(one.evidence.empty());
    EXPECT_FALSE(one.predicted.empty());
    EXPECT_FALSE(one.settings.empty());
    EXPECT_GT(one.confidence, 0.0);
    EXPECT_LE(one.confidence, 1.0);
  }
  EXPECT_EQ(ids, (std::set<std::string>{"7-tone", "7-bass-mono", "7-loudness", "7-ceiling"}));
  const Suggestion& tone = *find(advice, "7-tone");
  EXPECT_TRUE(says(tone.reason, "upper mids (795-1458 Hz)"));
  EXPECT_TRUE(says(tone.reason, "138 pop tracks"));
  ASSERT_TRUE(tone.evidence.front().percentile);
  EXPECT_GT(*tone.evidence.front().percentile, 75.0);
  EXPECT_EQ(tone.evidence.front().n, 138);
}

TEST(Advise, SuggestionsAreRankedByTheirWorthAndSayHowSurelyTheyAreKnown) {
  std::vector<double> shares_db = population("pop").share_mean_db;
  shares_db[1] += 9.0;
  auto mix = mix_with(population("pop"), shares_db);
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = -6.0;
  mix.spectrum.side_minus_mid_db[0] = -2.0;
  const auto all =
      suggest(mix, 1, {.population = "pop", .loudness_lufs = -14.0}, shipped_targets()).value();
  ASSERT_EQ(all.size(), 4u);
  for (const auto& one : all) {
    for (const auto& other : all)
      EXPECT_TRUE(one.rank >= other.rank || one.worth.rank() >= other.worth.rank());
    EXPECT_GE(one.rank, 1);
    const double c = one.confidence;
    const bool in_population = one.processor == "equaliser" || one.processor == "bass_mono";
    const double tracks = in_population ? 30.0 : 0.0;  // of 138, no more count
    if (one.processor != "loudness")
      EXPECT_NEAR(one.confidence_sd, std::sqrt(c * (1.0 - c) / (tracks + 3.0)), 1e-12) << one.id;
    else
      EXPECT_EQ(one.confidence_sd, 0.0) << "it was asked for outright";
  }
}

TEST(Advise, AdviceIsTheSameEveryTime) {
  const Advice first = advice_for(nasal_mix()), second = advice_for(nasal_mix());
  ASSERT_EQ(first.suggestions.size(), second.suggestions.size());
  for (std::size_t i = 0; i < first.suggestions.size(); ++i) {
    EXPECT_EQ(first.suggestions[i].settings, second.suggestions[i].settings);
    EXPECT_EQ(first.suggestions[i].reason, second.suggestions[i].reason);
  }
}

TEST(Advise, StrengthNothingTakesNothing) {
  measure::Measurement mix = nasal_mix();
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = 0.7;
  mix.spectrum.side_minus_mid_db[0] = -6.0;
  EXPECT_FALSE(advice_for(mix).suggestions.empty());
  EXPECT_TRUE(advice_for(mix, {.population = "pop", .strength = 0.0}).suggestions.empty());
}

TEST(Advise, WhatIsAskedForOutrightIsProposedAtAnyStrength) {
  const Advice advice = advice_for(
      quiet_mix(),
      {.population = "pop", .loudness_lufs = -14.0, .ceiling_dbtp = -2.0, .strength = 0.0});
  ASSERT_EQ(advice.suggestions.size(), 2u);
  const Suggestion& loudness = *find(advice, "1-loudness");
  EXPECT_EQ(loudness.settings.at("integrated_lufs"), -14.0);
  EXPECT_TRUE(says(loudness.reason, "asked for"));
  EXPECT_EQ(find(advice, "1-ceiling")->settings.at("ceiling_dbtp"), -2.0);
}

TEST(AdviseLoudness, AQuietMixIsLiftedNoFurtherThanThreeDecibelsOfLimiting) {
  const Advice advice = advice_for(quiet_mix());
  const Suggestion& loudness = *find(advice, "1-loudness");
  EXPECT_EQ(loudness.processor, "loudness");
  // -18.3 LUFS at -6 dBTP: 5 dB to the ceiling of -1, 3 dB of limiting.
  EXPECT_DOUBLE_EQ(loudness.settings.at("integrated_lufs"), -10.3);
  EXPECT_NEAR(loudness.predicted.at("gain_reduction_db"), 3.0, 0.051);
  EXPECT_NEAR(loudness.predicted.at("plr_lu"), 9.3, 1e-9);
  EXPECT_TRUE(says(loudness.reason, "-18.3 LUFS"));
  EXPECT_NE(find(advice, "1-ceiling"), nullptr);
}

TEST(AdviseLoudness, ALiftIntoTheMiddleStopsThere) {
  measure::Measurement mix = quiet_mix();
  mix.loudness.integrated_lufs = -12.0;
  EXPECT_DOUBLE_EQ(find(advice_for(mix), "1-loudness")->settings.at("integrated_lufs"), -9.5);
}

TEST(AdviseLoudness, ALoudMixIsLeftAlone) {
  measure::Measurement mix = quiet_mix();
  mix.loudness.integrated_lufs = -7.0;
  mix.peak.true_dbtp = -3.0;
  const Advice advice = advice_for(mix);
  EXPECT_TRUE(advice.suggestions.empty());
  EXPECT_TRUE(std::any_of(advice.left_alone.begin(), advice.left_alone.end(),
                          [](const auto& line) { return says(line, "Loudness left alone"); }));
}

TEST(AdviseLoudness, DownOnlyFromAboveNearlyAllAndNeverForAChangeNobodyHears) {
  const Quantiles& loudness_of_pop = population("pop").integrated_lufs;
  for (double integrated_lufs = -24.0; integrated_lufs < -5.0; integrated_lufs += 0.13)
    for (const double true_dbtp : {-12.0, -3.0, 0.0, 1.5}) {
      measure::Measurement mix = quiet_mix();
      mix.loudness.integrated_lufs = integrated_lufs;
      mix.peak.true_dbtp = true_dbtp;
      const Advice advice = advice_for(mix);
      if (const Suggestion* loudness = find(advice, "1-loudness")) {
        const double target_lufs = loudness->settings.at("integrated_lufs");
        EXPECT_GE(std::abs(target_lufs - integrated_lufs), 0.3);
        if (integrated_lufs <= quantile(loudness_of_pop, 89.0))
          EXPECT_GT(target_lufs, integrated_lufs);
        else
          EXPECT_NEAR(target_lufs, quantile(loudness_of_pop, 78.8), 0.06);  // back to 0.8 sd
        EXPECT_LE(loudness->predicted.at("gain_reduction_db"), 3.051);
      }
    }
}

TEST(AdviseLoudness, WhatIsFarTooSoftIsMoreLikelyTheWrongFileAndSaysSo) {
  auto mix = middle_mix(population("pop"));
  mix.loudness.integrated_lufs = -45.0;
  mix.peak.true_dbtp = -33.0;
  const auto advice = advise::advise(mix, 1, {.population = "pop"}, shipped_targets()).value();
  EXPECT_TRUE(advice.suggestions.empty());
  EXPECT_TRUE(std::any_of(advice.left_alone.begin(), advice.left_alone.end(),
                          [](const auto& line) { return says(line, "wrong file"); }));
  const auto asked =
      suggest(mix, 1, {.population = "pop", .loudness_lufs = -14.0}, shipped_targets()).value();
  EXPECT_EQ(asked.front().settings.at("integrated_lufs"), -14.0) << "asked for is asked for";
}

TEST(AdviseLoudness, DensityBelowTheLowestQuarterIsSaidAloud) {
  measure::Measurement mix = quiet_mix();
  const Advice asked = advice_for(mix, {.population = "pop", .loudness_lufs = -8.0});
  EXPECT_TRUE(says(find(asked, "1-loudness")->harm, "Dense"));
  const Advice modest = advice_for(mix, {.population = "pop", .loudness_lufs = -14.0});
  EXPECT_FALSE(says(find(modest, "1-loudness")->harm, "Dense"));
}

TEST(AdviseCeiling, PeaksOverItGetOneAndPeaksBelowItDoNot) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.peak.true_dbtp = 0.7;
  const Advice advice = advice_for(mix);
  ASSERT_EQ(advice.suggestions.size(), 1u);
  const Suggestion& ceiling = advice.suggestions.front();
  EXPECT_EQ(ceiling.id, "1-ceiling");
  EXPECT_EQ(ceiling.processor, "limiter");
  EXPECT_EQ(ceiling.settings.at("ceiling_dbtp"), -1.0);
  EXPECT_TRUE(says(ceiling.reason, "AES TD1008"));
  EXPECT_TRUE(says(ceiling.reason, "[S]"));
  EXPECT_NEAR(ceiling.predicted.at("gain_reduction_db"), 1.7, 1e-9);
  mix.peak.true_dbtp = -1.2;
  EXPECT_TRUE(advice_for(mix).suggestions.empty());
}

TEST(AdviseBassMono, AWideBassIsDrawnTogetherTheMoreTheWiderItIs) {
  double last_hz = 79.0;
  for (const double width_db : {-14.0, -12.5, -11.0, -9.0, -3.0}) {
    measure::Measurement mix = middle_mix(population("pop"));
    mix.spectrum.side_minus_mid_db[0] = width_db;
    const Advice advice = advice_for(mix);
    const Suggestion* mono = find(advice, "1-bass-mono");
    ASSERT_NE(mono, nullptr) << width_db;
    EXPECT_EQ(mono->processor, "bass_mono");
    EXPECT_GE(mono->settings.at("frequency_hz"), std::max(80.0, last_hz));
    EXPECT_LE(mono->settings.at("frequency_hz"), 120.0);
    last_hz = mono->settings.at("frequency_hz");
    EXPECT_GT(mono->settings.at("amount"), 0.0);
    EXPECT_LE(mono->settings.at("amount"), 1.0);
    EXPECT_LT(mono->predicted.at("side_minus_mid_db 20-148 Hz"), width_db - 1.0);
    EXPECT_GT(*mono->evidence.front().percentile, 75.0);
  }
  EXPECT_EQ(last_hz, 120.0);
}

TEST(AdviseBassMono, AMonoMixANarrowBassAndAMixWithoutBassAreLeftAlone) {
  measure::Measurement mix = middle_mix(population("pop"));
  EXPECT_EQ(find(advice_for(mix), "1-bass-mono"), nullptr);
  mix.spectrum.side_minus_mid_db[0] = -5.0;
  ASSERT_NE(find(advice_for(mix), "1-bass-mono"), nullptr);
  measure::Measurement thin = mix;
  thin.spectrum.share_db[0] = -40.0;
  EXPECT_EQ(find(advice_for(thin), "1-bass-mono"), nullptr);
  mix.format.channel_count = 1;
  mix.spectrum.side_minus_mid_db.clear();
  EXPECT_EQ(find(advice_for(mix), "1-bass-mono"), nullptr);
}

TEST(Advise, WhatWasPredictedCanBeMeasuredOnTheMaster) {
  measure::Measurement mix = nasal_mix();
  mix.loudness.integrated_lufs = -18.0;
  mix.peak.true_dbtp = -6.0;
  mix.spectrum.side_minus_mid_db[0] = -6.0;
  mix.dynamics.plr_lu = 12.0;
  for (const Suggestion& one : advice_for(mix).suggestions)
    for (const auto& [key, value] : one.predicted) {
      const bool about_the_sound = key != "gain_db" && key != "gain_reduction_db";
      EXPECT_EQ(measured_value(mix, key).has_value(), about_the_sound) << key;
    }
  EXPECT_EQ(measured_value(mix, "share_db 148-392 Hz"), mix.spectrum.share_db[1]);
}

TEST(SuggestionState, WordsGoThereAndBack) {
  for (const State state : {State::proposed, State::accepted, State::edited, State::rejected})
    EXPECT_EQ(state_from(to_text(state)), state);
  EXPECT_FALSE(state_from("maybe"));
}
