#include "lacquer/chain/edit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "lacquer/base/units.h"
#include "lacquer/chain/landing.h"
#include "lacquer/chain/recipe.h"
#include "testkit/signal.h"

using namespace lacquer;
using testing::HasSubstr;

namespace {

constexpr double rate_hz = 48000.0;

testkit::Signal edited(const Edit& edit, const testkit::Signal& mix, int block = 4096) {
  auto source = chain::edit(edit, testkit::open(mix)().value()).value();
  testkit::Signal out{mix.channel_count(), static_cast<int>(source->frame_count()), rate_hz};
  int done = 0;
  for (;;) {
    testkit::Signal part{mix.channel_count(), block, rate_hz};
    const int frames = source->read(part.block()).value();
    if (frames == 0) break;
    for (int c = 0; c < mix.channel_count(); ++c)
      for (int f = 0; f < frames; ++f) out.at(c, done + f) = part.at(c, f);
    done += frames;
  }
  EXPECT_EQ(done, out.frame_count());
  return out;
}

std::string refusal(const Edit& edit, int frames = 48000) {
  const auto result = chain::edit(edit, testkit::open(testkit::noise(1, 1, frames, 1.0))().value());
  return result.ok() ? "accepted" : result.error().text();
}

}  // namespace

TEST(Edit, OneThatChangesNothingHandsTheSourceItselfBack) {
  auto source = testkit::open(testkit::noise(1, 2, 5000, 0.5))().value();
  const auto* const before = source.get();
  EXPECT_EQ(chain::edit({.fade_in_curve = FadeCurve::linear}, std::move(source)).value().get(),
            before);
}

TEST(Edit, TrimsAndSilencesAreSampleExact) {
  const auto mix = testkit::noise(2, 2, 30000, 0.5);
  const auto out = edited({.trim_start_s = 5000 / rate_hz,
                           .trim_end_s = 7001 / rate_hz,
                           .silence_before_s = 300 / rate_hz,
                           .silence_after_s = 41 / rate_hz},
                          mix);
  ASSERT_EQ(out.frame_count(), 300 + 17999 + 41);
  for (int c = 0; c < 2; ++c)
    for (int f = 0; f < out.frame_count(); ++f) {
      const bool silence = f < 300 || f >= 300 + 17999;
      ASSERT_EQ(out.at(c, f), silence ? 0.0 : mix.at(c, f - 300 + 5000)) << f;
    }
}

TEST(Edit, FadesFollowTheirCurvesAndLeaveTheMiddleBitForBit) {
  testkit::Signal ones{1, 10000, rate_hz};
  for (int f = 0; f < 10000; ++f) ones.at(0, f) = 0.7;
  for (const FadeCurve curve :
       {FadeCurve::linear, FadeCurve::equal_power, FadeCurve::s_curve, FadeCurve::exponential}) {
    const auto out = edited({.fade_in_s = 1000 / rate_hz,
                             .fade_out_s = 3000 / rate_hz,
                             .fade_in_curve = curve,
                             .fade_out_curve = curve},
                            ones);
    for (int f = 0; f < 1000; ++f)
      ASSERT_NEAR(out.at(0, f), 0.7 * chain::fade_gain(curve, (f + 0.5) / 1000.0), 1e-15);
    for (int f = 1000; f < 7000; ++f) ASSERT_EQ(out.at(0, f), 0.7);
    for (int f = 0; f < 3000; ++f)
      ASSERT_NEAR(out.at(0, 9999 - f), 0.7 * chain::fade_gain(curve, (f + 0.5) / 3000.0), 1e-15);
  }
}

TEST(Edit, CurvesBeginInSilenceEndAtFullLevelAndAreWhatTheyAreCalled) {
  for (const FadeCurve curve :
       {FadeCurve::linear, FadeCurve::equal_power, FadeCurve::s_curve, FadeCurve::exponential}) {
    EXPECT_NEAR(chain::fade_gain(curve, 0.0), 0.0, 1e-15);
    EXPECT_NEAR(chain::fade_gain(curve, 1.0), 1.0, 1e-15);
    for (double share = 0.0; share < 0.99; share += 0.01)
      EXPECT_LT(chain::fade_gain(curve, share), chain::fade_gain(curve, share + 0.01));
  }
  EXPECT_NEAR(chain::fade_gain(FadeCurve::linear, 0.5), 0.5, 1e-15);
  EXPECT_NEAR(db_from_gain(chain::fade_gain(FadeCurve::equal_power, 0.5)), -3.01, 0.01);
  EXPECT_NEAR(db_from_gain(chain::fade_gain(FadeCurve::s_curve, 0.5)), -6.02, 0.01);
  EXPECT_NEAR(db_from_gain(chain::fade_gain(FadeCurve::exponential, 0.5)), -30.0, 0.3);
  for (const double share : {0.1, 0.35, 0.8}) {
    const auto gain = [&](FadeCurve curve, double at) { return chain::fade_gain(curve, at); };
    EXPECT_NEAR(std::pow(gain(FadeCurve::equal_power, share), 2.0) +
                    std::pow(gain(FadeCurve::equal_power, 1.0 - share), 2.0),
                1.0, 1e-12);
    EXPECT_NEAR(gain(FadeCurve::s_curve, share) + gain(FadeCurve::s_curve, 1.0 - share), 1.0,
                1e-12);
  }
}

TEST(Edit, TheBlockSizeChangesNothing) {
  const auto mix = testkit::noise(3, 2, 20000, 0.5);
  const Edit all{.trim_start_s = 0.01,
                 .trim_end_s = 0.02,
                 .fade_in_s = 0.1,
                 .fade_out_s = 0.38,
                 .fade_out_curve = FadeCurve::exponential,
                 .silence_before_s = 0.003,
                 .silence_after_s = 0.3};
  const auto whole = edited(all, mix, 100000);
  for (const int block : {1, 37, 4096}) {
    const auto split = edited(all, mix, block);
    ASSERT_EQ(split.frame_count(), whole.frame_count());
    for (int f = 0; f < whole.frame_count(); ++f) ASSERT_EQ(split.at(1, f), whole.at(1, f)) << f;
  }
}

TEST(Edit, WhatCannotBeDoneIsRefusedWithTheNumbers) {
  EXPECT_THAT(refusal({.trim_start_s = 0.5, .trim_end_s = 0.5}), HasSubstr("leave nothing of 1 s"));
  EXPECT_THAT(refusal({.trim_start_s = 0.25, .fade_out_s = 0.8}),
              HasSubstr("fade-out of 0.8 s is longer than the 0.75 s"));
  EXPECT_THAT(refusal({.fade_in_s = 2.0}), HasSubstr("fade-in of 2 s"));
  EXPECT_THAT(refusal({.silence_before_s = -1.0}), HasSubstr("-1 s"));
  EXPECT_THAT(refusal({.fade_in_s = std::numeric_limits<double>::quiet_NaN()}),
              HasSubstr("not a number"));
  EXPECT_EQ(refusal({.trim_start_s = 0.5, .fade_in_s = 0.5, .fade_out_s = 0.5}), "accepted");
}

TEST(Edit, TheRecipesEditComesAfterItsProcessorsWhichHearTheWholeMix) {
  const auto mix = testkit::noise(5, 2, 30000, 0.2);
  const std::vector<chain::Step> steps = {{"equaliser", {{"band_5_gain_db", 6.0}}},
                                          {"limiter", {{"ceiling_dbtp", -20.0}}}};
  const Edit cut{.trim_start_s = 9000 / rate_hz, .fade_out_s = 0.1, .silence_after_s = 0.05};
  auto whole = chain::process({steps}, testkit::open(mix)().value()).value();
  auto both = chain::process({steps, cut}, testkit::open(mix)().value()).value();
  const auto expected = edited(cut, testkit::drain(*whole));
  const auto out = testkit::drain(*both);
  ASSERT_EQ(out.frame_count(), expected.frame_count());
  for (int f = 0; f < out.frame_count(); ++f) ASSERT_EQ(out.at(0, f), expected.at(0, f));
}

TEST(Edit, LandingMeasuresWhatIsLeft) {
  // A loud beginning that is cut away must not count.
  const auto mix = testkit::concatenate(
      {testkit::sine(1000.0, -1.0, 3.0, rate_hz), testkit::sine(1000.0, -26.0, 6.0, rate_hz)});
  const chain::Plan plan{
      .steps = {}, .target_lufs = -16.0, .ceiling_dbtp = -1.0, .edit = {.trim_start_s = 3.0}};
  const auto landing = chain::land(plan, testkit::open(mix)).value();
  EXPECT_NEAR(landing.integrated_lufs.value(), -16.0, 0.03);
  EXPECT_NEAR(landing.gain_db, 10.0, 0.1);
  EXPECT_EQ(landing.recipe.edit, plan.edit);
  EXPECT_EQ(landing.before_limiter.edit, plan.edit);
}
