#include "lacquer/advise/targets/blend.h"

#include <gtest/gtest.h>

#include "lacquer/advise/targets/population_file.h"
#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

Targets::Population named(const std::string& wish) {
  auto found = population_named(wish, shipped_targets());
  EXPECT_TRUE(found.ok()) << (found.ok() ? "" : found.error().text());
  return found.ok() ? std::move(found).value() : Targets::Population{};
}

std::string refusal(const std::string& wish) {
  const auto found = population_named(wish, shipped_targets());
  EXPECT_FALSE(found.ok()) << wish;
  return found.ok() ? "" : found.error().text();
}

}  // namespace

TEST(Blend, OfOneGenreIsThatGenre) {
  EXPECT_EQ(population_text(named("pop")), population_text(population("pop")));
  EXPECT_EQ(population_text(named("pop:3")), population_text(population("pop")));
}

TEST(Blend, SaysItsSharesAndHowManyTracksItIsWorth) {
  const auto both = named("pop:7,jazz:3");
  EXPECT_EQ(both.name, "pop 70 %, jazz 30 %");
  EXPECT_EQ(both.n, 241);  // 1 / (0.7^2 / 138 + 0.3^2 / 149)
  EXPECT_EQ(both.certainty, 1.0);
}

TEST(Blend, CountsHowFarItsPartsLieApartAsSpread) {
  const auto both = named("pop,classical");
  const auto &pop = population("pop"), &classical = population("classical");
  for (std::size_t band = 0; band < 9; ++band) {
    const double apart_db = pop.share_mean_db[band] - classical.share_mean_db[band];
    EXPECT_NEAR(both.share_mean_db[band],
                0.5 * (pop.share_mean_db[band] + classical.share_mean_db[band]), 1e-12);
    EXPECT_NEAR(
        both.share_covariance_db2[band][band],
        0.5 * (pop.share_covariance_db2[band][band] + classical.share_covariance_db2[band][band]) +
            0.25 * apart_db * apart_db,
        1e-9);
  }
}

TEST(Blend, HasQuantilesThatTheRightShareOfBothPartsLiesBelow) {
  const auto both = named("pop:0.25,classical:0.75");
  const auto &pop = population("pop"), &classical = population("classical");
  const auto check = [&](const Quantiles& mixed, const Quantiles& a, const Quantiles& b) {
    for (std::size_t i = 0; i < mixed.values.size(); ++i)
      EXPECT_NEAR(0.25 * share_below(a, mixed.values[i]) + 0.75 * share_below(b, mixed.values[i]),
                  mixed.percents[i] / 100.0, 1e-9);
    EXPECT_TRUE(std::is_sorted(mixed.values.begin(), mixed.values.end()));
  };
  check(both.range_lu, pop.range_lu, classical.range_lu);
  for (std::size_t band = 0; band < 9; ++band) {
    check(both.share_db[band], pop.share_db[band], classical.share_db[band]);
    check(both.side_minus_mid_db[band], pop.side_minus_mid_db[band],
          classical.side_minus_mid_db[band]);
  }
}

TEST(Blend, RefusesAGenreThereIsNoneOfAndOffersTheNearest) {
  EXPECT_TRUE(says(refusal("jaz"), "did you mean \"jazz\"")) << refusal("jaz");
  EXPECT_TRUE(says(refusal("pop:0.5,clasical:0.5"), "\"classical\""));
  EXPECT_TRUE(says(refusal("polka"), "all, classical, jazz, pop, unlabelled and auto"))
      << refusal("polka");
  EXPECT_TRUE(says(refusal(""), "There are:"));
}

TEST(Blend, RefusesWeightsNobodyCanMean) {
  for (const std::string wish :
       {"pop:-1", "pop:0", "pop:x", "pop:", "pop:nan", "pop:1e999", "pop:0.5x,jazz:0.5"})
    EXPECT_TRUE(says(refusal(wish), "is no weight")) << wish << ": " << refusal(wish);
  EXPECT_TRUE(says(refusal("pop:0.7,pop:0.3"), "twice"));
}

TEST(Blend, IsReadBackFromItsTextToTheLastBit) {
  const auto both = named("pop:0.7,jazz:0.3");
  const auto again = population_from(population_text(both), "here");
  ASSERT_TRUE(again.ok()) << again.error().text();
  EXPECT_EQ(population_text(*again), population_text(both));
  EXPECT_EQ(again->share_covariance_db2, both.share_covariance_db2);
  EXPECT_FALSE(population_from("{\"kind\": 3}", "here").ok());
  EXPECT_FALSE(population_from("[", "here").ok());
}
