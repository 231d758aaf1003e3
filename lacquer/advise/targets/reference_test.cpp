#include "lacquer/advise/targets/reference.h"

#include <gtest/gtest.h>

#include "lacquer/advise/advise.h"
#include "lacquer/advise/targets/population_file.h"
#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

Heard heard(measure::Measurement whole) {
  Heard result{std::move(whole), {}};
  result.loud.assign(3, result.whole.spectrum);
  return result;
}

/// The middle pop mix, with its low-mids turned up where it is loud and elsewhere.
measure::Measurement boxy_mix(double db) {
  std::vector<double> shares_db;
  for (const Quantiles& share : population("pop").share_db)
    shares_db.push_back(quantile(share, 50.0));
  shares_db[1] += db;
  return mix_with(population("pop"), shares_db);
}

std::string refusal(const std::string& text) {
  const auto parsed = parse_reference(text);
  EXPECT_FALSE(parsed.ok()) << text;
  return parsed.ok() ? "" : parsed.error().text();
}

}  // namespace

TEST(Reference, IsAFileWithAWeightForEachRole) {
  const auto plain = parse_reference("a.wav");
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->file, "a.wav");
  EXPECT_EQ(plain->tone + plain->dynamics + plain->width, 3.0);
  const auto full = parse_reference("my; songs/a.wav;tone=0.25;width=0");
  ASSERT_TRUE(full.ok());
  EXPECT_EQ(full->file, "my; songs/a.wav");
  EXPECT_EQ(full->tone, 0.25);
  EXPECT_EQ(full->dynamics, 1.0);
  EXPECT_EQ(full->width, 0.0);
  EXPECT_EQ(to_text(*full), "my; songs/a.wav;tone=0.25;width=0");
}

TEST(Reference, RefusesRolesAndWeightsNobodyCanMean) {
  EXPECT_TRUE(says(refusal("a.wav;tine=1"), "did you mean \"tone\"")) << refusal("a.wav;tine=1");
  EXPECT_TRUE(says(refusal("a.wav;tone=2"), "between 0 and 1"));
  EXPECT_TRUE(says(refusal("a.wav;tone=much"), "between 0 and 1"));
  EXPECT_TRUE(says(refusal("a.wav;tone=nan"), "between 0 and 1"));
  EXPECT_TRUE(says(refusal("a.wav;tone="), "between 0 and 1"));
  EXPECT_TRUE(says(refusal("a.wav;tone=1;tone=0"), "twice"));
  EXPECT_TRUE(says(refusal(";tone=1"), "needs a file"));
  EXPECT_TRUE(says(refusal(""), "needs a file"));
}

TEST(Reference, UndoesAFaultThatAGenreAloneLetsPass) {
  const auto mix = boxy_mix(4.0);
  const auto good = middle_mix(population("pop"));
  const auto like = population_like("good.wav", heard(good), heard(mix), population("pop"));
  const Standing standing{with_references(population("pop"), {{{"good.wav"}, like}}), "asked for"};
  const auto advice = advise::advise(mix, 1, {}, standing, shipped_targets());
  ASSERT_TRUE(advice.ok());
  ASSERT_FALSE(advice->suggestions.empty());
  const Suggestion& tone = advice->suggestions.front();
  ASSERT_EQ(tone.id, "1-tone");
  const std::string key = "share_db 148-392 Hz";
  const double was_off = *mix.spectrum.share_db[1] - *good.spectrum.share_db[1];
  const double is_off = tone.predicted.at(key) - *good.spectrum.share_db[1];
  EXPECT_LT(std::abs(is_off), 0.4 * was_off);
  EXPECT_GT(tone.confidence, 0.5);
  EXPECT_TRUE(says(tone.reason, "masters like good.wav")) << tone.reason;
}

TEST(Reference, LeavesAMixAloneThatSoundsLikeIt) {
  const auto mix = boxy_mix(0.0);
  const auto like = population_like("good.wav", heard(mix), heard(mix), population("pop"));
  const auto advice = advise::advise(mix, 1, {}, Standing{like, ""}, shipped_targets());
  ASSERT_TRUE(advice.ok());
  for (const auto& suggestion : advice->suggestions) EXPECT_NE(suggestion.id, "1-tone");
}

TEST(Reference, ComparesLoudPassagesWithLoudPassages) {
  // The same chorus; but the mix's verses are dark, and so is the mix as a whole.
  Heard mix = heard(boxy_mix(0.0)), reference = heard(boxy_mix(0.0));
  for (auto& share : mix.whole.spectrum.share_db) *share -= 1.0;
  *mix.whole.spectrum.share_db[7] -= 5.0;
  const auto like = population_like("r", reference, mix, population("pop"));
  EXPECT_NEAR(like.share_mean_db[7], *mix.whole.spectrum.share_db[7], 1e-9);
}

TEST(Reference, TeachesOnlyTheRolesItHas) {
  const auto& pop = population("pop");
  auto other = middle_mix(population("classical"));
  const auto like = population_like("r", heard(other), heard(boxy_mix(0.0)), pop);
  const auto widths = with_references(pop, {{{"r", 0.0, 0.0, 1.0}, like}});
  EXPECT_EQ(widths.share_mean_db, pop.share_mean_db);
  EXPECT_EQ(widths.range_lu.values, pop.range_lu.values);
  EXPECT_EQ(widths.side_minus_mid_db[3].values, like.side_minus_mid_db[3].values);
  EXPECT_EQ(widths.name, "pop");
  const auto half = with_references(pop, {{{"r", 0.5, 0.0, 0.0}, like}});
  EXPECT_NEAR(half.share_mean_db[8], 0.5 * (pop.share_mean_db[8] + like.share_mean_db[8]), 1e-12);
  EXPECT_EQ(half.referenced, 0.5);
}

TEST(Reference, OfMonoTeachesNoWidthAndSaysSo) {
  const auto& pop = population("pop");
  auto mono = heard(boxy_mix(0.0));
  mono.whole.format.channel_count = 1;
  mono.whole.spectrum.side_minus_mid_db.clear();
  for (auto& passage : mono.loud) passage.side_minus_mid_db.clear();
  const auto like = population_like("r", mono, heard(boxy_mix(0.0)), pop);
  EXPECT_EQ(like.side_minus_mid_db[2].values, pop.side_minus_mid_db[2].values);
  const auto said = reservations(mono, "r.wav");
  ASSERT_EQ(said.size(), 1u);
  EXPECT_TRUE(says(said.front(), "r.wav is mono"));
}

TEST(Reference, ThatIsShortOrSilentIsRefused) {
  auto fine = heard(boxy_mix(0.0));
  EXPECT_TRUE(require_usable(fine, "r.wav").ok());
  auto brief = fine;
  brief.whole.frame_count = 48000 * 4;
  EXPECT_TRUE(says(require_usable(brief, "r.wav").error().text(), "4.0 s"));
  auto silent = fine;
  silent.whole.loudness.integrated_lufs.reset();
  EXPECT_TRUE(says(require_usable(silent, "r.wav").error().text(), "silent"));
  EXPECT_EQ(require_usable(silent, "r.wav").error().kind, ErrorKind::unusable_input);
}

TEST(Reference, HasACovarianceThatIsOneHoweverFewItsPassages) {
  for (const std::size_t count : {0u, 1u, 2u, 12u}) {
    Draw draw{population("pop"), 7};
    Heard reference = heard(boxy_mix(0.0));
    reference.loud.clear();
    for (std::size_t i = 0; i < count; ++i)
      reference.loud.push_back(mix_with(population("pop"), draw.shares_db()).spectrum);
    const auto like = population_like("r", reference, heard(boxy_mix(0.0)), population("pop"));
    Eigen::MatrixXd covariance(9, 9);
    for (Eigen::Index i = 0; i < 9; ++i)
      for (Eigen::Index j = 0; j < 9; ++j)
        covariance(i, j) =
            like.share_covariance_db2[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    EXPECT_EQ(covariance.llt().info(), Eigen::Success) << count;
    // And narrower than the genre, the more of it was heard.
    EXPECT_LT(covariance.trace(), 0.4 * 130.5) << count;
    EXPECT_TRUE(population_from(population_text(like), "here").ok());
  }
}
