// What is said of a mix's dynamics.
#include <gtest/gtest.h>

#include "lacquer/advise/rules/rules.h"
#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// A pop mix whose loudness lies evenly over so many LU.
measure::Measurement mix_over(double range_lu) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.loudness.range_lu = range_lu;
  mix.loudness.histogram_from_lufs = -40.0;
  mix.loudness.histogram_share.assign(40, 0.0);
  const int classes = static_cast<int>(range_lu / 0.85);
  for (int i = 0; i < classes; ++i)
    mix.loudness.histogram_share[static_cast<std::size_t>(32 - i)] = 1.0 / classes;
  mix.loudness.max_momentary_lufs = -7.0;
  mix.dynamics.plr_lu = 11.0;
  mix.dynamics.min_psr_lu = 8.0;
  return mix;
}

Advice advice_for(const measure::Measurement& mix, const Wishes& wishes = {.population = "pop"}) {
  auto advice = advise::advise(mix, 1, wishes, shipped_targets());
  EXPECT_TRUE(advice.ok());
  return std::move(advice).value();
}

const Suggestion* find(const Advice& advice, const std::string& id) {
  for (const auto& one : advice.suggestions)
    if (one.id == id) return &one;
  return nullptr;
}

bool mentions(const Advice& advice, const std::string& words) {
  for (const auto& one : advice.mentions)
    if (says(one, words)) return true;
  return false;
}

}  // namespace

TEST(Glue, AWideRangeIsHeldTogetherAsFarAsLittleReductionCan) {
  const Quantiles& ranges = population("pop").range_lu;
  const Advice advice = advice_for(mix_over(quantile(ranges, 95.0) + 1.0));
  const Suggestion* glue = find(advice, "1-glue");
  ASSERT_TRUE(glue);
  EXPECT_EQ(glue->processor, "compressor");
  EXPECT_TRUE(chain::validate({glue->processor, glue->settings}).ok());
  EXPECT_GE(glue->settings.at("ratio"), 1.15);
  EXPECT_LE(glue->settings.at("ratio"), 2.0);
  EXPECT_LT(glue->predicted.at("range_lu"), glue->before.at("range_lu") - 0.45);
  EXPECT_GE(glue->predicted.at("range_lu"), quantile(ranges, 50.0));
}

TEST(Glue, HalfTheStrengthAsksForLessRatio) {
  const auto mix = mix_over(quantile(population("pop").range_lu, 95.0) + 0.5);
  const auto whole = advice_for(mix),
             half = advice_for(mix, {.population = "pop", .strength = 0.5});
  ASSERT_TRUE(find(whole, "1-glue"));
  const Suggestion* less = find(half, "1-glue");
  if (less) {
    EXPECT_LT(less->settings.at("ratio"), find(whole, "1-glue")->settings.at("ratio"));
  }
  EXPECT_FALSE(find(advice_for(mix, {.population = "pop", .strength = 0.0}), "1-glue"));
}

TEST(Glue, AnOrdinaryRangeIsLeftAloneAndAWideOneOnlyMentioned) {
  const Quantiles& ranges = population("pop").range_lu;
  EXPECT_FALSE(find(advice_for(mix_over(quantile(ranges, 50.0))), "1-glue"));
  const Advice wide = advice_for(mix_over(quantile(ranges, 85.0)));
  EXPECT_FALSE(find(wide, "1-glue"));
  EXPECT_TRUE(mentions(wide, "Loudness range"));
}

TEST(OverCompressed, FlatPeaksAreSaidAloudAndNothingIsCompressedOrMadeLouder) {
  measure::Measurement mix = mix_over(12.0);
  mix.loudness.integrated_lufs = -15.0;
  mix.peak.true_dbtp = -9.0;
  mix.dynamics.plr_lu = 6.0;
  const Advice advice = advice_for(mix);
  EXPECT_TRUE(mentions(advice, "Dynamics are gone already"));
  EXPECT_FALSE(find(advice, "1-glue"));
  EXPECT_FALSE(find(advice, "1-loudness"));
  // What a person asks for outright is theirs to have.
  const Advice asked = advice_for(mix, {.population = "pop", .loudness_lufs = -10.0});
  EXPECT_TRUE(find(asked, "1-loudness"));
}

TEST(BandDynamics, ABandThatComesAndGoesMoreThanInNearlyAllIsMentioned) {
  measure::Measurement mix = mix_over(6.0);
  const auto& usual = population("pop").band_sd_400ms_db;
  for (const auto& spreads : usual)
    mix.spectrum.band_sd_400ms_db.emplace_back(quantile(spreads, 60.0));
  EXPECT_FALSE(mentions(advice_for(mix), "come and go"));
  mix.spectrum.band_sd_400ms_db[1] = quantile(usual[1], 95.0) + 1.0;
  EXPECT_TRUE(mentions(advice_for(mix), "low-mids (148-392 Hz) come and go"));
}

TEST(OverCompressed, AMixWithItsPeaksIsNotSpokenOf) {
  EXPECT_FALSE(mentions(advice_for(mix_over(6.0)), "Dynamics"));
}
