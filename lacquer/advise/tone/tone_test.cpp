#include "lacquer/advise/tone/tone.h"

#include <gtest/gtest.h>

#include <cmath>

#include "lacquer/advise/tone/equaliser_fit.h"
#include "lacquer/advise/tone/test_tone.h"

using namespace lacquer;
using namespace lacquer::advise;

namespace {

/// How much of a change from `good_db` to `mix` the suggestion takes back: 1 all, negative makes
/// it worse.
double undone(const Suggestion& tone, const std::vector<double>& good_db,
              const measure::Measurement& mix) {
  const std::vector<double> predicted_db = predicted_shares(tone, mix);
  double taken_back = 0.0, fault = 0.0;
  for (std::size_t band = 0; band < good_db.size(); ++band) {
    const double off_db = *mix.spectrum.share_db[band] - good_db[band];
    taken_back += (*mix.spectrum.share_db[band] - predicted_db[band]) * off_db;
    fault += off_db * off_db;
  }
  return taken_back / fault;
}

const std::vector<double> nasal_db{0, 0, 0, 6, 1, 0, 0, 0, 0};

}  // namespace

TEST(Tone, PlantedBoxinessIsFoundNamedAndMostlyUndone) {
  const auto good_db = normalised(pop().share_mean_db);
  const auto mix = with_fault(good_db, boxy_db);
  const auto tone = tone_of(mix);
  ASSERT_TRUE(tone);
  EXPECT_TRUE(says(tone->reason, "low-mids (148-392 Hz)")) << tone->reason;
  EXPECT_TRUE(says(tone->reason, "takes")) << tone->reason;
  EXPECT_GE(undone(*tone, good_db, mix), 0.6);
}

TEST(Tone, APlantedTiltBeyondThePopulationIsTakenBack) {
  // Along the first component, two and a half standard deviations out, either way.
  const auto view_of = [](const measure::Measurement& mix) {
    return tonal_view(mix.spectrum, pop());
  };
  for (const double sign : {-1.0, 1.0}) {
    std::vector<double> tilt_db;
    for (int band = 0; band < 9; ++band) tilt_db.push_back(sign * (band - 4) * 3.2);
    const auto good_db = normalised(pop().share_mean_db);
    const auto mix = with_fault(good_db, tilt_db);
    const auto view = view_of(mix);
    ASSERT_FALSE(view.leaves_alone());
    EXPECT_LT(view.wanted_db.back() * sign, 0.0);
    const auto tone = tone_of(mix);
    ASSERT_TRUE(tone);
    EXPECT_GT(undone(*tone, good_db, mix), 0.1);  // 3 dB a band are little against 25 dB of tilt
    const auto after = mix_with(pop(), predicted_shares(*tone, mix));
    EXPECT_LT(std::abs(view_of(after).component_sd[0]), std::abs(view.component_sd[0]));
  }
}

TEST(Tone, FaultsOnGoodMastersAreCorrectedInTheRightDirection) {
  Draw draw{pop(), 3};
  int good_masters = 0, suggested = 0, right = 0;
  for (int tries = 0; tries < 40000 && good_masters < 25; ++tries) {
    const auto good_db = normalised(draw.shares_db());
    if (!inside_middle_half(pop(), good_db)) continue;
    ++good_masters;
    for (const auto& fault_db : {boxy_db, nasal_db}) {
      const auto mix = with_fault(good_db, fault_db);
      if (const auto tone = tone_of(mix)) {
        ++suggested;
        right += undone(*tone, good_db, mix) > 0.0;
      }
    }
  }
  EXPECT_GE(suggested, 30);
  EXPECT_GE(right, 0.95 * suggested);
}

TEST(Tone, MoreStrengthIsMoreOfTheSame) {
  const auto mix = with_fault(normalised(pop().share_mean_db), boxy_db);
  EXPECT_FALSE(tone_of(mix, "pop", 0.0));
  double last_db = *mix.spectrum.share_db[1];
  std::vector<double> steps_db;
  for (const double strength : {0.25, 0.5, 0.75, 1.0}) {
    const auto tone = tone_of(mix, "pop", strength);
    ASSERT_TRUE(tone);
    const double share_db = predicted_shares(*tone, mix)[1];
    EXPECT_LT(share_db, last_db);
    steps_db.push_back(last_db - share_db);
    last_db = share_db;
  }
  for (const double step_db : steps_db) EXPECT_NEAR(step_db, steps_db.front(), 0.3);
}

TEST(Tone, NoBandIsMovedByMoreThanThreeDecibelsAndTheLoudnessStays) {
  Draw draw{pop(), 9};
  for (int i = 0; i < 60; ++i) {
    std::vector<double> shares_db = draw.shares_db();
    for (double& share : shares_db) share += 4.0 * draw.normal();
    const auto mix = mix_with(pop(), shares_db);
    const TonalView view = tonal_view(mix.spectrum, pop());
    for (const double db : view.wanted_db) EXPECT_LE(std::abs(db), most_correction_db + 1e-9);
    if (view.leaves_alone()) continue;
    const EqualiserFit fit = fit_correction(mix.spectrum, view, 48000.0);
    const Prediction after = predict(mix.spectrum, [&](double hz) { return fit.response_db(hz); });
    EXPECT_NEAR(after.loudness_change_lu, 0.0, 0.6);
    for (std::size_t band = 0; band < 9; ++band)
      EXPECT_LE(std::abs(band_change_db(mix.spectrum, band,
                                        [&](double hz) { return fit.response_db(hz); })),
                most_correction_db + 0.5);
  }
}

TEST(Tone, NothingIsLiftedAboveACodecsCutOff) {
  Draw draw{pop(), 21};
  int suggested = 0;
  for (int i = 0; i < 40; ++i) {
    std::vector<double> shares_db = draw.shares_db();
    for (std::size_t band = 5; band < 9; ++band) shares_db[band] -= 9.0;  // dull: asks for treble
    measure::Measurement mix = mix_with(pop(), shares_db);
    mix.spectrum.third_octave_db.back() = -120.0;  // 20 kHz
    if (i % 2 == 0) {                              // a lower bit rate
      *mix.spectrum.third_octave_db.rbegin()[1] = -110.0;
      mix.spectrum.share_db[8] = *mix.spectrum.share_db[8] - 30.0;
    }
    const TonalView view = tonal_view(mix.spectrum, pop());
    ASSERT_TRUE(view.cut_off_hz);
    EXPECT_NEAR(*view.cut_off_hz, i % 2 == 0 ? 14200.0 : 17800.0, 100.0);
    EXPECT_EQ(view.bands.size(), i % 2 == 0 ? 8u : 9u);
    if (const auto tone = tone_of(mix)) {
      ++suggested;
      for (double hz = *view.cut_off_hz * 1.03; hz < 20000.0; hz *= 1.05)
        EXPECT_LE(response_of(tone->settings, hz), 0.4) << i << " at " << hz;
    }
  }
  EXPECT_GE(suggested, 15);
}

TEST(Tone, ANaturalRollOffIsNoCutOff) {
  measure::Measurement mix = middle_mix(pop());
  for (std::size_t i = 20; i < mix.spectrum.third_octave_db.size(); ++i)
    *mix.spectrum.third_octave_db[i] -= 9.0 * static_cast<double>(i - 19);
  EXPECT_FALSE(cut_off_hz(mix.spectrum));
}

TEST(Tone, BandsTheSampleRateHasNotGotAreLeftOutOfTheQuestion) {
  // The same dark mix at 48 and at 16 kHz: what is missing is not held against it.
  std::vector<double> shares_db = pop().share_mean_db;
  measure::Measurement mix = mix_with(pop(), shares_db);
  mix.format.sample_rate_hz = 16000.0;
  mix.spectrum.share_db[7].reset();
  mix.spectrum.share_db[8].reset();
  const TonalView view = tonal_view(mix.spectrum, pop());
  EXPECT_EQ(view.bands.size(), 7u);
  for (const double score : view.component_sd) EXPECT_LT(std::abs(score), 0.5);
  EXPECT_TRUE(view.leaves_alone());

  shares_db[1] += 9.0;
  mix = mix_with(pop(), shares_db);
  mix.format.sample_rate_hz = 16000.0;
  mix.spectrum.share_db[7].reset();
  mix.spectrum.share_db[8].reset();
  const auto tone = tone_of(mix);
  ASSERT_TRUE(tone);
  EXPECT_FALSE(tone->predicted.count(share_key(pop().bands_hz, 8)));
}

TEST(Tone, ASpectrumWithoutBandsIsLeftAlone) {
  measure::Measurement mix;
  mix.loudness.integrated_lufs = -9.5;
  EXPECT_FALSE(tone_of(mix));
  mix.spectrum.bands_hz = pop().bands_hz;
  mix.spectrum.share_db.resize(9);
  EXPECT_FALSE(tone_of(mix));
}

TEST(Tone, SettingsAreWhatAPersonWouldDial) {
  const auto tone = tone_of(with_fault(normalised(pop().share_mean_db), boxy_db));
  ASSERT_TRUE(tone);
  for (const auto& setting : tone->settings) {
    const std::string& name = setting.first;
    const double value = setting.second;
    SCOPED_TRACE(name);
    const auto steps = [value](double step) { return value / step; };
    if (name.ends_with("_gain_db")) {
      EXPECT_NEAR(steps(0.1), std::round(steps(0.1)), 1e-6);
      EXPECT_GE(std::abs(value), 0.0999);
    } else if (name.ends_with("_q")) {
      EXPECT_NEAR(steps(0.01), std::round(steps(0.01)), 1e-6);
    } else if (name.ends_with("_frequency_hz")) {
      const double digit = std::pow(10.0, std::floor(std::log10(value)) - 2.0);
      EXPECT_NEAR(steps(digit), std::round(steps(digit)), 1e-6);
    }
  }
}

TEST(Tone, ADullMixWithHissIsNotBrightened) {
  auto dull = normalised(pop().share_mean_db);
  for (std::size_t band = 5; band < 9; ++band) dull[band] -= 14.0;
  auto mix = mix_with(pop(), dull);
  for (const auto& share : mix.spectrum.share_db)
    mix.spectrum.band_level_lufs.emplace_back(*share - 10.0);
  const auto bright = tone_of(mix);
  ASSERT_TRUE(bright);
  EXPECT_GT(response_of(bright->settings, 9000.0), 1.0);
  measure::Finding hiss;
  hiss.kind = "noise_floor";
  hiss.value = -45.0;
  mix.findings.push_back(hiss);
  const auto careful = tone_of(mix);
  for (double hz = 8000.0; careful && hz < 20000.0; hz *= 1.1)
    EXPECT_LE(response_of(careful->settings, hz), 0.4) << hz;
}
