#include "lacquer/advise/joint.h"

#include <gtest/gtest.h>

#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

using Kind = Quantity::Kind;

Sound pop_sound() {
  measure::Measurement mix = middle_mix(population("pop"));
  for (auto& side : mix.spectrum.side_minus_mid_db) side = -1.0;  // wide: sides carry weight
  return sound_of(mix);
}

Verdict wider(double width) {
  Verdict verdict;
  verdict.suggestion = Suggestion{};
  verdict.suggestion->processor = "stereo";
  verdict.suggestion->settings = {{"width_high", width}};
  verdict.free = {{.setting = "width_high", .least = 0.0, .most = 2.0, .unit = 0.01}};
  return verdict;
}

Verdict brighter(double gain_db, double goal_db) {
  Verdict verdict;
  verdict.suggestion = Suggestion{};
  verdict.suggestion->processor = "equaliser";
  verdict.suggestion->settings = {
      {"band_1_type", 2.0}, {"band_1_frequency_hz", 5000.0}, {"band_1_gain_db", gain_db}};
  verdict.free = {
      {.setting = "band_1_gain_db", .least = -6.0, .most = 6.0, .plausible = 3.0, .unit = 0.1}};
  verdict.goals = {{.quantity = {Kind::share, 7}, .value = goal_db, .scale = 0.1}};
  return verdict;
}

double share_behind(const Sound& mix, const std::vector<Verdict>& verdicts) {
  Sound sound = mix;
  for (const Verdict& one : verdicts)
    sound = after(sound, chain::Step{one.suggestion->processor, one.suggestion->settings});
  return *value_of(sound, {Kind::share, 7});
}

}  // namespace

TEST(Together, ABrightnessThatAWidthHasGivenAlreadyIsNotGivenAgain) {
  const Sound mix = pop_sound();
  const double goal_db = *value_of(mix, {Kind::share, 7}) + 1.5;
  std::vector<Verdict> verdicts = {brighter(2.0, goal_db), wider(1.5)};
  verdicts[1].free.clear();
  EXPECT_GT(share_behind(mix, verdicts), goal_db + 0.8);
  solve_together(mix, verdicts);
  EXPECT_NEAR(share_behind(mix, verdicts), goal_db, 0.1);
  EXPECT_LT(verdicts[0].suggestion->settings.at("band_1_gain_db"), 1.2);
  EXPECT_EQ(verdicts[1].suggestion->settings.at("width_high"), 1.5);
}

TEST(Together, WhatIsPlausibleHoldsBackWhatTheGoalWants) {
  const Sound mix = pop_sound();
  std::vector<Verdict> verdicts = {brighter(1.0, *value_of(mix, {Kind::share, 7}) + 40.0)};
  solve_together(mix, verdicts);
  EXPECT_LE(verdicts[0].suggestion->settings.at("band_1_gain_db"), 6.0);
}

TEST(Together, WithoutGoalsOrFreeSettingsEverythingStaysAsProposed) {
  const Sound mix = pop_sound();
  std::vector<Verdict> verdicts = {wider(1.234), {.left_alone = "Left alone."}};
  solve_together(mix, verdicts);
  EXPECT_EQ(verdicts[0].suggestion->settings.at("width_high"), 1.234);
}
