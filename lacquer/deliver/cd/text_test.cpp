#include "lacquer/deliver/cd/text.h"

#include <gtest/gtest.h>

#include "lacquer/deliver/text.h"

using namespace lacquer;
using deliver::CdText;

namespace {
/// CDTEXT.BIN as cue2ddp 1.1 writes it for the disc of `vector_texts` (base64), from a public
/// interoperability test; the checksums hold.
constexpr char cue2ddp_base64[] =
    "gAAAAERpc2MAVHJhY2sgT0gEgAEBB25lAFRyYWNrIFR3b1XJgAICCQBUcmFjayBUaHJlZeZvgAMDCwAAAAAAAAAAAAAA"
    "AF33gQAEAEFydGlzdABBcnRpc/0igQEFBXQAQXJ0aXN0AEFydIwlgQMGA2lzdAAAAAAAAAAAAGKsjwAHAAABAwAEAwAA"
    "AAAAAED7jwEIAAAAAAAAAAADCQAAANamjwIJAAAAAAAJAAAAAAAAAApO";

std::string from_base64(std::string_view text) {
  const std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : text) {
    bits = bits << 6 | static_cast<unsigned>(alphabet.find(c));
    if ((count += 6) >= 8) bytes += static_cast<char>(bits >> (count -= 8) & 0xFF);
  }
  return bytes;
}

CdText vector_texts() {
  CdText texts;
  texts.track_count = 3;
  texts.texts[CdText::title] = {"Disc", "Track One", "Track Two", "Track Three"};
  texts.texts[CdText::performer] = {"Artist", "Artist", "Artist", "Artist"};
  return texts;
}
}  // namespace

TEST(CdText, ReproducesThePacksOfCue2ddpByteForByte) {
  EXPECT_EQ(deliver::encode_cd_text(vector_texts()).value(), from_base64(cue2ddp_base64));
}

TEST(CdText, ReadsBackEveryLengthOfTextItWrites) {
  CdText texts;
  texts.track_count = 40;
  for (int type : {CdText::title, CdText::composer, CdText::codes})
    for (int i = 0; i <= texts.track_count; ++i)
      texts.texts[type].push_back(std::string(static_cast<std::size_t>(i % 38), 'a'));
  texts.texts[CdText::composer][0] = "";
  texts.language_code = 0x08;
  const std::string packs = deliver::encode_cd_text(texts).value();
  EXPECT_EQ(packs.size() % 18, 0u);
  const CdText read = deliver::decode_cd_text(packs).value();
  EXPECT_EQ(read.texts, texts.texts);
  EXPECT_EQ(read.language_code, 0x08);
}

TEST(CdText, ATabRepeatsTheTextBefore) {
  CdText texts = vector_texts();
  texts.texts[CdText::performer] = {"Artist", "\t", "\t", "Other"};
  const CdText read = deliver::decode_cd_text(deliver::encode_cd_text(texts).value()).value();
  EXPECT_EQ(read.texts.at(CdText::performer)[2], "Artist");
  EXPECT_EQ(read.texts.at(CdText::performer)[3], "Other");
}

TEST(CdText, OneChangedByteIsNoticedWhereverItStands) {
  const std::string good = from_base64(cue2ddp_base64);
  for (std::size_t at = 0; at < good.size(); ++at) {
    std::string bad = good;
    bad[at] = static_cast<char>(bad[at] ^ 0x10);
    EXPECT_FALSE(deliver::decode_cd_text(bad).ok()) << at;
  }
  EXPECT_FALSE(deliver::decode_cd_text(good.substr(0, good.size() - 1)).ok());
  EXPECT_FALSE(deliver::decode_cd_text(good.substr(0, 18 * 7)).ok());
}

TEST(CdText, SaysWhenTheTextsAreTooLong) {
  CdText texts;
  texts.track_count = 99;
  texts.texts[CdText::title].assign(100, std::string(80, 'x'));
  EXPECT_FALSE(deliver::encode_cd_text(texts).ok());
}

TEST(CdText, ACharacterThatDoesNotFitIsNamedWithItsField) {
  EXPECT_EQ(deliver::to_latin1("Für Élise", "title of track 1").value(), "F\xFCr \xC9lise");
  const auto refused = deliver::to_latin1("Naïve Łódź", "title of track 2");
  ASSERT_FALSE(refused.ok());
  EXPECT_NE(refused.error().sentence.find("title of track 2"), std::string::npos);
  EXPECT_NE(refused.error().sentence.find("Ł"), std::string::npos);
  EXPECT_FALSE(deliver::to_latin1("two\nlines", "title").ok());
  EXPECT_FALSE(deliver::to_latin1("\xFF not utf-8", "title").ok());
}
