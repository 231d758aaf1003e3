#include "lacquer/dsp/dynamics/pair_decibels.h"

#include <gtest/gtest.h>

#include "lacquer/base/units.h"

using namespace lacquer;

TEST(PairDecibels, AgreeWithTheCLibrary) {
  for (double gain = 1.1e-15; gain < 1e9; gain *= 1.0371) {
    const double db = dsp::pair_db_from_gain(dsp::pair_of(gain))[0];
    ASSERT_NEAR(db, db_from_gain(gain), 2e-8) << gain;
    ASSERT_NEAR(db_from_gain(dsp::pair_gain_from_db(dsp::pair_of(db))[1] / gain), 0.0, 2e-7)
        << gain;
  }
  EXPECT_EQ(dsp::pair_gain_from_db(dsp::pair_of(0.0))[0], 1.0);
  EXPECT_EQ(dsp::pair_gain_from_db(dsp::pair_of(-0.0))[0], 1.0);
  EXPECT_EQ(dsp::pair_db_from_gain(dsp::pair_of(1.0))[0], 0.0);
}
