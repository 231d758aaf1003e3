#include "lacquer/advise/targets/learn.h"

#include <gtest/gtest.h>

#include "lacquer/advise/targets/population_file.h"
#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

Targets::Population learned(int count, const std::string& from = "jazz") {
  Draw draw{population(from), 11};
  std::vector<Example> masters;
  for (int i = 0; i < count; ++i)
    masters.push_back({"master.wav", mix_with(population(from), draw.shares_db())});
  auto result = learn("mine", masters, shipped_targets(), "2026-11-23");
  EXPECT_TRUE(result.ok());
  return std::move(result).value();
}

double distance(const Targets::Population& a, const Targets::Population& b) {
  double squares = 0.0;
  for (std::size_t band = 0; band < 9; ++band)
    squares += std::pow(a.share_mean_db[band] - b.share_mean_db[band], 2.0);
  return std::sqrt(squares);
}

}  // namespace

TEST(Learn, ManyMastersGiveATargetThatIsTheirOwn) {
  const auto many = learned(200);
  EXPECT_EQ(many.n, 200);
  EXPECT_GT(distance(many, population("all")), 3.0 * distance(many, population("jazz")));
}

TEST(Learn, ManyMastersGiveTheirOwnSpread) {
  const auto many = learned(400);
  Draw draw{population("jazz"), 11};
  std::vector<double> sum(9, 0.0), squares(9, 0.0);
  for (int i = 0; i < 400; ++i) {
    const auto shares = normalised(draw.shares_db());
    for (std::size_t band = 0; band < 9; ++band)
      sum[band] += shares[band], squares[band] += shares[band] * shares[band];
  }
  for (std::size_t band = 0; band < 9; ++band) {
    const double variance = squares[band] / 400.0 - sum[band] * sum[band] / 160000.0;
    EXPECT_NEAR(many.share_covariance_db2[band][band] / variance, 1.0, 0.05);
  }
}

TEST(Learn, AnyNumberOfMastersGivesACovarianceThatCanBeInverted) {
  for (const int count : {1, 2, 3, 8, 9, 30}) {
    const auto target = learned(count);
    Eigen::MatrixXd covariance(9, 9);
    for (Eigen::Index i = 0; i < 9; ++i)
      for (Eigen::Index j = 0; j < 9; ++j)
        covariance(i, j) =
            target.share_covariance_db2[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    EXPECT_EQ(covariance.llt().info(), Eigen::Success) << count;
    const auto again = population_from(population_text(target), "here");
    ASSERT_TRUE(again.ok()) << again.error().text();
    EXPECT_EQ(again->files.size(), static_cast<std::size_t>(count));
  }
}

TEST(Learn, OneMasterCountsASixthAgainstEverybody) {
  Draw draw{population("jazz"), 11};
  const auto master = mix_with(population("jazz"), draw.shares_db());
  const auto one = learned(1);
  const auto& all = population("all");
  for (std::size_t band = 0; band < 9; ++band)
    EXPECT_NEAR(
        one.share_mean_db[band],
        all.share_mean_db[band] + (*master.spectrum.share_db[band] - all.share_mean_db[band]) / 6.0,
        1e-9);
}

TEST(Learn, ASilentMasterAndATakenNameAreRefused) {
  const auto silent = learn("mine", {{"quiet.wav", {}}}, shipped_targets(), "");
  ASSERT_FALSE(silent.ok());
  EXPECT_EQ(silent.error().place, "quiet.wav");
  for (const std::string name : {"pop", "auto", "", "My Records", "../up", "a:b", "a,b"})
    EXPECT_FALSE(require_free_name(name, shipped_targets()).ok()) << name;
  EXPECT_TRUE(require_free_name("my-records", shipped_targets()).ok());
}
