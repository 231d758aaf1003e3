#include "lacquer/evaluate/advice/advice.h"

#include <gtest/gtest.h>

#include "lacquer/advise/words.h"
#include "lacquer/base/units.h"
#include "lacquer/evaluate/advice/recovery.h"
#include "lacquer/evaluate/test_clip.h"

using namespace lacquer;
using namespace lacquer::evaluate;

namespace {

/// Music with something in every band.
Clip full_clip(std::uint64_t seed) {
  Clip clip = test_clip(seed, 14.0);
  Random random{seed + 100};
  for (int c = 0; c < clip.channel_count(); ++c) {
    double brown = 0.0;
    for (int f = 0; f < clip.frame_count(); ++f) {
      brown = 0.97 * brown + 0.01 * random.normal();
      clip.row(c)[f] += brown + 0.004 * random.normal();
    }
  }
  scale(clip, 0.5 / peak(clip));
  return clip;
}

const Departure& departure(const std::string& name) {
  for (const auto& one : all_departures())
    if (one.name == name) return one;
  ADD_FAILURE() << "there is no departure " << name;
  return all_departures().front();
}

Original original() {
  Original result{full_clip(3), {}};
  auto listened = heard(result.clip, {});
  EXPECT_TRUE(listened.ok());
  result.heard = std::move(listened).value();
  return result;
}

/// Somebody's advice: an equaliser's low shelf that foretells the shares it leads to.
advise::Advice shelf_advice(const Original& original, const Departed& departed, double gain_db,
                            double foretold_share_of_the_way_back) {
  advise::Advice advice;
  const auto& now = departed.heard.whole.spectrum;
  const auto& before = original.heard.whole.spectrum;
  advice.standing.population.bands_hz = now.bands_hz;
  advise::Suggestion suggestion;
  suggestion.id = "1-tone";
  suggestion.processor = "equaliser";
  suggestion.settings = departure("low shelf +6 dB").steps.front().settings;
  suggestion.settings["band_1_gain_db"] = gain_db;
  for (std::size_t band = 0; band < now.share_db.size(); ++band)
    if (now.share_db[band] && before.share_db[band])
      suggestion.predicted[advise::share_key(now.bands_hz, band)] =
          *now.share_db[band] +
          foretold_share_of_the_way_back * (*before.share_db[band] - *now.share_db[band]);
  advice.suggestions = {suggestion};
  return advice;
}

Bands all_bands() { return {0, 1, 2, 3, 4, 5, 6, 7, 8}; }

struct ShelfUp : testing::Test {
  Original before = original();
  const Departure& shelf = departure("low shelf +6 dB");
  Departed departed = std::move(depart(before, shelf, {})).value();
  Recovered recovered(const advise::Advice& advice) {
    auto result = recover(departed, before, shelf, all_bands(), advice, {});
    EXPECT_TRUE(result.ok());
    return std::move(result).value();
  }
};

}  // namespace

TEST_F(ShelfUp, AdviceThatTakesItAllBackUndoesAHundredPercent) {
  const auto result = recovered(shelf_advice(before, departed, -6.0, 1.0));
  ASSERT_EQ(result.effects.size(), 1u);
  EXPECT_GT(result.effects[0].departed_db, 1.0);
  EXPECT_EQ(result.effects[0].answer, Answer::right);
  EXPECT_NEAR(result.effects[0].undone(), 1.0, 0.01);
  ASSERT_EQ(result.further_db.size(), 1u);
  EXPECT_LT(result.further_db[0].second, -1.0);
  for (const double error : result.prediction_errors.at("share_db")) EXPECT_NEAR(error, 0.0, 0.02);
}

TEST_F(ShelfUp, AdviceThatIsSilentUndoesNothing) {
  const auto result = recovered({});
  ASSERT_EQ(result.effects.size(), 1u);
  EXPECT_EQ(result.effects[0].answer, Answer::silent);
  EXPECT_NEAR(result.effects[0].undone(), 0.0, 1e-9);
  EXPECT_NEAR(result.further_db[0].second, 0.0, 1e-9);
  EXPECT_FALSE(result.landing_error_lu);
}

TEST_F(ShelfUp, TheWrongSignIsWrongAndEndsFurtherOff) {
  const auto result = recovered(shelf_advice(before, departed, 3.0, -0.5));
  EXPECT_EQ(result.effects[0].answer, Answer::wrong);
  EXPECT_LT(result.effects[0].undone(), -0.2);
  EXPECT_GT(result.further_db[0].second, 0.3);
}

TEST_F(ShelfUp, ALoudnessIsNoAnswerToAShelf) {
  auto advice = shelf_advice(before, departed, -6.0, 1.0);
  advice.suggestions[0].processor = "loudness";
  EXPECT_EQ(
      answer(Axis::tone, advice.suggestions, departed.heard.whole, before.heard.whole, all_bands()),
      Answer::silent);
}

TEST(Recovery, TheLoudnessAskedForIsHeldAgainstWhatIsRendered) {
  const Original before = original();
  const Departure& quieter = departure("level -6 dB");
  const Departed departed = std::move(depart(before, quieter, {})).value();
  advise::Advice advice;
  advise::Suggestion loudness;
  loudness.processor = "loudness";
  const double wanted_lufs = *before.heard.whole.loudness.integrated_lufs;
  loudness.settings = {{"integrated_lufs", wanted_lufs}};
  loudness.predicted = {{"integrated_lufs", wanted_lufs}};
  advice.suggestions = {loudness};
  auto result = recover(departed, before, quieter, all_bands(), advice, {});
  ASSERT_TRUE(result.ok());
  ASSERT_EQ(result->effects.size(), 1u);
  EXPECT_EQ(result->effects[0].axis, Axis::level);
  EXPECT_EQ(result->effects[0].answer, Answer::right);
  EXPECT_NEAR(result->effects[0].departed_db, 6.0, 0.1);
  EXPECT_NEAR(result->effects[0].undone(), 1.0, 0.02);
  ASSERT_TRUE(result->landing_error_lu);
  EXPECT_NEAR(*result->landing_error_lu, 0.0, 0.05);
}

TEST(Recovery, ATurnedDownMixHasTheToneItHad) {
  const Original before = original();
  Departure far_down = departure("level -6 dB");
  far_down.steps[0].settings["gain_db"] = -20.0;
  far_down.steps.push_back(far_down.steps[0]);
  const Departed departed = std::move(depart(before, far_down, {})).value();
  const auto moved_db =
      distance_db(Axis::tone, departed.heard.whole, before.heard.whole, all_bands());
  ASSERT_TRUE(moved_db);
  EXPECT_NEAR(*moved_db, 0.0, 0.01);
}

TEST(Recovery, SidesThatAreNotThereCannotBeNarrowed) {
  Original mono{full_clip(5), {}};
  std::copy_n(mono.clip.row(0), mono.clip.frame_count(), mono.clip.row(1));
  mono.heard = std::move(heard(mono.clip, {})).value();
  const Departure& narrowed = departure("narrowed sides -6 dB");
  const Departed departed = std::move(depart(mono, narrowed, {})).value();
  auto result = recover(departed, mono, narrowed, all_bands(), {}, {});
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result->effects.empty());
  EXPECT_EQ(result->unsuited, std::vector{Axis::width});
}

TEST(Departures, EachDoesToItsOwnAxisWhatItSays) {
  const Original before = original();
  for (const auto& one : all_departures()) {
    if (one.kind == "pairs" || one.axes.empty()) continue;
    SCOPED_TRACE(one.name);
    auto departed = depart(before, one, {});
    ASSERT_TRUE(departed.ok());
    const auto moved_db =
        distance_db(one.axes[0], departed->heard.whole, before.heard.whole, all_bands());
    ASSERT_TRUE(moved_db);
    EXPECT_GT(*moved_db, 0.3);
  }
}

TEST(Tally, CountsSharesOfWhatWasTried) {
  Tally tally;
  EXPECT_FALSE(tally.named());
  EXPECT_FALSE(tally.median_undone());
  tally.add({Axis::tone, Answer::right, 4.0, 1.0});
  tally.add({Axis::tone, Answer::right, 4.0, 2.0});
  tally.add({Axis::tone, Answer::wrong, 4.0, 6.0});
  tally.add({Axis::tone, Answer::silent, 4.0, 4.0});
  EXPECT_DOUBLE_EQ(*tally.named(), 0.5);
  EXPECT_DOUBLE_EQ(*tally.true_sign(), 2.0 / 3.0);
  EXPECT_DOUBLE_EQ(*tally.median_undone(), 0.25);
  EXPECT_DOUBLE_EQ(*tally.undone_by(0.5), 0.5);
}

TEST(Tally, NineteenOfTwentyStayAtOrBelowTheNinetyFifthPercentile) {
  std::vector<double> errors;
  for (int i = 1; i <= 20; ++i) errors.push_back(i % 2 ? -i : i);
  const Typical of = typical(errors);
  EXPECT_EQ(of.count, 20);
  EXPECT_DOUBLE_EQ(*of.median, 10.5);
  EXPECT_DOUBLE_EQ(*of.most, 19.0);
  EXPECT_FALSE(typical({}).median);
}

TEST(AdviceBars, AMissedOneFailsTheReportAndWhatWasNotTriedDoesNot) {
  AdviceReport report;
  report.recovery[0].manner = "blind";
  report.recovery[1].manner = "reference";
  report.bars = bars_of(report);
  EXPECT_TRUE(report.passes());
  report.clean = {{"a", "pop", true, false, {}, 0.1, 60.0},
                  {"b", "pop", true, true, {}, 0.1, 60.0}};
  report.bars = bars_of(report);
  EXPECT_DOUBLE_EQ(*report.bars[0].value, 0.5);
  EXPECT_FALSE(report.passes());
}
