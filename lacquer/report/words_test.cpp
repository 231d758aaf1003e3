#include "lacquer/report/words.h"

#include <gtest/gtest.h>

#include <limits>

#include "lacquer/report/equaliser_bands.h"
#include "lacquer/report/sections.h"

using namespace lacquer::report;
using lacquer::FadeCurve;

TEST(Words, ANumberHasARealMinusSignAndZeroHasNone) {
  EXPECT_EQ(number(-1.84), "\u22121.8");
  EXPECT_EQ(number(-0.04), "0.0");
  EXPECT_EQ(signed_number(0.04), "0.0");
  EXPECT_EQ(signed_number(1.25, 2), "+1.25");
  EXPECT_EQ(with_unit(-9.5, "LUFS"), "\u22129.5\u00A0LUFS");
}

TEST(Words, WhatDoesNotExistIsADashWithoutUnit) {
  EXPECT_EQ(number(std::nullopt), "\u2013");
  EXPECT_EQ(with_unit(std::numeric_limits<double>::quiet_NaN(), "dB"), "\u2013");
  EXPECT_EQ(signed_number(-std::numeric_limits<double>::infinity()), "\u2013");
  EXPECT_EQ(frequency(std::numeric_limits<double>::infinity()), "\u2013");
}

TEST(Words, FrequenciesAndBandsReadAsEngineersWriteThem) {
  EXPECT_EQ(frequency(312.0), "312\u00A0Hz");
  EXPECT_EQ(frequency(1200.0), "1.2\u00A0kHz");
  EXPECT_EQ(frequency(999.6), "1\u00A0kHz");
  EXPECT_EQ(frequency(10000.0), "10\u00A0kHz");
  EXPECT_EQ(band(148.2, 392.4), "148\u2013392\u00A0Hz");
  EXPECT_EQ(band(12199.3, 20000.0), "12.2\u201320.0\u00A0kHz");
}

TEST(Words, TimesCarryIntoTheNextUnit) {
  EXPECT_EQ(clock_time(59.6), "1:00");
  EXPECT_EQ(clock_time(3599.7), "1:00:00");
  EXPECT_EQ(precise_time(59.96), "1:00.0");
  EXPECT_EQ(precise_time(61.24), "1:01.2");
  EXPECT_EQ(clock_time(-3.0), "0:00");
}

TEST(Words, ATimeStampIsReadableAndAnythingElseIsLeftAlone) {
  EXPECT_EQ(time_stamp("2026-11-22T10:12:00Z"), "2026-11-22 10:12\u00A0UTC");
  EXPECT_EQ(time_stamp("yesterday"), "yesterday");
}

TEST(Words, SmallValuesKeepTheDigitsThatMatter) {
  EXPECT_EQ(plain_number(0.0012), "0.0012");
  EXPECT_EQ(plain_number(7.0), "7");
  EXPECT_EQ(plain_number(-12.5), "\u221212.5");
  EXPECT_EQ(plain_number(0.00001), "0.00001");
}

TEST(Words, AKeyOfTheContractBecomesNameAndUnit) {
  EXPECT_EQ(quantity("integrated_lufs").name, "Integrated loudness");
  EXPECT_EQ(quantity("integrated_lufs").unit, "LUFS");
  EXPECT_EQ(quantity("share_db 148-392 Hz").name, "Share of the sound in 148\u2013392\u00A0Hz");
  EXPECT_EQ(quantity("share_db 148-392 Hz").unit, "dB");
  EXPECT_EQ(quantity("tilt_db_per_octave").unit, "dB per octave");
  EXPECT_EQ(quantity("something_new").name, "Something new");
}

TEST(Words, OrdinalsEndRightly) {
  EXPECT_EQ(ordinal(1) + ordinal(2) + ordinal(3) + ordinal(11) + ordinal(12) + ordinal(93),
            "1st2nd3rd11th12th93rd");
}

TEST(Words, NoSettingOfASuggestionIsLost) {
  const auto words = settings_in_words(
      "equaliser",
      {{"band_1_frequency_hz", 100.0}, {"band_1_gain_db", 0.5}, {"band_1_q", 0.7}, {"mix", 0.5}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], "Bell 100\u00A0Hz, +0.5\u00A0dB, Q\u00A00.70");
  EXPECT_EQ(words[1], "Mix 0.50");
}

TEST(Words, TheEqualisersTypesAreNamedAndAPassHasNoGain) {
  const auto words = settings_in_words("equaliser", {{"band_1_type", 3.0},
                                                     {"band_1_frequency_hz", 30.0},
                                                     {"band_1_gain_db", 0.0},
                                                     {"band_2_type", 1.0},
                                                     {"band_2_frequency_hz", 90.0},
                                                     {"band_2_gain_db", 1.0}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], "High-pass 30\u00A0Hz");
  EXPECT_EQ(words[1], "Low shelf 90\u00A0Hz, +1.0\u00A0dB");
}

TEST(Words, ATiltHasNoQAndABandSaysWhichChannelsItWorksOn) {
  const auto words = settings_in_words("linear_equaliser", {{"band_11_type", 5.0},
                                                            {"band_11_frequency_hz", 800.0},
                                                            {"band_11_gain_db", 1.5},
                                                            {"band_11_q", 0.7},
                                                            {"band_12_channels", 4.0},
                                                            {"band_12_frequency_hz", 9000.0},
                                                            {"band_12_gain_db", 1.0}});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0], "Tilt 800\u00A0Hz, +1.5\u00A0dB");
  EXPECT_EQ(words[1], "Bell 9\u00A0kHz, +1.0\u00A0dB, side");
}

TEST(Words, AnEqualiserIsDrawnOnlyWhereItsCurveIsKnown) {
  lacquer::chain::Values settings{{"band_1_frequency_hz", 100.0}, {"band_1_gain_db", 2.0}};
  EXPECT_FALSE(equaliser_curve(settings, "id").empty());
  settings["band_1_type"] = 3.0;
  EXPECT_TRUE(equaliser_curve(settings, "id").empty()) << "a high-pass is only listed";
  settings["band_1_type"] = 0.0;
  settings["band_1_gain_db"] = 0.0;
  EXPECT_TRUE(equaliser_curve(settings, "id").empty()) << "nothing to see";
  settings["band_1_gain_db"] = 2.0;
  settings["band_1_channels"] = 3.0;
  EXPECT_TRUE(equaliser_curve(settings, "id").empty()) << "not what all channels get";
}

TEST(Words, HalfTheAmountIsDrawnAsHalfTheGains) {
  const auto drawn = [](double gain_db, double amount) {
    return equaliser_curve(
               {{"band_1_frequency_hz", 100.0}, {"band_1_gain_db", gain_db}, {"amount", amount}},
               "id")
        .html();
  };
  EXPECT_EQ(drawn(3.0, 0.5), drawn(1.5, 1.0));
  EXPECT_NE(drawn(3.0, 0.5), drawn(3.0, 1.0));
}

TEST(Words, BandsThatDoNothingAreLeftOut) {
  EXPECT_TRUE(
      settings_in_words("equaliser", {{"band_1_frequency_hz", 100.0}, {"band_1_gain_db", 0.0}})
          .empty());
}

TEST(Words, ASuggestedEditReadsLikeOneOfTheSession) {
  EXPECT_EQ(
      settings_in_words("edit", {{"trim_start_s", 0.35}, {"silence_after_s", 2.0}}),
      (std::vector<std::string>{edit_in_words({.trim_start_s = 0.35, .silence_after_s = 2.0})}));
  EXPECT_EQ(processor_name("edit"), "Beginning and end");
  EXPECT_EQ(quantity("findings truncated_fade").name, "Findings: truncated fade");
  EXPECT_EQ(quantity("findings click").decimals, 0);
}

TEST(Words, AnEditSaysWhatWasDoneToTheEndsAndNothingElse) {
  EXPECT_EQ(edit_in_words({}), "");
  EXPECT_EQ(edit_in_words({.fade_out_curve = FadeCurve::linear}), "");
  EXPECT_EQ(edit_in_words({.trim_start_s = 0.35, .silence_after_s = 2.0}),
            "0.35 s cut off the beginning; 2 s of silence behind");
  EXPECT_EQ(edit_in_words({.trim_end_s = 1.0,
                           .fade_in_s = 0.02,
                           .fade_out_s = 8.0,
                           .fade_in_curve = FadeCurve::equal_power,
                           .silence_before_s = 0.5}),
            "1 s cut off the end; faded in over 0.02 s (equal power); faded out over 8 s (s "
            "curve); 0.5 s of silence in front");
}
