#include "lacquer/advise/tone/band_curve.h"

#include <gtest/gtest.h>

using namespace lacquer;
using advise::BandCurve;

TEST(BandCurve, GoesThroughItsPointsAndNeverBeyondThem) {
  const BandCurve curve{{50.0, 200.0, 600.0, 3000.0}, {1.0, -2.0, -2.0, 3.0}};
  EXPECT_NEAR(curve(50.0), 1.0, 1e-12);
  EXPECT_NEAR(curve(200.0), -2.0, 1e-12);
  EXPECT_NEAR(curve(20.0), 1.0, 1e-12);
  EXPECT_NEAR(curve(20000.0), 3.0, 1e-12);
  for (double hz = 200.0; hz < 600.0; hz *= 1.05) EXPECT_NEAR(curve(hz), -2.0, 1e-12);
  for (double hz = 600.0, last = -2.0; hz < 3000.0; hz *= 1.05) {
    EXPECT_GE(curve(hz), last);
    last = curve(hz);
  }
}
