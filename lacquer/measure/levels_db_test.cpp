#include "lacquer/measure/levels_db.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "lacquer/base/units.h"

TEST(LevelsDb, AreThoseOfThePowersAndOfTheLeastForSilence) {
  for (int count = 0; count < 11; ++count) {
    std::vector<double> powers;
    for (int i = 0; i < count; ++i) powers.push_back(i % 3 == 2 ? 0.0 : std::pow(0.037, i));
    auto levels = powers;
    levels.push_back(7.0);
    lacquer::measure::make_levels_db(levels.data(), count, 1e-9);
    for (std::size_t i = 0; i < powers.size(); ++i)
      EXPECT_NEAR(levels[i], lacquer::db_from_power(std::max(powers[i], 1e-9)), 1e-10);
    EXPECT_EQ(levels.back(), 7.0);
  }
}
