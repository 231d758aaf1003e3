#include "lacquer/advise/lined_up.h"

#include <gtest/gtest.h>

using namespace lacquer::advise;

namespace {

Suggestion suggestion(const std::string& id, const std::string& processor,
                      std::map<std::string, double> before,
                      std::map<std::string, double> predicted) {
  Suggestion one;
  one.id = id;
  one.processor = processor;
  one.before = std::move(before);
  one.predicted = std::move(predicted);
  one.state = State::accepted;
  return one;
}

/// A mix with a share of 4 dB at -20 LUFS that peaks at -6 dBTP: tone takes 3 dB off, width another
/// one, 8 LU louder under -1 dBTP needs 3 dB of limiting.
std::vector<Suggestion> four() {
  std::vector<Suggestion> all = {
      suggestion("1-tone", "equaliser", {{"share_db", 4.0}, {"integrated_lufs", -20.0}},
                 {{"share_db", 1.0}, {"integrated_lufs", -20.5}}),
      suggestion("1-bass-mono", "bass_mono", {{"share_db", 1.0}, {"side_db", -6.0}},
                 {{"share_db", 0.0}, {"side_db", -14.0}}),
      suggestion("1-loudness", "loudness",
                 {{"integrated_lufs", -20.5}, {"true_dbtp", -6.0}, {"plr_lu", 14.5}},
                 {{"integrated_lufs", -12.5},
                  {"gain_db", 8.0},
                  {"true_dbtp", -1.0},
                  {"plr_lu", 11.5},
                  {"gain_reduction_db", 3.0}}),
      suggestion("1-ceiling", "limiter", {{"true_dbtp", 2.0}},
                 {{"true_dbtp", -1.0}, {"gain_reduction_db", 3.0}})};
  all[2].settings = {{"integrated_lufs", -12.5}};
  all[3].settings = {{"ceiling_dbtp", -1.0}};
  return all;
}

}  // namespace

TEST(LinedUp, AllTakenStandsAsItWasProposed) {
  auto all = four();
  line_up(all);
  for (std::size_t i = 0; i < all.size(); ++i) {
    EXPECT_EQ(all[i].predicted, four()[i].predicted) << all[i].id;
    EXPECT_EQ(all[i].before, four()[i].before) << all[i].id;
  }
}

TEST(LinedUp, ARejectedOneAddsNothingToWhatStandsBehindIt) {
  auto all = four();
  all[0].state = State::rejected;
  line_up(all);
  EXPECT_DOUBLE_EQ(all[1].before.at("share_db"), 4.0);
  EXPECT_DOUBLE_EQ(all[1].predicted.at("share_db"), 3.0);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("gain_db"), 7.5);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("integrated_lufs"), -12.5);
  EXPECT_DOUBLE_EQ(all[3].predicted.at("gain_reduction_db"), 2.5);
  EXPECT_DOUBLE_EQ(all[0].predicted.at("share_db"), 1.0) << "its own stays what was offered";
}

TEST(LinedUp, HalfOfOneIsHalfOfItsChangeToAllBehindIt) {
  auto all = four();
  all[0] = at_strength(all[0], 0.5);
  line_up(all);
  EXPECT_DOUBLE_EQ(all[0].predicted.at("share_db"), 2.5);
  EXPECT_DOUBLE_EQ(all[1].predicted.at("share_db"), 1.5);
  EXPECT_DOUBLE_EQ(all[2].before.at("integrated_lufs"), -20.25);
}

TEST(LinedUp, HalfTheLoudnessNeedsNoLimiterAndSaysSo) {
  auto all = four();
  all[2] = at_strength(all[2], 0.5);
  EXPECT_DOUBLE_EQ(all[2].settings.at("integrated_lufs"), -16.5);
  line_up(all);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("gain_db"), 4.0);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("true_dbtp"), -2.0);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("gain_reduction_db"), 0.0);
  EXPECT_DOUBLE_EQ(all[3].predicted.at("true_dbtp"), -2.0);
}

TEST(LinedUp, WithoutTheCeilingPeaksGoWhereTheGainTakesThem) {
  auto all = four();
  all[3].state = State::rejected;
  line_up(all);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("true_dbtp"), 2.0);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("plr_lu"), 14.5);
}

TEST(LinedUp, WhatAPersonSetIsForetoldByNobodyBehindIt) {
  auto all = four();
  all[0].state = State::edited;
  all[0].foretold = false;
  line_up(all);
  EXPECT_FALSE(all[1].predicted.count("share_db"));
  EXPECT_DOUBLE_EQ(all[1].predicted.at("side_db"), -14.0);
  EXPECT_DOUBLE_EQ(all[2].predicted.at("integrated_lufs"), -12.5) << "it is landed on";
  EXPECT_FALSE(all[2].predicted.count("gain_db"));
  all[0].measured = {{"share_db", 9.0}};
  EXPECT_TRUE(missed_predictions(all[0]).empty());
}

TEST(LinedUp, AnUndecidedOneStandsBehindAllThatAreNotRejected) {
  auto all = four();
  all[1].state = State::proposed;
  line_up(all);
  EXPECT_DOUBLE_EQ(all[1].predicted.at("share_db"), 0.0);
  all[0].state = State::rejected;
  line_up(all);
  EXPECT_DOUBLE_EQ(all[1].predicted.at("share_db"), 3.0);
}

TEST(LinedUp, OnlyTheLastThatTouchesAMeasureAnswersForIt) {
  auto all = four();
  EXPECT_TRUE(answered(all, 0).empty());
  EXPECT_EQ(answered(all, 1), (std::vector<std::string>{"share_db", "side_db"}));
  EXPECT_EQ(answered(all, 2), (std::vector<std::string>{"gain_db", "integrated_lufs", "plr_lu"}));
  all[1] = at_strength(all[1], 0.0);
  all[2].state = State::rejected;
  EXPECT_EQ(answered(all, 0), (std::vector<std::string>{"integrated_lufs", "share_db"}));
  EXPECT_TRUE(answered(all, 2).empty());
}
