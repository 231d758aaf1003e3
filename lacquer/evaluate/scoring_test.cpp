#include "lacquer/evaluate/scoring.h"

#include <gtest/gtest.h>

using namespace lacquer;
using namespace lacquer::evaluate;
using measure::Finding;
using measure::Severity;

namespace {

const Fault click_row{
    .kind = "click", .strengths = {}, .accepted = {"discontinuity"}, .related = {"true_peak_over"}};

Planted at_five_seconds() {
  return {.clip = Clip{{48000.0, 2}, 48000 * 20},
          .start_s = 5.0,
          .end_s = 5.01,
          .channel = 0,
          .truths = {{18.0, "dB"}, {-20.0, "dBFS"}}};
}

Finding finding(const std::string& kind, double start_s, double end_s, double value = 0.0,
                const std::string& unit = "") {
  Finding made;
  made.kind = kind;
  made.severity = Severity::warn;
  made.start_s = start_s;
  made.end_s = end_s;
  made.value = value;
  made.unit = unit;
  return made;
}

Trial judged(std::vector<Finding> found, std::vector<Finding> clean = {},
             Planted planted = at_five_seconds()) {
  return judge(click_row, planted, clean, found);
}

}  // namespace

TEST(Scoring, AFindingOfTheKindAtThePlaceIsHeardWithItsErrors) {
  const Trial trial = judged({finding("click", 5.004, 5.005, 17.5, "dB")});
  EXPECT_EQ(trial.outcome, Outcome::heard);
  EXPECT_NEAR(trial.place_error_s.value(), 0.004, 1e-9);
  EXPECT_NEAR(trial.value_error.value().value, -0.5, 1e-9);
  EXPECT_EQ(trial.value_error.value().unit, "dB");
  EXPECT_TRUE(trial.cross_talk.empty());
}

TEST(Scoring, AnAcceptedKindCountsAndAnotherDoesNot) {
  EXPECT_EQ(judged({finding("discontinuity", 5.0, 5.01)}).outcome, Outcome::heard);
  EXPECT_EQ(judged({finding("dropout", 5.0, 5.01)}).outcome, Outcome::missed);
  EXPECT_EQ(judged({}).outcome, Outcome::missed);
}

TEST(Scoring, PlaceIsHeldWithinTheTolerance) {
  EXPECT_EQ(judged({finding("click", 5.055, 5.056)}).outcome, Outcome::heard);
  EXPECT_EQ(judged({finding("click", 5.065, 5.066)}).outcome, Outcome::missed);
  EXPECT_EQ(judged({finding("click", 4.90, 4.94)}).outcome, Outcome::missed);
}

TEST(Scoring, TheOtherChannelIsAMissAndNoChannelIsNot) {
  Finding right = finding("click", 5.0, 5.01);
  right.channel = 1;
  EXPECT_EQ(judged({right}).outcome, Outcome::missed);
  right.channel.reset();
  EXPECT_EQ(judged({right}).outcome, Outcome::heard);
}

TEST(Scoring, AFindingOverEverythingNamesNoPlace) {
  EXPECT_EQ(judged({finding("click", 0.0, 20.0)}).outcome, Outcome::missed);
  Planted whole = at_five_seconds();
  whole.everywhere = true;
  const Trial trial = judged({finding("click", 0.0, 20.0)}, {}, whole);
  EXPECT_EQ(trial.outcome, Outcome::heard);
  EXPECT_FALSE(trial.place_error_s);
}

TEST(Scoring, TheNearestFindingIsTheOneThatIsJudged) {
  const Trial trial = judged({finding("click", 4.97, 5.0), finding("click", 5.001, 5.002)});
  EXPECT_NEAR(trial.place_error_s.value(), 0.001, 1e-9);
}

TEST(Scoring, WhatIsFoundWithoutTheFaultProvesNothing) {
  const auto found = {finding("click", 5.0, 5.01)};
  EXPECT_EQ(judged(found, found).outcome, Outcome::already_there);
  EXPECT_EQ(judged(found, {finding("click", 9.0, 9.01)}).outcome, Outcome::heard);
}

TEST(Scoring, CrossTalkIsWhatIsNewLoudAndUnrelated) {
  Finding info = finding("hum", 0.0, 20.0);
  info.severity = Severity::info;
  const Trial trial = judged({finding("stutter", 5.0, 5.1), finding("stutter", 7.0, 7.1), info,
                              finding("true_peak_over", 5.0, 6.0), finding("dc", 0.0, 20.0)},
                             {finding("dc", 0.0, 19.0)});
  EXPECT_EQ(trial.outcome, Outcome::missed);
  EXPECT_EQ(trial.cross_talk, std::vector<std::string>{"stutter"});
}

TEST(Scoring, AmountsAreComparedWithoutTheirSignAndLevelsWithIt) {
  EXPECT_NEAR(judged({finding("click", 5.0, 5.01, -17.0, "dB")}).value_error.value().value, -1.0,
              1e-9);
  EXPECT_NEAR(judged({finding("click", 5.0, 5.01, -23.0, "dBFS")}).value_error.value().value, -3.0,
              1e-9);
  EXPECT_FALSE(judged({finding("click", 5.0, 5.01, 1.0, "samples")}).value_error);
}

TEST(Scoring, RecallIsOverTheTrialsThatCouldBeMade) {
  Score score;
  EXPECT_FALSE(score.recall());
  for (const auto outcome : {Outcome::heard, Outcome::heard, Outcome::heard, Outcome::missed,
                             Outcome::already_there, Outcome::unsuited})
    score.add({.outcome = outcome});
  EXPECT_EQ(score.trials(), 4);
  EXPECT_DOUBLE_EQ(score.recall().value(), 0.75);
  EXPECT_EQ(score.already_there, 1);
  EXPECT_EQ(score.unsuited, 1);
}

TEST(Scoring, TheMedianIsTheMiddle) {
  EXPECT_FALSE(median({}));
  EXPECT_EQ(median({3.0, 1.0, 2.0}), 2.0);
  EXPECT_EQ(median({4.0, 1.0, 2.0, 3.0}), 2.5);
}
