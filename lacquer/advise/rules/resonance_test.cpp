#include "lacquer/advise/rules/test_faults.h"

using namespace lacquer;
using namespace lacquer::advise;
using measure::Severity;

namespace {

/// Third and twelfth octaves that fall evenly, with `over_db` more in the twelfth at 1 kHz.
measure::Measurement ringing_mix(double over_db, double confidence) {
  measure::Finding peak = at("resonance", 0.0, 180.0, over_db, confidence, Severity::info);
  peak.details = {{"frequency_hz", 1000.0}};
  measure::Measurement mix = mix_with_findings({peak});
  for (int i = -40; i <= 40; ++i) {
    mix.spectrum.twelfth_octave_hz.push_back(1000.0 * std::exp2(i / 12.0));
    mix.spectrum.twelfth_octave_mid_db.emplace_back(-40.0 - 0.3 * i + (i == 0 ? over_db : 0.0));
    mix.spectrum.twelfth_octave_side_db.emplace_back(-50.0 - 0.3 * i + (i == 0 ? over_db : 0.0));
  }
  return mix;
}

measure::Measurement sharp_mix(double over_voice_db, double confidence, Severity severity) {
  return mix_with_findings({at("sibilance", 5.0, 170.0, over_voice_db, confidence, severity)});
}

}  // namespace

TEST(AdviseResonance, APeakThatStaysIsCutByHalfOfWhatIsTooMuch) {
  const Advice advice = advice_for(ringing_mix(8.0, 0.7));
  const Suggestion* cut = find(advice, "1-resonance-1");
  ASSERT_NE(cut, nullptr);
  EXPECT_EQ(cut->processor, "equaliser");
  EXPECT_NEAR(cut->settings.at("band_1_gain_db"), -2.0, 0.11);
  EXPECT_EQ(cut->settings.at("band_1_frequency_hz"), 1000.0);
  EXPECT_TRUE(says(cut->harm, "drone"));
  EXPECT_GE(
      find(advice_for(ringing_mix(30.0, 0.7)), "1-resonance-1")->settings.at("band_1_gain_db"),
      -3.0);
}

TEST(AdviseResonance, WhatIsNotSureOrNotInTheWholeSpectrumIsMentioned) {
  const Advice unsure = advice_for(ringing_mix(12.0, 0.5));
  EXPECT_TRUE(unsure.suggestions.empty());
  EXPECT_TRUE(mentions(unsure, "Resonance left alone"));
  measure::Measurement flat = ringing_mix(0.0, 0.7);
  flat.findings.front().value = 12.0;
  EXPECT_TRUE(advice_for(flat).suggestions.empty());
  EXPECT_TRUE(advice_for(ringing_mix(12.0, 0.7), {.population = "pop", .strength = 0.0})
                  .suggestions.empty());
}

TEST(AdviseSibilance, AVoiceThatBitesGetsADeEsserOfFourDecibelsAtMost) {
  const Advice advice = advice_for(sharp_mix(5.0, 0.65, Severity::warn));
  const Suggestion* de_esser = find(advice, "1-de-esser");
  ASSERT_NE(de_esser, nullptr);
  EXPECT_TRUE(chain::validate({de_esser->processor, de_esser->settings}).ok());
  EXPECT_EQ(de_esser->settings.at("range_db"), -4.0);
  EXPECT_GE(de_esser->settings.at("frequency_hz"), 5000.0);
  EXPECT_LE(de_esser->settings.at("frequency_hz"), 10000.0);
  // What stands higher is met higher.
  const Advice sharper = advice_for(sharp_mix(9.0, 0.65, Severity::warn));
  EXPECT_GT(find(sharper, "1-de-esser")->settings.at("threshold_db"),
            de_esser->settings.at("threshold_db"));
}

TEST(AdviseSibilance, ATouchOfItIsLeftAlone) {
  for (const auto& mix :
       {sharp_mix(5.0, 0.5, Severity::warn), sharp_mix(5.0, 0.7, Severity::info)}) {
    const Advice advice = advice_for(mix);
    EXPECT_EQ(find(advice, "1-de-esser"), nullptr);
    EXPECT_TRUE(mentions(advice, "Sibilance left alone"));
  }
}
