#include "lacquer/studio/state.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "lacquer/studio/json.h"

using namespace lacquer;
using namespace lacquer::studio;
using Life = advise::State;

namespace {

struct Ledger {
  void add(const std::string& by, const std::string& kind, const Json& body) {
    entries.push_back({static_cast<std::int64_t>(entries.size()) + 1, "2026-11-22T09:00:00Z", by,
                       kind, body.dump(), ""});
  }
  void suggest(double low_shelf_db) {
    advise::Suggestion tone;
    tone.id = "1-tone";
    tone.processor = "equaliser";
    tone.settings = {{"band_1_gain_db", low_shelf_db}};
    advise::Suggestion loudness;
    loudness.id = "1-loudness";
    loudness.processor = "loudness";
    loudness.settings = {{"integrated_lufs", -12.0}};
    add("lacquer", "suggested",
        {{"track", 1}, {"suggestions", {to_json(tone), to_json(loudness)}}});
  }
  void decide(const std::string& by, const std::string& id, const std::string& verb,
              const Json& settings = Json::object()) {
    add(by, "decided", {{"track", 1}, {"id", id}, {"verb", verb}, {"settings", settings}});
  }
  /// Two shares that tone and bass mono move, and a level.
  void suggest_with_predictions() {
    advise::Suggestion tone, bass, loudness;
    tone.id = "1-tone";
    tone.processor = "equaliser";
    tone.settings = {{"band_1_gain_db", -3.0}};
    tone.before = {{"share_db", 4.0}};
    tone.predicted = {{"share_db", 1.0}};
    bass.id = "1-bass-mono";
    bass.processor = "bass_mono";
    bass.settings = {{"amount", 0.8}};
    bass.before = {{"share_db", 1.0}};
    bass.predicted = {{"share_db", 0.0}};
    loudness.id = "1-loudness";
    loudness.processor = "loudness";
    loudness.settings = {{"integrated_lufs", -12.0}};
    loudness.before = {{"integrated_lufs", -20.0}};
    loudness.predicted = {{"integrated_lufs", -12.0}};
    add("lacquer", "suggested",
        {{"track", 1}, {"suggestions", {to_json(tone), to_json(bass), to_json(loudness)}}});
  }
  void edit(const std::string& id, const Json& settings, double strength) {
    add("Ann Ear", "decided",
        {{"track", 1},
         {"id", id},
         {"verb", "edit"},
         {"settings", settings},
         {"strength", strength}});
  }
  studio::State state() const { return replay(entries, tracks); }
  std::vector<session::Entry> entries;
  std::vector<Track> tracks{1};
};

}  // namespace

TEST(State, NothingDecidedAsksNothingOfTheChain) {
  Ledger ledger;
  ledger.suggest(-2.0);
  EXPECT_EQ(plan_of(ledger.state().tracks[0]), chain::Plan{});
}

TEST(State, AnEditReachesTheChainWithItsOwnNumbers) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.decide("Ann Ear", "1-tone", "edit", {{"band_1_gain_db", -1.0}});
  ledger.decide("Ann Ear", "1-loudness", "accept");
  const auto plan = plan_of(ledger.state().tracks[0]);
  ASSERT_EQ(plan.steps.size(), 1u);
  EXPECT_EQ(plan.steps[0].settings.at("band_1_gain_db"), -1.0);
  EXPECT_EQ(plan.target_lufs, -12.0);
  EXPECT_EQ(ledger.state().find("1-tone")->state, Life::edited);
}

TEST(State, WhatIsDoneToATracksEndsIsPartOfThePlanAndOfNothingElse) {
  Ledger ledger;
  ledger.suggest(-2.0);
  const auto without = plan_text(plan_of(ledger.state().tracks[0]));
  EXPECT_EQ(without.find("edit"), std::string::npos) << "old ledgers keep their plans";
  ledger.tracks[0].edit.fade_out_s = 4.0;
  const auto plan = plan_of(ledger.state().tracks[0]);
  EXPECT_EQ(plan.edit, ledger.tracks[0].edit);
  EXPECT_NE(plan_text(plan), without);
}

TEST(State, AnAcceptedEditStandsAtTheEndsTheSessionSaysNothingOf) {
  Ledger ledger;
  advise::Suggestion ends;
  ends.id = "1-ends";
  ends.processor = "edit";
  ends.settings = {{"trim_start_s", 4.0}, {"trim_end_s", 6.0}, {"fade_out_s", 1.5}};
  ledger.add("lacquer", "suggested", {{"track", 1}, {"suggestions", {to_json(ends)}}});
  EXPECT_TRUE(plan_of(ledger.state().tracks[0]).edit.changes_nothing());
  ledger.decide("Ann Ear", "1-ends", "accept");
  const auto accepted = plan_of(ledger.state().tracks[0]);
  EXPECT_EQ(accepted.edit, (Edit{.trim_start_s = 4.0, .trim_end_s = 6.0, .fade_out_s = 1.5}));
  EXPECT_TRUE(accepted.steps.empty());
  ledger.tracks[0].edit.fade_out_s = 8.0;
  EXPECT_EQ(plan_of(ledger.state().tracks[0]).edit, (Edit{.trim_start_s = 4.0, .fade_out_s = 8.0}));
  ledger.decide("Ann Ear", "1-ends", "reject");
  EXPECT_EQ(plan_of(ledger.state().tracks[0]).edit, (Edit{.fade_out_s = 8.0}));
}

TEST(State, ADecisionOutlivesANewComputationThatProposesTheSame) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.decide("Ann Ear", "1-tone", "edit", {{"band_1_gain_db", -1.0}});
  ledger.suggest(-2.0);
  const auto state = ledger.state();
  EXPECT_EQ(state.find("1-tone")->state, Life::edited);
  EXPECT_EQ(state.find("1-tone")->settings.at("band_1_gain_db"), -1.0);
  EXPECT_EQ(state.tracks[0].decisions.size(), 1u);
}

TEST(State, AProposalThatHasChangedIsToBeDecidedAgain) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.decide("Ann Ear", "1-tone", "accept");
  ledger.suggest(-1.5);
  EXPECT_EQ(ledger.state().find("1-tone")->state, Life::proposed);
  EXPECT_TRUE(ledger.state().tracks[0].decisions.empty());
}

TEST(State, ARejectionTakesTheEditBackAndTheLastWordHolds) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.decide("Ann Ear", "1-tone", "edit", {{"band_1_gain_db", -1.0}});
  ledger.decide("Ann Ear", "1-tone", "reject");
  EXPECT_EQ(ledger.state().find("1-tone")->settings.at("band_1_gain_db"), -2.0);
  EXPECT_TRUE(plan_of(ledger.state().tracks[0]).steps.empty());
  ledger.decide("Ann Ear", "1-tone", "accept");
  EXPECT_EQ(ledger.state().tracks[0].decisions.size(), 1u);
  EXPECT_EQ(ledger.state().find("1-tone")->state, Life::accepted);
}

TEST(State, OneDecisionOfTheMachineMakesItADraft) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.decide("Ann Ear", "1-tone", "accept");
  EXPECT_FALSE(ledger.state().unreviewed());
  ledger.decide(machine, "1-loudness", "accept");
  EXPECT_TRUE(ledger.state().unreviewed());
}

TEST(State, ANewDeliveryVoidsTheSignature) {
  Ledger ledger;
  const Json delivery = {{"delivery", {{"medium", "cd"}}}, {"made_from", "a"}};
  ledger.add("lacquer", "delivered", delivery);
  ledger.add("Ann Ear", "signed", {{"files", {{"deliveries/cd/A.bin", "00"}}}});
  EXPECT_EQ(ledger.state().signature->by, "Ann Ear");
  ledger.add("lacquer", "delivered", delivery);
  EXPECT_FALSE(ledger.state().signature);
}

TEST(State, ALedgerOfALaterProgramDoesNotBreakThisOne) {
  Ledger ledger;
  ledger.suggest(-2.0);
  ledger.add("lacquer", "dreamed", {{"track", 1}, {"of", "sheep"}});
  ledger.add("lacquer", "decided", {{"track", 7}, {"id", "7-tone"}, {"verb", "accept"}});
  EXPECT_EQ(ledger.state().tracks[0].suggestions.size(), 2u);
}

TEST(State, AStrengthRelatesToTheProposalHoweverOftenItIsSet) {
  Ledger ledger;
  ledger.suggest_with_predictions();
  ledger.edit("1-bass-mono", Json::object(), 0.5);
  ledger.edit("1-bass-mono", Json::object(), 0.5);
  const auto state = ledger.state();
  EXPECT_DOUBLE_EQ(state.find("1-bass-mono")->settings.at("amount"), 0.4);
  EXPECT_DOUBLE_EQ(state.find("1-bass-mono")->strength, 0.5);
  EXPECT_TRUE(state.find("1-bass-mono")->foretold);
  ledger.decide("Ann Ear", "1-bass-mono", "accept");
  EXPECT_DOUBLE_EQ(ledger.state().find("1-bass-mono")->settings.at("amount"), 0.8);
  EXPECT_DOUBLE_EQ(ledger.state().find("1-bass-mono")->strength, 1.0);
}

TEST(State, AtStrengthNothingThePlanIsThatOfARejection) {
  Ledger without, nothing;
  for (Ledger* ledger : {&without, &nothing}) ledger->suggest_with_predictions();
  for (const char* id : {"1-tone", "1-bass-mono", "1-loudness"}) {
    without.decide("Ann Ear", id, "reject");
    nothing.edit(id, Json::object(), 0.0);
  }
  EXPECT_EQ(plan_of(nothing.state().tracks[0]), plan_of(without.state().tracks[0]));
  EXPECT_EQ(plan_of(nothing.state().tracks[0]), chain::Plan{});
}

TEST(State, OtherSettingsStandBesideAStrengthAndAreNotForetold) {
  Ledger ledger;
  ledger.suggest_with_predictions();
  ledger.edit("1-tone", {{"band_1_gain_db", -2.0}}, 0.5);
  const auto state = ledger.state();
  EXPECT_DOUBLE_EQ(state.find("1-tone")->settings.at("amount"), 0.5);
  EXPECT_DOUBLE_EQ(state.find("1-tone")->settings.at("band_1_gain_db"), -2.0);
  EXPECT_FALSE(state.find("1-tone")->foretold);
  ledger.edit("1-tone", Json::object(), 0.5);
  EXPECT_TRUE(ledger.state().find("1-tone")->foretold) << "from the proposal anew";
}

TEST(State, PredictionsAreLinedUpBehindWhatWasDecided) {
  Ledger ledger;
  ledger.suggest_with_predictions();
  EXPECT_DOUBLE_EQ(ledger.state().find("1-bass-mono")->predicted.at("share_db"), 0.0);
  ledger.decide("Ann Ear", "1-tone", "reject");
  ledger.decide("Ann Ear", "1-bass-mono", "accept");
  EXPECT_DOUBLE_EQ(ledger.state().find("1-bass-mono")->predicted.at("share_db"), 3.0);
}
