#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/test_mix.h"
#include "lacquer/advise/words.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// The middle of the population, with the widths of some bands where `percent` of it are narrower.
measure::Measurement mix_as_wide_as(const std::string& name, double percent, std::size_t first = 0,
                                    std::size_t end = 9) {
  const auto& where = population(name);
  measure::Measurement mix = middle_mix(where);
  for (std::size_t band = first; band < end; ++band)
    mix.spectrum.side_minus_mid_db[band] = quantile(where.side_minus_mid_db[band], percent);
  return mix;
}

Advice advice_for(const measure::Measurement& mix, const Wishes& wishes = {.population = "pop"}) {
  auto advice = advise::advise(mix, 1, wishes, shipped_targets());
  EXPECT_TRUE(advice.ok());
  return std::move(advice).value();
}

const Suggestion* width_of(const Advice& advice) {
  for (const Suggestion& one : advice.suggestions)
    if (one.id == "1-width") return &one;
  return nullptr;
}

bool mentions(const Advice& advice, const std::string& part) {
  return std::any_of(advice.mentions.begin(), advice.mentions.end(),
                     [&](const auto& line) { return says(line, part); });
}

double setting(const Suggestion& one, const std::string& name, double otherwise) {
  const auto found = one.settings.find(name);
  return found == one.settings.end() ? otherwise : found->second;
}

measure::Finding finding(const std::string& kind, measure::Severity severity, double end_s) {
  return {.kind = kind,
          .severity = severity,
          .start_s = 0.0,
          .end_s = end_s,
          .channel = {},
          .value = -0.5,
          .unit = "",
          .confidence = 0.9,
          .message = "Found: " + kind + ".",
          .remedy = ""};
}

}  // namespace

TEST(AdviseWidth, WhatLiesInTheMiddleHalfIsLeftAloneInEveryPopulation) {
  for (const std::string& name : shipped_targets().names())
    for (const double percent : {25.0, 50.0, 75.0})
      EXPECT_EQ(width_of(advice_for(mix_as_wide_as(name, percent), {.population = name})), nullptr)
          << name << " " << percent;
}

TEST(AdviseWidth, ANarrowImageIsOpenedToTheEdgeOfTheOrdinaryAndItsBassStaysFirm) {
  const Advice advice = advice_for(mix_as_wide_as("pop", 5.0));
  const Suggestion* width = width_of(advice);
  ASSERT_NE(width, nullptr);
  EXPECT_GT(setting(*width, "side_gain_db", 0.0), 1.0);
  EXPECT_LE(setting(*width, "side_gain_db", 0.0), 2.5);
  EXPECT_TRUE(says(width->reason, "narrower"));
  for (std::size_t band = 1; band < 9; ++band) {
    const std::string key = side_key(population("pop").bands_hz, band);
    EXPECT_GT(width->predicted.at(key), width->before.at(key) + 1.0) << key;
    // Back to 0.8 sd at most: never to the middle.
    EXPECT_LT(width->predicted.at(key), quantile(population("pop").side_minus_mid_db[band], 35.0));
  }
  const std::string bass = side_key(population("pop").bands_hz, 0);
  if (width->predicted.contains(bass)) {
    EXPECT_NEAR(width->predicted.at(bass), width->before.at(bass), 0.5);
  }
}

TEST(AdviseWidth, AWideImageIsDrawnTogether) {
  const Suggestion* width = nullptr;
  const Advice advice = advice_for(mix_as_wide_as("pop", 97.0, 1));
  width = width_of(advice);
  ASSERT_NE(width, nullptr);
  EXPECT_LT(setting(*width, "side_gain_db", 0.0), -0.9);
  EXPECT_GE(setting(*width, "side_gain_db", 0.0), -2.5);
  EXPECT_EQ(setting(*width, "width_low", 1.0), 1.0);
}

TEST(AdviseWidth, OneZoneThatStandsOutIsTurnedAlone) {
  measure::Measurement mix = middle_mix(population("pop"));
  for (std::size_t band = 6; band < 9; ++band) mix.spectrum.side_minus_mid_db[band] = 0.5;
  const Advice advice = advice_for(mix);
  const Suggestion* width = width_of(advice);
  ASSERT_NE(width, nullptr);
  EXPECT_LT(setting(*width, "width_high", 1.0), 0.95);
  EXPECT_EQ(setting(*width, "width_middle", 1.0), 1.0);
  EXPECT_EQ(setting(*width, "width_low", 1.0), 1.0);
  EXPECT_EQ(setting(*width, "side_gain_db", 0.0), 0.0);
  EXPECT_TRUE(says(width->reason, "The top"));
}

TEST(AdviseWidth, FirmLowMidsAreNoFault) {
  measure::Measurement mix = middle_mix(population("pop"));
  mix.spectrum.side_minus_mid_db[1] = -24.0;
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
  mix.spectrum.side_minus_mid_db[1] = -2.0;
  EXPECT_NE(width_of(advice_for(mix)), nullptr);
}

TEST(AdviseWidth, NothingIsWidenedThatAMonoSumWouldMiss) {
  measure::Measurement mix = mix_as_wide_as("pop", 5.0);
  ASSERT_NE(width_of(advice_for(mix)), nullptr);
  mix.stereo.correlation = 0.1;
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
  mix.stereo.correlation = 0.8;
  mix.stereo.mono_loss_db = -1.7;
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
}

TEST(AdviseWidth, WhatHasHardlyASideIsNotMadeWide) {
  measure::Measurement mix = middle_mix(population("pop"));
  for (auto& width_db : mix.spectrum.side_minus_mid_db) width_db = -40.0;
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
  mix.spectrum.side_minus_mid_db.clear();
  mix.format.channel_count = 1;
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
}

TEST(AdviseWidth, ATopThatACodecNarrowedIsNotLifted) {
  measure::Measurement mix = middle_mix(population("pop"));
  for (std::size_t band = 6; band < 9; ++band) mix.spectrum.side_minus_mid_db[band] = -22.0;
  ASSERT_NE(width_of(advice_for(mix)), nullptr);
  mix.findings = {finding("lossy_source", measure::Severity::warn, 180.0)};
  EXPECT_EQ(width_of(advice_for(mix)), nullptr);
}

TEST(AdviseWidth, HalfTheStrengthIsHalfTheChange) {
  const measure::Measurement mix = mix_as_wide_as("pop", 5.0);
  const Advice full = advice_for(mix),
               half = advice_for(mix, {.population = "pop", .strength = 0.5}),
               none = advice_for(mix, {.population = "pop", .strength = 0.0});
  EXPECT_NEAR(setting(*width_of(half), "side_gain_db", 0.0),
              0.5 * setting(*width_of(full), "side_gain_db", 0.0), 0.15);
  EXPECT_EQ(width_of(none), nullptr);
}

TEST(AdviseWidth, AFaultBetweenTheChannelsIsSettledFirst) {
  for (const char* kind : {"missing_channel", "polarity", "channel_delay"}) {
    measure::Measurement mix = mix_as_wide_as("pop", 97.0, 1);
    mix.findings = {finding(kind, measure::Severity::warn, 180.0)};
    const Advice advice = advice_for(mix);
    EXPECT_EQ(width_of(advice), nullptr) << kind;
    EXPECT_TRUE(mentions(advice, std::string{"Found: "} + kind)) << kind;
  }
}

TEST(AdviseWidth, WhatAMonoSumLosesMoreThanUsualIsMentioned) {
  measure::Measurement mix = mix_as_wide_as("pop", 50.0);
  mix.spectrum.side_minus_mid_db[0] = 9.0;
  mix.spectrum.side_minus_mid_db[1] = -3.6;
  mix.spectrum.side_minus_mid_db[2] = -2.5;
  const Advice advice = advice_for(mix);
  EXPECT_TRUE(width_of(advice) || mentions(advice, "mono sum"));
}

TEST(AdviseWidth, TheImageOpensAsFarAsPredicted) {
  testkit::Signal signal = testkit::noise(8, 2, 48000 * 8, 0.2);
  // Browner, as music is, and its side 14 dB below the middle.
  for (int channel = 0; channel < 2; ++channel)
    for (int frame = 1; frame < signal.frame_count(); ++frame)
      signal.at(channel, frame) += 0.8 * signal.at(channel, frame - 1);
  for (int frame = 0; frame < signal.frame_count(); ++frame) {
    const double mid = signal.at(0, frame), side = 0.18 * signal.at(1, frame);
    signal.at(0, frame) = 0.3 * (mid + side);
    signal.at(1, frame) = 0.3 * (mid - side);
  }
  const auto measured = [](const testkit::Signal& of) {
    auto source = testkit::open(of)();
    auto measurement = measure::measure(**source);
    EXPECT_TRUE(measurement.ok());
    return std::move(measurement).value();
  };
  const Advice advice = advice_for(measured(signal));
  const Suggestion* width = width_of(advice);
  ASSERT_NE(width, nullptr);
  // What comes before it moves the level alone.
  std::vector<chain::Step> steps;
  for (const Suggestion& one : advice.suggestions)
    if (one.processor == "equaliser" || one.id == "1-width")
      steps.push_back({one.processor, one.settings});
  auto source = testkit::open(signal)();
  auto processed = chain::process({steps}, std::move(source).value());
  ASSERT_TRUE(processed.ok());
  const measure::Measurement master = measured(testkit::drain(**processed));
  int compared = 0;
  for (const auto& [key, value] : width->predicted) {
    if (!key.starts_with("side_minus_mid_db")) continue;
    ++compared;
    EXPECT_NEAR(*measured_value(master, key), value, 0.3) << key;
  }
  EXPECT_GE(compared, 8);
}
