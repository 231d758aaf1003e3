#include "lacquer/advise/targets/posterior.h"

#include <gtest/gtest.h>

#include <array>
#include <map>

#include "lacquer/advise/targets/blend.h"
#include "lacquer/advise/test_mix.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

constexpr std::array genres = {"classical", "jazz", "pop", "unlabelled"};

/// As a part of the population would be: tone from its Gaussian; width, spread and range from
/// their quantiles, where bands correlate by 0.8, and all three groups by 0.3 with each other.
measure::Measurement drawn_mix(const Targets::Population& population, Draw& draw) {
  measure::Measurement mix = mix_with(population, draw.shares_db());
  const double common = draw.normal();
  const auto deviation = [&](double group, double own) {
    return std::sqrt(0.8) * group + std::sqrt(0.2) * own;
  };
  const auto group = [&] { return std::sqrt(0.3) * common + std::sqrt(0.7) * draw.normal(); };
  const auto value = [&](const Quantiles& quantiles, double sd) {
    double low = -200.0, high = 200.0;
    const double share = 0.5 * std::erfc(-sd / std::sqrt(2.0));
    for (int i = 0; i < 50; ++i) {
      const double middle = 0.5 * (low + high);
      (share_below(quantiles, middle) < share ? low : high) = middle;
    }
    return 0.5 * (low + high);
  };
  const double width = group(), spread = group(), range = group();
  mix.spectrum.side_minus_mid_db.clear();
  for (std::size_t band = 0; band < 9; ++band) {
    mix.spectrum.side_minus_mid_db.emplace_back(
        value(population.side_minus_mid_db[band], deviation(width, draw.normal())));
    mix.spectrum.band_sd_400ms_db.emplace_back(
        value(population.band_sd_400ms_db[band], deviation(spread, draw.normal())));
  }
  mix.loudness.range_lu = value(population.range_lu, range);
  return mix;
}

double probability(const Posterior& posterior, const std::string& name) {
  if (name == "unknown") return posterior.unknown;
  for (const auto& [population, probability] : posterior.shares)
    if (population->name == name) return probability;
  return 0.0;
}

}  // namespace

TEST(Posterior, IsNoMoreConfidentThanItIsRight) {
  // Every probability given to every genre, in five classes: how often it was that one.
  std::array<double, 5> said{}, right{}, count{};
  double of_the_true = 0.0, first = 0.0, unknown = 0.0, mixes = 0.0;
  for (std::uint32_t i = 0; i < genres.size(); ++i) {
    Draw draw{population(genres[i]), 100 + i};
    for (int trial = 0; trial < 150; ++trial) {
      const auto mix = drawn_mix(population(genres[i]), draw);
      const Posterior posterior = genre_posterior(mix, shipped_targets());
      double sum = posterior.unknown;
      for (const auto& [one, p] : posterior.shares) {
        const auto bin = static_cast<std::size_t>(std::min(4.0, p * 5.0));
        said[bin] += p, count[bin] += 1.0;
        right[bin] += one->name == genres[i];
        sum += p;
      }
      EXPECT_NEAR(sum, 1.0, 1e-12);
      of_the_true += probability(posterior, genres[i]);
      first += posterior.shares.front().population->name == genres[i];
      unknown += posterior.unknown;
      mixes += 1.0;
    }
  }
  for (std::size_t bin = 0; bin < 5; ++bin) {
    ASSERT_GT(count[bin], 30.0);
    RecordProperty("class_" + std::to_string(bin),
                   std::to_string(said[bin] / count[bin]) + " said, " +
                       std::to_string(right[bin] / count[bin]) + " right");
    // Over-confidence is saying yes, or saying no, more surely than it turns out.
    if (bin >= 3) {
      EXPECT_GE(right[bin] / count[bin], said[bin] / count[bin] - 0.03) << "class " << bin;
    }
    EXPECT_NEAR(right[bin] / count[bin], said[bin] / count[bin], 0.15) << "class " << bin;
  }
  EXPECT_GT(first / mixes, 0.7);
  EXPECT_LT(unknown / mixes, 0.1);
  RecordProperty("first", std::to_string(first / mixes));
  RecordProperty("unknown", std::to_string(unknown / mixes));
  RecordProperty("of_the_true", std::to_string(of_the_true / mixes));
}

TEST(Posterior, CallsWhatIsLikeNothingItKnowsUnknown) {
  auto mix = middle_mix(population("pop"));
  mix.spectrum.share_db = {-60.0, -50.0, -40.0, -1.0, -30.0, -8.0, -40.0, -60.0, -80.0};
  const Posterior odd = genre_posterior(mix, shipped_targets());
  EXPECT_GT(odd.unknown, 0.9);
  const auto taken = population_of(odd, shipped_targets());
  EXPECT_LT(taken.certainty, 0.1);
  EXPECT_TRUE(says(taken.name, "unknown")) << taken.name;
}

TEST(Posterior, OfSilenceIsAllUnknown) {
  const auto standing = standing_for(measure::Measurement{}, "auto", shipped_targets());
  ASSERT_TRUE(standing.ok());
  EXPECT_EQ(standing->population.certainty, 0.0);
  EXPECT_EQ(standing->population.name, "unknown");
  EXPECT_TRUE(says(standing->why, "No genre can be told")) << standing->why;
}

TEST(Posterior, SaysNothingByLevel) {
  auto mix = middle_mix(population("jazz"));
  const Posterior before = genre_posterior(mix, shipped_targets());
  mix.loudness.integrated_lufs = -6.0;
  mix.peak.true_dbtp = 1.0;
  const Posterior after = genre_posterior(mix, shipped_targets());
  EXPECT_EQ(probability(before, "jazz"), probability(after, "jazz"));
}

TEST(Posterior, HearsAMonoMixByWhatItHas) {
  auto mix = middle_mix(population("classical"));
  mix.spectrum.side_minus_mid_db.clear();
  const Posterior mono = genre_posterior(mix, shipped_targets());
  EXPECT_EQ(mono.heard, (std::vector<std::string>{"tone"}));
  EXPECT_EQ(mono.shares.front().population->name, "classical");
  EXPECT_LT(mono.shares.front().probability, 0.95);
}

TEST(Posterior, MakesSuggestionsSmallerByWhatIsUnknown) {
  const auto standing = standing_for(middle_mix(population("pop")), "auto", shipped_targets());
  ASSERT_TRUE(standing.ok());
  double unknown = genre_posterior(middle_mix(population("pop")), shipped_targets()).unknown;
  if (unknown < 0.02) unknown = 0.0;
  EXPECT_NEAR(standing->population.certainty, 1.0 - unknown, 0.02);
  EXPECT_TRUE(says(standing->why, "By its tone")) << standing->why;
  EXPECT_TRUE(says(standing->why, "--genre asks for another"));
}
