#include "lacquer/studio/json.h"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

using namespace lacquer;
using namespace lacquer::studio;

namespace {

measure::Measurement some_measurement() {
  measure::Measurement m;
  m.loudness = {-14.2345678901, 6.1, -9.0, std::nullopt};
  m.loudness.dual_mono_lufs = -11.2;
  m.loudness.histogram_share = {0.25, 0.5};
  m.loudness.histogram_from_lufs = -16.0;
  m.peak = {-0.1, 0.3333333333333333, 0.2};
  m.dynamics = {14.0, 9.0, 8.0, 12.0, -17.0, -9.0};
  m.spectrum.third_octave_mid_db = {-20.0, -30.0};
  m.spectrum.twelfth_octave_hz = {17.8, 18.9};
  m.spectrum.twelfth_octave_side_db = {std::nullopt, -40.0};
  m.spectrum.bands_hz = {20.0, 148.2, 392.4};
  m.spectrum.share_db = {-7.123456789012345, std::nullopt};
  m.stereo.correlation = 1e-13;
  m.stereo.worst_correlation = -0.5;
  m.stereo.worst_correlation_start_s = 12.25;
  m.stereo.delay_frames = 3.5;
  m.stereo.band_width = {0.1, std::nullopt};
  m.stereo.band_mono_loss_db = {-0.5};
  m.findings.push_back({"clipping", measure::Severity::warn, 61.25, 61.5, 1, 12.0, "samples", 0.9,
                        "\"quoted\" and ünïcode"});
  m.rhythm = {120.0, 0.5, 4.0, 0.25, std::nullopt};
  m.sections = {{0.0, 8.5, measure::Section::Kind::quiet, -31.25, "A"},
                {8.5, 30.0, measure::Section::Kind::loud, std::nullopt, "AB"}};
  m.series.short_term_lufs = {std::nullopt, -20.0};
  m.series.psr_lu = {9.5};
  m.series.width = {0.2, std::nullopt};
  m.series.spectrogram = {0.17, 0.4, {100.0, 200.0}, {{-60.06, -70.0}, {-80.0, -120.0}}};
  return m;
}

Json whole(const measure::Measurement& m) {
  Json json = to_json(m);
  json["series"] = series_json(m.series);
  return json;
}

}  // namespace

TEST(Json, AMeasurementFromTheCacheIsTheFreshOneToTheLastBit) {
  const auto once = measurement_from(whole(some_measurement()));
  const auto twice = measurement_from(Json::parse(whole(once).dump()));
  EXPECT_EQ(whole(once).dump(), whole(twice).dump());
  EXPECT_EQ(once.spectrum.share_db, twice.spectrum.share_db);
  EXPECT_EQ(twice.loudness.histogram_share, some_measurement().loudness.histogram_share);
  EXPECT_EQ(twice.peak.itu_dbtp, 0.2);
  EXPECT_EQ(twice.dynamics.max_rms_dbfs, -9.0);
  EXPECT_EQ(twice.spectrum.twelfth_octave_side_db[1], -40.0);
  EXPECT_EQ(twice.stereo.delay_frames, 3.5);
  EXPECT_EQ(twice.stereo.band_mono_loss_db[0], -0.5);
  EXPECT_EQ(twice.rhythm.tempo_bpm, 120.0);
  EXPECT_EQ(twice.rhythm.percussive_share, 0.25);
  ASSERT_EQ(twice.sections.size(), 2u);
  EXPECT_EQ(twice.sections[0].kind, measure::Section::Kind::quiet);
  EXPECT_EQ(twice.sections[1].label, "AB");
  EXPECT_EQ(twice.series.psr_lu[0], 9.5);
  EXPECT_EQ(twice.series.spectrogram.level_dbfs[0][0], -60.1) << "a tenth of a decibel is enough";
  EXPECT_EQ(twice.series.spectrogram.step_s, 0.4);
  EXPECT_EQ(twice.findings.at(0).message, "\"quoted\" and ünïcode");
  EXPECT_EQ(twice.findings.at(0).channel, 1);
}

TEST(Json, TheReadingsOfTheKSystemAreTheRmsAboveTheirZero) {
  const auto json = to_json(some_measurement());
  EXPECT_EQ(json["dynamics"]["k_20_db"], 3.0);
  EXPECT_EQ(json["dynamics"]["k_14_db"], -3.0);
  EXPECT_EQ(json["dynamics"]["k_12_db"], -5.0);
  EXPECT_TRUE(to_json(measure::Measurement{})["dynamics"]["k_20_db"].is_null());
}

TEST(Json, WhatDoesNotExistIsNullAndNeverAWordForInfinity) {
  auto m = some_measurement();
  m.peak.true_dbtp = -std::numeric_limits<double>::infinity();
  m.dynamics.crest_db = std::numeric_limits<double>::quiet_NaN();
  const auto json = to_json(m);
  EXPECT_TRUE(json["loudness"]["max_short_term_lufs"].is_null());
  EXPECT_TRUE(json["peak"]["true_dbtp"].is_null());
  EXPECT_TRUE(json["dynamics"]["crest_db"].is_null());
}

TEST(Json, OnlyThePartsAskedForAreThere) {
  measure::Parts parts = measure::Parts::none();
  parts.peak = true;
  const auto json = to_json(some_measurement(), parts);
  EXPECT_EQ(json.size(), 1u);
  EXPECT_TRUE(json.contains("peak"));
}

TEST(Json, ALandingKeepsItsSettingsToTheLastBitSoThatAMasterCanBeMadeAgain) {
  chain::Landing landing;
  landing.recipe.steps = {{"gain", {{"gain_db", 3.0000000000000004}}}};
  landing.recipe.edit = {.trim_start_s = 0.30000000000000004,
                         .fade_out_s = 5.0,
                         .fade_out_curve = FadeCurve::exponential,
                         .silence_after_s = 1.0};
  landing.before_limiter.edit = landing.recipe.edit;
  landing.gain_db = 3.0000000000000004;
  landing.binding = "The ceiling binds.";
  const auto back = landing_from(Json::parse(to_json(landing).dump()));
  EXPECT_EQ(back.recipe, landing.recipe);
  EXPECT_EQ(back.before_limiter, landing.before_limiter);
  EXPECT_EQ(back.gain_db, landing.gain_db);
  EXPECT_EQ(back.binding, landing.binding);
}

TEST(Json, ASuggestionAndADeliveryComeBackAsTheyWere) {
  advise::Suggestion s;
  s.id = "1-tone";
  s.processor = "equaliser";
  s.settings = {{"band_1_gain_db", -1.5}};
  s.evidence = {{"share_db 148-392 Hz", -3.1, "dB", 93.0, "pop", 138, std::nullopt, 4.0}};
  s.measured = {{"integrated_lufs", -12.0}};
  s.state = advise::State::edited;
  EXPECT_EQ(to_json(suggestion_from(to_json(s))).dump(), to_json(s).dump());
  deliver::Delivery d{"cd",
                      {{"A.bin", "ab", 2352, "image", std::nullopt}},
                      {{"total time", deliver::Verdict::fail, "80:00", "79:48", "IEC [S]", "A.cue",
                        "Shorten it."}}};
  EXPECT_EQ(to_json(delivery_from(to_json(d))).dump(), to_json(d).dump());
  EXPECT_FALSE(delivery_from(to_json(d)).passes());
}
