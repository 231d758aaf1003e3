#include "lacquer/chain/limiting_cost.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/base/units.h"
#include "testkit/signal.h"

using namespace lacquer;
using chain::Landing;

namespace {

/// Three tones over which a low drum beats, four times as hard in the second half.
testkit::Signal drums_over_a_chord() {
  testkit::Signal signal{2, 6 * 44100, 44100.0};
  for (int f = 0; f < signal.frame_count(); ++f) {
    const double t = f / 44100.0;
    const double since_beat = std::fmod(t, 0.4);
    const double hit =
        (t < 3.0 ? 0.15 : 0.6) * std::exp(-since_beat * 20.0) * std::sin(2 * pi * 70 * since_beat);
    for (int c = 0; c < 2; ++c)
      signal.at(c, f) = hit + 0.05 * (std::sin(2 * pi * 220 * t) + std::sin(2 * pi * 523 * t + c) +
                                      0.5 * std::sin(2 * pi * 1730 * t + 2 * c));
  }
  return signal;
}

Landing landed(double lufs) {
  return chain::land({{}, lufs, -1.0}, testkit::open(drums_over_a_chord())).value();
}

chain::LimitingCost cost(const Landing& landing, double lower_by_db = 0.0) {
  return chain::cost_of_limiting(landing, testkit::open(drums_over_a_chord()), lower_by_db).value();
}

}  // namespace

TEST(LimitingCost, IsNothingWhereNoLimiterActs) {
  const auto free = cost(landed(-30.0));
  EXPECT_EQ(free.reduction_db, 0.0);
  EXPECT_FALSE(free.noise_to_mask_p95_db.has_value());
}

TEST(LimitingCost, RisesWithTheLoudnessAndIsWorstWhereThePeaksAre) {
  double last_db = -150.0, last_reduction_db = 0.0;
  for (const double lufs : {-14.0, -12.0, -10.0}) {
    SCOPED_TRACE(lufs);
    const auto one = cost(landed(lufs));
    ASSERT_TRUE(one.noise_to_mask_p95_db.has_value());
    EXPECT_GT(*one.noise_to_mask_p95_db, last_db);
    EXPECT_GT(one.reduction_db, last_reduction_db);
    EXPECT_NEAR(one.integrated_lufs, lufs, 0.05);
    EXPECT_GT(*one.worst_start_s, 2.9);
    last_db = *one.noise_to_mask_p95_db;
    last_reduction_db = one.reduction_db;
  }
}

TEST(LimitingCost, ALowerGainIsTheSameLimiterWithLessToDo) {
  const auto landing = landed(-12.0);
  const auto whole = cost(landing), lower = cost(landing, 3.0);
  EXPECT_NEAR(whole.reduction_db - lower.reduction_db, 3.0, 1e-9);
  EXPECT_LT(*lower.noise_to_mask_p95_db, *whole.noise_to_mask_p95_db);
  EXPECT_LT(lower.integrated_lufs, whole.integrated_lufs);
}

TEST(LimitingCost, TheHonestLoudnessStaysBelowTheBoundAndIsNoQuieterThanItMust) {
  const auto landing = landed(-6.0);
  const auto whole = cost(landing);
  ASSERT_GT(*whole.noise_to_mask_p95_db, chain::most_noise_to_mask_db);
  const auto honest =
      chain::honest_limiting(landing, whole, testkit::open(drums_over_a_chord()), 4).value();
  EXPECT_LT(honest.integrated_lufs, whole.integrated_lufs);
  const bool at_the_least = honest.reduction_db <= chain::sensible_reduction_db + 1e-9;
  EXPECT_TRUE(*honest.noise_to_mask_p95_db <= chain::most_noise_to_mask_db || at_the_least);
  EXPECT_GE(honest.reduction_db, chain::sensible_reduction_db - 1e-9);
}
