#include "lacquer/dsp/wide_log.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

using namespace lacquer;

TEST(WideLog, IsTheLogarithmToTheBaseTwoOfEachNumber) {
  std::mt19937 engine{5};
  std::uniform_real_distribution<double> exponent{-1000.0, 1000.0}, near_one{0.5, 2.0};
  for (int trial = 0; trial < 20000; ++trial) {
    dsp::Quad value{};
    for (int lane = 0; lane < 4; ++lane)
      value[lane] = trial % 2 ? std::exp2(exponent(engine)) : near_one(engine);
    dsp::Quad logarithm = value;
    dsp::make_log2(logarithm);
    for (int lane = 0; lane < 4; ++lane) {
      const double exact = std::log2(value[lane]);
      ASSERT_NEAR(logarithm[lane], exact, 2e-14 + 2e-16 * std::abs(exact)) << value[lane];
    }
  }
  dsp::Quad powers{1.0, 2.0, 0.25, 1024.0};
  dsp::make_log2(powers);
  for (int lane = 0; lane < 4; ++lane) EXPECT_EQ(powers[lane], (dsp::Quad{0, 1, -2, 10}[lane]));
}
