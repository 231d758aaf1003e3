#include "lacquer/deliver/identifiers.h"

#include <gtest/gtest.h>

#include "lacquer/deliver/text.h"

using namespace lacquer::deliver;

TEST(Identifiers, AcceptTheIsrcsOfIso3901AndNoOthers) {
  EXPECT_TRUE(is_isrc("GBAAA2400001"));
  EXPECT_TRUE(is_isrc("DEZ032400123"));
  for (const char* bad : {"", "GBAAA240000", "GBAAA24000011", "GB-AAA-24-00001", "gbaaa2400001",
                          "GBAAAX400001", "12AAA2400001"})
    EXPECT_FALSE(is_isrc(bad)) << bad;
  EXPECT_TRUE(is_isrc_on_disc("12AAA2400001"));
  EXPECT_EQ(isrc_for_people("GBAAA2400001"), "GB-AAA-24-00001");
}

TEST(Identifiers, TheEanCheckDigitCatchesEveryWrongDigit) {
  const std::string good = "4006381333931";
  EXPECT_TRUE(is_ean13(good));
  EXPECT_TRUE(is_ean13("5012345678900"));
  for (std::size_t at = 0; at < good.size(); ++at)
    for (char digit = '0'; digit <= '9'; ++digit) {
      std::string changed = good;
      changed[at] = digit;
      EXPECT_EQ(is_ean13(changed), changed == good) << changed;
    }
  EXPECT_FALSE(is_ean13("400638133393"));
  EXPECT_FALSE(is_ean13("400638133393X"));
}

TEST(FileNames, AreSafeOnEverySystemAndKeepTheArtistsLetters) {
  EXPECT_EQ(safe_file_name("AC/DC: \"Live?\""), "AC_DC_ _Live__");
  EXPECT_EQ(safe_file_name("Für Łódź …"), "Für Łódź …");
  EXPECT_EQ(safe_file_name("  .. "), "untitled");
  EXPECT_EQ(safe_file_name("../../etc"), ".._.._etc");
  EXPECT_LE(safe_file_name(std::string(500, 'a')).size(), 120u);
  EXPECT_EQ(disc_file_name("First Light, Vol. 2"), "FIRST_LIGHT_VOL_2");
  EXPECT_EQ(disc_file_name("ł"), "");
}

TEST(Numbers, AreWrittenAsPeopleReadThem) {
  EXPECT_EQ(with_unit(-1.0, "dBTP"), "-1.00 dBTP");
  EXPECT_EQ(with_unit(-0.001, "dB"), "0.00 dB");
  EXPECT_EQ(with_unit(std::nullopt, "dB"), "silence");
  EXPECT_EQ(minutes_text(185.25), "3:05.250");
  EXPECT_EQ(minutes_text(59.9999), "1:00.000");
  EXPECT_TRUE(at_most(-0.998, -1.0));
  EXPECT_FALSE(at_most(-0.99, -1.0));
}
