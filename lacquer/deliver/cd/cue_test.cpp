#include <gtest/gtest.h>

#include "lacquer/deliver/cd/cue_reader.h"
#include "lacquer/deliver/cd/disc.h"

using namespace lacquer::deliver;

namespace {
Disc three_tracks() {
  Disc disc;
  disc.title = "Caf\xE9";
  disc.performer = "Artist";
  disc.upc = "4006381333931";
  disc.tracks = {{"One \"1\"", "Artist", "A. Composer", "GBAAA2400001", std::nullopt, 0},
                 {"Two", "Artist", "", "GBAAA2400002", 375, 525},
                 {"Three", "Guest", "", "", std::nullopt, 1000}};
  disc.lead_out = 1500;
  return disc;
}

/// The same as the programme has it, but for a title no disc can hold.
lacquer::Programme their_programme() {
  lacquer::Programme programme;
  programme.title = "Café";
  programme.artist = "Artist";
  programme.tracks.resize(3);
  programme.tracks[0].title = "One \"1\"";
  programme.tracks[0].composer = "A. Composer";
  programme.tracks[1].title = "Don\u2019t\nTwo";
  programme.tracks[2].title = "Three";
  programme.tracks[2].artist = "Guest";
  return programme;
}

int line_of_first_problem(const std::string& text) {
  const CueSheet sheet = read_cue_sheet(text);
  return sheet.problems.empty() ? 0 : sheet.problems.front().line;
}

const std::string good =
    "CATALOG 4006381333931\n"
    "FILE \"a b.bin\" BINARY\n"
    "  TRACK 01 AUDIO\n"
    "    TITLE \"One\"\n"
    "    ISRC GBAAA2400001\n"
    "    INDEX 01 00:00:00\n"
    "  TRACK 02 AUDIO\n"
    "    INDEX 00 00:05:00\n"
    "    INDEX 01 00:07:00\n";

std::string with(const std::string& from, const std::string& to) {
  std::string text = good;
  return text.replace(text.find(from), from.size(), to);
}
}  // namespace

TEST(Msf, GoesBothWaysAndRefusesNonsense) {
  for (std::int64_t sectors : {0, 74, 75, 4499, 4500, 359999, 450000})
    EXPECT_EQ(sectors_from_msf(msf(sectors)), sectors);
  EXPECT_EQ(msf(2 * 75), "00:02:00");
  for (const char* bad : {"", "1:2", "00:60:00", "00:00:75", "a:b:c", "00:00:00:00", "-1:00:00",
                          "00:00:0x", "99999:00:00"})
    EXPECT_FALSE(sectors_from_msf(bad)) << bad;
}

TEST(CueSheet, WhatIsWrittenIsWhatTheReaderFinds) {
  const Disc disc = three_tracks();
  const CueSheet sheet = read_cue_sheet(cue_sheet(disc, "DISC.bin"));
  EXPECT_TRUE(sheet.problems.empty());
  EXPECT_EQ(sheet.catalog, disc.upc);
  EXPECT_EQ(sheet.title, "Café");
  ASSERT_EQ(sheet.files.size(), 1u);
  EXPECT_EQ(sheet.files[0].name, "DISC.bin");
  EXPECT_EQ(sheet.files[0].type, "BINARY");
  ASSERT_EQ(sheet.tracks.size(), 3u);
  EXPECT_EQ(sheet.tracks[0].title, "One '1'");
  EXPECT_EQ(sheet.tracks[0].songwriter, "A. Composer");
  EXPECT_EQ(sheet.tracks[1].isrc, "GBAAA2400002");
  ASSERT_EQ(sheet.tracks[1].indexes.size(), 2u);
  EXPECT_EQ(sheet.tracks[1].indexes[0].sectors, 375);
  EXPECT_EQ(sheet.tracks[1].indexes[1].sectors, 525);
  EXPECT_EQ(sheet.tracks[2].indexes.back().sectors, 1000);
}

TEST(CueSheet, IsReadInWhateverFormItComes) {
  std::string windows;
  for (const char c : good) windows += c == '\n' ? std::string{"\r\n"} : std::string(1, c);
  for (const std::string& text : {good, windows, "\xEF\xBB\xBF" + good, "REM GENRE Pop\n" + good}) {
    const CueSheet sheet = read_cue_sheet(text);
    EXPECT_TRUE(sheet.problems.empty());
    EXPECT_EQ(sheet.tracks.size(), 2u);
    EXPECT_EQ(sheet.files.at(0).name, "a b.bin");
  }
  EXPECT_EQ(read_cue_sheet("TITLE \"Caf\xE9\"").title, "Café");
  EXPECT_EQ(read_cue_sheet("TITLE \"Café\"").title, "Café");
}

TEST(CueSheet, EveryFaultIsNamedWithItsLine) {
  EXPECT_EQ(line_of_first_problem(good), 0);
  EXPECT_EQ(line_of_first_problem(with("CATALOG 4006381333931", "CATALOG 123")), 1);
  EXPECT_EQ(line_of_first_problem(with(" BINARY", "")), 2);
  EXPECT_EQ(line_of_first_problem(with("TRACK 01", "TRACK 00")), 3);
  EXPECT_EQ(line_of_first_problem(with("\"One\"", "\"One")), 4);
  EXPECT_EQ(line_of_first_problem(with("ISRC", "ISCR")), 5);
  EXPECT_EQ(line_of_first_problem(with("00:00:00", "00:00:99")), 6);
  EXPECT_EQ(line_of_first_problem(with("TRACK 02", "TRACK 03")), 7);
  EXPECT_EQ(line_of_first_problem(with("TRACK 02 AUDIO", "TRACK 02 MODE1/2352")), 7);
  EXPECT_EQ(line_of_first_problem(with("INDEX 00", "INDEX 02")), 8);
  EXPECT_EQ(line_of_first_problem(with("00:07:00", "00:04:00")), 9);
  EXPECT_EQ(line_of_first_problem(with("    INDEX 01 00:07:00\n", "")), 7);
}

TEST(PqSheet, HasEveryTimeLengthAndCode) {
  const std::string sheet = pq_sheet(three_tracks(), their_programme());
  for (const char* expected : {"Café", "4006381333931", "GB-AAA-24-00001", "00:05:00", "00:07:00",
                               "00:20:00", "lead-out", "Don\u2019t Two"})
    EXPECT_NE(sheet.find(expected), std::string::npos) << expected;
}
