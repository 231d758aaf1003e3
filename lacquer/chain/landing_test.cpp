#include "lacquer/chain/landing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/chain/number.h"
#include "lacquer/measure/meter.h"
#include "testkit/signal.h"
#include "testkit/true_peak.h"

using namespace lacquer;
using chain::Landing;
using chain::Plan;
using testing::HasSubstr;

namespace {

/// Something like a song: tones that come and go, noise, and drum-like peaks above them.
testkit::Signal programme(std::uint32_t seed, double seconds, double level_db, double punch_db,
                          int channels = 2, double rate_hz = 44100.0) {
  const int frames = static_cast<int>(seconds * rate_hz);
  auto signal = testkit::noise(seed, channels, frames, 0.02, rate_hz);
  for (int c = 0; c < channels; ++c)
    for (int pass = 0; pass < 2; ++pass)  // music has next to nothing at the very top
      for (int f = frames; f-- > 1;)
        signal.at(c, f) = 0.5 * (signal.at(c, f) + signal.at(c, f - 1));
  const double level = gain_from_db(level_db);
  const double punch = level * gain_from_db(punch_db);
  const double beat_s = 0.45 + 0.01 * (seed % 10);
  for (int f = 0; f < frames; ++f) {
    const double t = f / rate_hz;
    // A hard cut at the ends would ring between the samples.
    const double fade = std::min({1.0, t / 0.01, (seconds - t) / 0.01});
    const double swell = 0.55 + 0.45 * std::sin(2 * pi * t / 7.0 + seed);
    const double since_beat = std::fmod(t, beat_s);
    const double drum = std::exp(-since_beat * 40) * std::sin(2 * pi * 75 * since_beat + 0.4);
    for (int c = 0; c < channels; ++c) {
      const double chord = std::sin(2 * pi * 220 * t) + 0.7 * std::sin(2 * pi * 333 * t + c) +
                           0.4 * std::sin(2 * pi * 1730 * t + 2 * c);
      signal.at(c, f) =
          fade * (level * swell * (0.3 * chord + 3.0 * signal.at(c, f)) + punch * drum);
    }
  }
  return signal;
}

struct Check {
  Landing landing;
  double integrated_lufs = 0.0;
  double true_peak_dbtp = 0.0;  // by brute force
  int passes = 0;               // over the mix, to land
};

Check landed(const Plan& plan, const testkit::Signal& mix) {
  Check check;
  const OpenSource counted = [&check, source = testkit::open(mix)] {
    ++check.passes;
    return source();
  };
  check.landing = chain::land(plan, counted).value();
  auto source = chain::process(check.landing.recipe, testkit::open(mix)().value()).value();
  auto out = testkit::drain(*source);
  measure::Meter meter{out.format(), {}};
  meter.add(out.block());
  check.integrated_lufs = meter.finish().loudness.integrated_lufs.value_or(-100.0);
  check.true_peak_dbtp = testkit::true_peak_dbtp(out);
  return check;
}

bool has(const chain::Recipe& recipe, const std::string& processor) {
  for (const auto& step : recipe.steps)
    if (step.processor == processor) return true;
  return false;
}

}  // namespace

TEST(Landing, ReachesTheTargetUnderTheCeilingOnEveryProgramme) {
  int limited = 0;
  for (std::uint32_t seed = 0; seed < 12; ++seed) {
    SCOPED_TRACE(seed);
    const int channels = seed % 3 == 2 ? 1 : 2;
    const double rate_hz = seed % 5 == 4 ? 96000.0 : 44100.0;
    const auto mix =
        programme(seed, 4.0, -6.0 - seed % 5 * 4.0, -5.0 + seed % 4, channels, rate_hz);
    const Plan plan{{}, -16.5 + seed % 4 * 1.5, -1.0 - seed % 2};
    const auto check = landed(plan, mix);
    EXPECT_NEAR(check.integrated_lufs, *plan.target_lufs, 0.02);
    EXPECT_LE(check.true_peak_dbtp, *plan.ceiling_dbtp);
    EXPECT_FALSE(check.landing.binding.has_value());
    EXPECT_LE(check.passes, 2) << "analysis and landing; writing is the third pass";
    EXPECT_NEAR(*check.landing.integrated_lufs, check.integrated_lufs, 0.01);
    limited += has(check.landing.recipe, "limiter");
  }
  EXPECT_GT(limited, 3) << "some of these must need the limiter";
  EXPECT_LT(limited, 12) << "and some must not";
}

TEST(Landing, TheLimiterHasTheSettingsThatWereDecidedAndIsLandedWithThem) {
  Plan plan{{}, -12.0, -1.0};
  plan.limiter = {{"release_ms", 300.0}, {"bass_relief", 1.0}};
  const auto check = landed(plan, programme(3, 6.0, -16.0, -6.0, 2, 44100.0));
  EXPECT_NEAR(check.integrated_lufs, -12.0, 0.02);
  EXPECT_LE(check.true_peak_dbtp, -1.0);
  ASSERT_TRUE(has(check.landing.recipe, "limiter"));
  for (const auto& step : check.landing.recipe.steps) {
    if (step.processor != "limiter") continue;
    EXPECT_EQ(step.settings.at("release_ms"), 300.0);
    EXPECT_EQ(step.settings.at("bass_relief"), 1.0);
    EXPECT_LE(step.settings.at("ceiling_dbtp"), -1.0);
  }
  plan.limiter["release_ms"] = 5000.0;
  EXPECT_FALSE(chain::land(plan, testkit::open(testkit::Signal{2, 48000})).ok());
}

TEST(Landing, WithoutAPlanTheRecipeIsEmpty) {
  const auto mix = programme(1, 3.0, -10.0, 0.0);
  const auto landing = chain::land({}, testkit::open(mix)).value();
  EXPECT_TRUE(landing.recipe.steps.empty());
  EXPECT_EQ(landing.gain_db, 0.0);
  EXPECT_FALSE(landing.binding.has_value());
}

TEST(Landing, LeavesTheLimiterOutWhenThePeaksStayUnder) {
  const auto mix = programme(2, 4.0, -20.0, -10.0);
  const auto check = landed({{}, -20.0, -1.0}, mix);
  EXPECT_TRUE(has(check.landing.recipe, "gain"));
  EXPECT_FALSE(has(check.landing.recipe, "limiter"));
  EXPECT_NEAR(check.integrated_lufs, -20.0, 0.02);
}

TEST(Landing, AlreadyThereNothingIsDone) {
  const auto mix = programme(2, 4.0, -20.0, -10.0);
  const auto measured = chain::land({}, testkit::open(mix)).value();
  const auto landing =
      chain::land({{}, *measured.integrated_lufs, -1.0}, testkit::open(mix)).value();
  EXPECT_TRUE(landing.recipe.steps.empty());
}

TEST(Landing, ACeilingAloneOnlyTamesThePeaks) {
  const auto mix = programme(3, 4.0, 0.0, 3.0);
  const auto check = landed({{}, {}, -1.0}, mix);
  EXPECT_FALSE(has(check.landing.recipe, "gain"));
  EXPECT_TRUE(has(check.landing.recipe, "limiter"));
  EXPECT_LE(check.true_peak_dbtp, -1.0);
  EXPECT_GT(check.true_peak_dbtp, -1.05) << "headroom wasted";
  const auto quiet = landed({{}, {}, -1.0}, programme(3, 4.0, -30.0, 3.0));
  EXPECT_TRUE(quiet.landing.recipe.steps.empty());
}

TEST(Landing, ATargetAloneIsReachedByGainWhateverThePeaks) {
  const auto check = landed({{}, -9.0, {}}, programme(4, 4.0, -18.0, 6.0));
  ASSERT_EQ(check.landing.recipe.steps.size(), 1u);
  EXPECT_EQ(check.landing.recipe.steps[0].processor, "gain");
  EXPECT_NEAR(check.integrated_lufs, -9.0, 0.02);
}

TEST(Landing, KeepsTheStepsInFrontAndGivesVinylTheMasterBeforeTheLimiter) {
  const chain::Step tone{"equaliser", {{"band_4_gain_db", 2.0}}};
  const auto check = landed({{tone}, -10.0, -1.0}, programme(5, 4.0, -10.0, 6.0));
  ASSERT_EQ(check.landing.recipe.steps.size(), 3u);
  EXPECT_EQ(check.landing.recipe.steps[0], tone);
  EXPECT_EQ(check.landing.recipe.steps[1].processor, "gain");
  EXPECT_EQ(check.landing.recipe.steps[2].processor, "limiter");
  EXPECT_EQ(check.landing.before_limiter, (chain::Recipe{{tone}}));
  EXPECT_NEAR(check.integrated_lufs, -10.0, 0.1);
}

TEST(Landing, SaysWhichLimitBindsWhenTheTargetIsOutOfReach) {
  auto mix = programme(6, 6.0, -30.0, 0.0);
  mix.at(0, 100000) = 0.9;  // a click far above everything
  const auto check = landed({{}, -9.0, -1.0}, mix);
  ASSERT_TRUE(check.landing.binding.has_value());
  EXPECT_THAT(*check.landing.binding, HasSubstr("ceiling of -1.0 dBTP binds"));
  EXPECT_THAT(*check.landing.binding, HasSubstr("12.0 dB"));
  EXPECT_THAT(*check.landing.binding, HasSubstr("-9.0 LUFS"));
  EXPECT_LE(check.true_peak_dbtp, -1.0);
  EXPECT_LT(check.integrated_lufs, -9.5);
}

TEST(Landing, GivesMoreGainThanTheMixHadWhenTheLimiterTakesTheLoudnessAway) {
  // Loud bursts carry the loudness, and the ceiling is far below them: untouched the programme is
  // louder than the target, limited it is quieter even with some gain added.
  const auto mix = programme(4, 6.0, -30.0, 18.0);
  const double untouched_lufs = *chain::land({}, testkit::open(mix)).value().integrated_lufs;
  const Plan plan{{}, untouched_lufs - 3.5, -18.0};
  const auto check = landed(plan, mix);
  EXPECT_NEAR(check.integrated_lufs, *plan.target_lufs, 0.1);
  EXPECT_GT(check.landing.gain_db, 0.3);
  EXPECT_FALSE(check.landing.binding.has_value());

  const auto beyond = landed({{}, untouched_lufs - 2.0, -18.0}, mix);
  ASSERT_TRUE(beyond.landing.binding.has_value());
  EXPECT_THAT(*beyond.landing.binding, HasSubstr("12.0 dB of limiting"));
  EXPECT_GT(beyond.integrated_lufs, check.integrated_lufs);
}

TEST(Landing, EveryCeilingTheLimiterTakesCanBeLandedAndNoOther) {
  const auto mix = programme(3, 2.0, 0.0, 3.0);
  const auto takes = [](double ceiling_dbtp) {
    return chain::validate({"limiter", {{"ceiling_dbtp", ceiling_dbtp}}}).ok();
  };
  int taken = 0;
  for (const double ceiling_dbtp : {-30.0, -24.01, -24.0, -23.99, -22.0, -12.0, -0.01, 0.0, 0.01}) {
    SCOPED_TRACE(ceiling_dbtp);
    const Plan plan{{}, {}, ceiling_dbtp};
    ASSERT_EQ(chain::land(plan, testkit::open(mix)).ok(), takes(ceiling_dbtp));
    if (!takes(ceiling_dbtp)) continue;
    ++taken;
    const auto check = landed(plan, mix);
    EXPECT_LE(check.true_peak_dbtp, ceiling_dbtp);
    EXPECT_GT(check.true_peak_dbtp, ceiling_dbtp - 0.05) << "headroom wasted";
  }
  EXPECT_EQ(taken, 6);
  EXPECT_NEAR(landed({{}, -38.0, -24.0}, mix).integrated_lufs, -38.0, 0.1);
}

TEST(Landing, SilenceIsLeftAloneAndSaidToBeSilence) {
  const auto landing =
      chain::land({{}, -14.0, -1.0}, testkit::open(testkit::Signal{2, 96000})).value();
  EXPECT_TRUE(landing.recipe.steps.empty());
  EXPECT_FALSE(landing.integrated_lufs.has_value());
  ASSERT_TRUE(landing.binding.has_value());
  EXPECT_THAT(*landing.binding, HasSubstr("silent"));
}

TEST(Landing, APassageAtTheGateDoesNotFoolTheGain) {
  // Half the programme hovers at the absolute gate; raising it changes what counts.
  const auto mix = testkit::concatenate(
      {programme(7, 5.0, -42.0, -20.0), testkit::sine(997.0, -69.0, 6.0, 44100.0)});
  const auto check = landed({{}, -23.0, -1.0}, mix);
  EXPECT_NEAR(check.integrated_lufs, -23.0, 0.05);
}

TEST(Landing, NothingIsNeverPrintedWithAMinus) {
  EXPECT_EQ(chain::with_decimals(-0.04, 1), "0.0");
  EXPECT_EQ(chain::with_decimals(-0.0, 0), "0");
  EXPECT_EQ(chain::with_decimals(-0.05001, 1), "-0.1");
  EXPECT_EQ(chain::shortest(-0.0), "0");
  EXPECT_EQ(chain::shortest(-1e-9), "-1e-09");
}

TEST(Landing, SolvesTheSameOnAnyNumberOfThreads) {
  const auto mix = programme(8, 4.0, -8.0, 6.0);
  const Plan plan{{}, -11.0, -1.0};
  const auto alone = chain::land(plan, testkit::open(mix)).value();
  for (const int threads : {2, 5}) {
    const auto together = chain::land(plan, testkit::open(mix), {}, "", threads).value();
    EXPECT_EQ(alone.recipe, together.recipe);
    EXPECT_EQ(alone.integrated_lufs, together.integrated_lufs);
  }
}

TEST(Landing, StopsWhenAskedAndRefusesWhatMakesNoSense) {
  std::atomic<bool> cancel{true};
  const auto mix = programme(9, 1.0, -8.0, 0.0);
  const auto stopped = chain::land({}, testkit::open(mix), Progress{nullptr, &cancel});
  ASSERT_FALSE(stopped.ok());
  EXPECT_EQ(stopped.error().kind, ErrorKind::cancelled);
  EXPECT_EQ(chain::land({{}, 3.0, {}}, testkit::open(mix)).error().kind, ErrorKind::usage);
  EXPECT_EQ(chain::land({{}, {}, 1.0}, testkit::open(mix)).error().kind, ErrorKind::usage);
  EXPECT_EQ(chain::land({{{"reverb", {}}}, {}, {}}, testkit::open(mix)).error().kind,
            ErrorKind::usage);
}

TEST(Landing, ProgressOnlyMovesForward) {
  double last = 0.0;
  const Progress progress{[&](const std::string&, double fraction) {
    EXPECT_GE(fraction, last);
    EXPECT_LE(fraction, 1.0);
    last = fraction;
  }};
  ASSERT_TRUE(
      chain::land({{}, -11.0, -1.0}, testkit::open(programme(10, 3.0, -8.0, 6.0)), progress).ok());
  EXPECT_GT(last, 0.5);
}
