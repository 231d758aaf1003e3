#include <gmock/gmock.h>

#include <random>

#include "lacquer/base/utf8.h"
#include "lacquer/session/request_toml.h"
#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using namespace lacquer::session::testing;
using ::testing::HasSubstr;

namespace {

const std::string whole_album = R"(# the label's file
title = "First Light"
artist = "The House Band"
upc = "036000291452"
date = "2026-11-22"
genre = "pop"
language = "en"
label = "House"
brief = "Warm, not loud."
loudness_lufs = -14
ceiling_dbtp = -1.0
strength = 0.5
loudness = "track"
anchor = 2
population = "pop"
references = ["../a.wav;tone=1;width=0", "b \"live\".flac"]
[media]
for = ["cd", "digital"]
[[track]]
file = "mixes/01.flac"
title = "Tide"
composer = "A. Writer"
isrc = "ZZ-LQR-26 00001"
gap_s = 1.5
[[track]]
file = "mixes/02.flac"
title = "Ebb"
artist = "A Guest"
population = "folk"
brief = "Keep the breath before the chorus."
)";

Error mistake_in(const std::string& album) {
  const auto read = parse_album(album, "album.toml");
  EXPECT_FALSE(read.ok()) << album;
  return read.ok() ? Error{ErrorKind::usage, "accepted", "", ""} : read.error();
}

void expect_same(const Request& a, const Request& b) {
  const auto texts = [](const Request& r) {
    const Programme& p = r.programme;
    std::vector<std::string> all = {p.title,
                                    p.artist,
                                    p.upc,
                                    p.date,
                                    p.genre,
                                    p.label,
                                    p.brief,
                                    p.language,
                                    r.population,
                                    r.loudness,
                                    std::to_string(r.anchor)};
    for (const Track& t : p.tracks)
      all.insert(all.end(), {t.file, t.title, t.artist, t.composer, t.isrc, t.population, t.brief});
    all.insert(all.end(), r.media.begin(), r.media.end());
    all.insert(all.end(), r.references.begin(), r.references.end());
    return all;
  };
  const auto numbers = [](const Request& r) {
    std::vector<std::optional<double>> all = {r.loudness_lufs, r.ceiling_dbtp, r.strength};
    for (const Track& t : r.programme.tracks) all.emplace_back(t.gap_s);
    return all;
  };
  EXPECT_EQ(texts(a), texts(b));
  EXPECT_EQ(numbers(a), numbers(b));
  for (std::size_t t = 0; t < std::min(a.programme.tracks.size(), b.programme.tracks.size()); ++t)
    EXPECT_EQ(a.programme.tracks[t].edit, b.programme.tracks[t].edit) << t;
}

}  // namespace

TEST(Album, EveryKeyOfALabelsFileArrivesInItsField) {
  const auto read = parse_album(whole_album, "album.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  const Request& request = read.value();
  EXPECT_EQ(request.programme.title, "First Light");
  EXPECT_EQ(request.programme.artist, "The House Band");
  EXPECT_EQ(request.programme.date, "2026-11-22");
  EXPECT_EQ(request.programme.genre, "pop");
  EXPECT_EQ(request.programme.language, "en");
  EXPECT_EQ(request.programme.label, "House");
  EXPECT_EQ(request.programme.brief, "Warm, not loud.");
  EXPECT_EQ(request.loudness_lufs, -14.0);
  EXPECT_EQ(request.ceiling_dbtp, -1.0);
  EXPECT_EQ(request.strength, 0.5);
  EXPECT_EQ(request.population, "pop");
  EXPECT_EQ(request.references,
            (std::vector<std::string>{"../a.wav;tone=1;width=0", "b \"live\".flac"}));
  EXPECT_EQ(request.media, (std::vector<std::string>{"cd", "digital"}));
  ASSERT_EQ(request.programme.tracks.size(), 2U);
  const Track& first = request.programme.tracks[0];
  EXPECT_EQ(first.file, "mixes/01.flac");
  EXPECT_EQ(first.composer, "A. Writer");
  EXPECT_EQ(first.gap_s, 1.5);
  const Track& second = request.programme.tracks[1];
  EXPECT_EQ(second.artist, "A Guest");
  EXPECT_EQ(second.population, "folk");
  EXPECT_EQ(second.brief, "Keep the breath before the chorus.");
  EXPECT_EQ(second.gap_s, 2.0);
  EXPECT_EQ(second.edit, Edit{});
}

TEST(Album, CodesAreStoredInOneFormHoweverTheyArePrinted) {
  const auto read = parse_album(whole_album, "album.toml").value();
  EXPECT_EQ(read.programme.upc, "0036000291452");
  EXPECT_EQ(read.programme.tracks[0].isrc, "ZZLQR2600001");
}

TEST(Album, OnlyATrackIsNeededAndEverythingElseHasItsDefault) {
  const auto request = parse_album("[[track]]\nfile = \"a.wav\"\n", "album.toml").value();
  expect_same(request, [] {
    Request wanted;
    wanted.programme.tracks.emplace_back().file = "a.wav";
    return wanted;
  }());
}

TEST(Album, ADateMayStandWithoutQuotes) {
  const auto request =
      parse_album("date = 2026-03-01\n[[track]]\nfile = \"a.wav\"\n", "album.toml").value();
  EXPECT_EQ(request.programme.date, "2026-03-01");
}

struct Mistake {
  std::string album;
  int line;
  std::string sentence, remedy;
};
class AlbumMistakes : public ::testing::TestWithParam<Mistake> {};

TEST_P(AlbumMistakes, AreNamedWithFileLineAndRemedy) {
  const Error error = mistake_in(GetParam().album);
  EXPECT_EQ(error.kind, ErrorKind::unusable_input);
  EXPECT_EQ(error.place, "album.toml:" + std::to_string(GetParam().line));
  EXPECT_THAT(error.sentence, HasSubstr(GetParam().sentence));
  EXPECT_THAT(error.remedy, HasSubstr(GetParam().remedy));
  EXPECT_NE(error.remedy, "");
}

const std::string one_track = "\n[[track]]\nfile = \"a.wav\"\n";

INSTANTIATE_TEST_SUITE_P(
    All, AlbumMistakes,
    ::testing::Values(
        Mistake{"title = \"x\"\ntilte = \"y\"" + one_track, 2, "no key \"tilte\"", "\"title\""},
        Mistake{"[[track]]\nfile=\"a\"\n\nisrcc = \"x\"\n", 4, "no key \"isrcc\"", "\"isrc\""},
        Mistake{"[media]\nfro = [\"cd\"]" + one_track, 2, "no key \"fro\"", "\"for\""},
        Mistake{"[medai]\nfor = [\"cd\"]" + one_track, 1, "no key \"medai\"", "\"media\""},
        Mistake{"upc = 36000291452" + one_track, 1, "\"upc\" is a whole number", "quotes"},
        Mistake{"brief = [\"a\"]" + one_track, 1, "\"brief\" is a list", "quotes"},
        Mistake{"\nstrength = \"1\"" + one_track, 2, "\"strength\" is a text", "without quotes"},
        Mistake{"strength = true" + one_track, 1, "\"strength\" is true or false", "without"},
        Mistake{"strength = 1.5" + one_track, 1, "\"strength\" is out of range", "0 to 1"},
        Mistake{"strength = -0.1" + one_track, 1, "\"strength\" is out of range", "0 to 1"},
        Mistake{"strength = nan" + one_track, 1, "\"strength\" is out of range", "0 to 1"},
        Mistake{"loudness = \"loud\"" + one_track, 1, "no way to set", "\"album\""},
        Mistake{"anchor = 2" + one_track, 1, "\"anchor\" names", "number of a track"},
        Mistake{"anchor = 0" + one_track, 1, "\"anchor\" is out of range", "1 to"},
        Mistake{"loudness_lufs = 3" + one_track, 1, "\"loudness_lufs\" is out of", "-60 to 0"},
        Mistake{"ceiling_dbtp = 1.0" + one_track, 1, "\"ceiling_dbtp\" is out of", "-24 to 0"},
        Mistake{"[[track]]\nfile=\"a\"\ngap_s = -1\n", 3, "\"gap_s\" is out of range", "0 to"},
        Mistake{"title = \"x\"\n", 1, "no [[track]]", "file = "},
        Mistake{"", 1, "no [[track]]", "file = "},
        Mistake{"[track]\nfile = \"a.wav\"\n", 1, "\"track\" is a table", "[[track]]"},
        Mistake{"track = [1]\n", 1, "\"track\" is a whole number", "[[track]]"},
        Mistake{"[[track]]\nfile=\"a\"\n[[track]]\ntitle = \"x\"\n", 3, "no file", "file = "},
        Mistake{"[[track]]\nfile = \"\"\n", 1, "no file", "file = "},
        Mistake{"media = \"cd\"" + one_track, 1, "\"media\" is a text", "[media]"},
        Mistake{"[media]\nfor = \"cd\"" + one_track, 2, "\"for\" is a text", "for = ["},
        Mistake{"[media]\nfor = [\"cd\", 1]" + one_track, 2, "\"for\" is a whole", "quotes"},
        Mistake{"[media]\nfor = [\n\"cd\",\n\"vinil\"]" + one_track, 4, "\"vinil\"", "\"vinyl\""},
        Mistake{"[media]\nfor = []" + one_track, 1, "names no medium", "all three"},
        Mistake{"title = First\n", 1, "not TOML", "quotes"},
        Mistake{"a = 1\n\n[`]\nb = 2\n", 3, "not TOML", "quotes"},
        Mistake{"titré = \"x\"\n", 1, "not TOML", "quotes"},
        Mistake{"title = été\n", 1, "not TOML", "quotes"},
        Mistake{"a = 1\na = 2\n", 2, "not TOML", "quotes"},
        Mistake{"title = \"x\"\nartist = \"Beyonc\xE9\"" + one_track, 2, "not UTF-8", "UTF-8"},
        Mistake{"# " + std::string(2u << 20, 'x'), 1, "at most 1 MiB", "elsewhere"}));

TEST(Album, NestingThatWouldOverflowTheStackIsRefusedBeforeItIsParsed) {
  std::string dots, brackets, headers;
  for (int i = 0; i < 100000; ++i) dots += "a.", brackets += "[", headers += "'a' . ";
  for (const std::string& text : {dots + "b = 1\n", "a = " + brackets + "\n",
                                  "\n[" + headers + "b]\n", "a = {" + dots + "b = 1}\n"})
    EXPECT_THAT(mistake_in(text).sentence, HasSubstr("nested too deeply"));
}

TEST(Album, DotsAndBracketsInsideTextsAndCommentsAreNobodysNesting) {
  const std::string many = "[[[[[[[[[[[[[[[[[[[[[. . . . . . . . . . . . . . .";
  const auto read =
      parse_album("# " + many + "\nbrief = \"\"\"" + many + "\n\\\"\\\"\\\"\n" + many +
                      "\"\"\"\ntitle = '" + many + "'\ngenre = \"" + many + "\"" + one_track,
                  "album.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().programme.title, many);
}

TEST(Album, AccentsMayStandWhereverATextMay) {
  const auto read = parse_album(
      "title = \"été\"  # été\nbrief = \"\"\"à \\\n  état\"\"\"" + one_track, "album.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  EXPECT_EQ(read.value().programme.title, "été");
  EXPECT_EQ(read.value().programme.brief, "à état");
}

TEST(Album, AMissingFileIsAnErrorWithItsPath) {
  ScratchFolder scratch;
  const auto read = read_album(scratch / "album.toml");
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().kind, ErrorKind::unusable_input);
  EXPECT_EQ(read.error().place, (scratch / "album.toml").string());
}

TEST(Album, ErrorsShowNoByteThatATerminalWouldObey) {
  const Error error = mistake_in("\"\\u001b[2Jtitle\" = 1" + one_track);
  EXPECT_EQ(error.text().find('\x1b'), std::string::npos);
}

TEST(SessionToml, WhatIsWrittenIsReadBackTheSame) {
  Request request = parse_album(whole_album, "album.toml").value();
  const std::vector<std::string> hashes = {std::string(64, 'a'), std::string(64, '0')};
  const auto read = parse_session(write_request(request, hashes), "session.toml");
  ASSERT_TRUE(read.ok()) << read.error().text();
  expect_same(read.value().request, request);
  EXPECT_EQ(read.value().mix_sha256, hashes);
}

TEST(SessionToml, AnyTextAndAnyNumberSurvivesTheRoundTripExactly) {
  const std::vector<std::string> pieces = {
      "\"", "\"\"\"", "\\",   "\n", "\r\n",   "\t", "'",       "'''", "#",    "=",
      "[",  "\x7f",   "\x01", "é",  "\u2028", "𝄞",  "\\u0041", " ",   "word", std::string(1, '\0')};
  std::mt19937 engine{7};
  const auto any_text = [&] {
    std::string text;
    for (std::size_t n = engine() % 12; n > 0; --n) text += pieces[engine() % pieces.size()];
    return text;
  };
  const auto any_number = [&](double low, double high) {
    return low + (high - low) * (static_cast<double>(engine()) / 4294967295.0);
  };
  for (int round = 0; round < 300; ++round) {
    SCOPED_TRACE(round);
    Request request;
    Programme& programme = request.programme;
    for (std::string* text :
         {&programme.title, &programme.artist, &programme.date, &programme.genre, &programme.label,
          &programme.language, &programme.brief, &request.population})
      *text = any_text();
    if (engine() % 2) request.loudness_lufs = any_number(-60, 0);
    if (engine() % 2) request.ceiling_dbtp = any_number(-24, 0);
    request.strength = round == 0 ? 0.0 : any_number(0, 1);
    request.media = {"vinyl"};
    std::vector<std::string> hashes;
    for (std::size_t n = 1 + engine() % 3; n > 0; --n) {
      Track& track = programme.tracks.emplace_back();
      for (std::string* text :
           {&track.title, &track.artist, &track.composer, &track.population, &track.brief})
        *text = any_text();
      track.file = "f" + any_text();
      track.gap_s = any_number(0, 1e-7);
      track.edit = {.trim_start_s = any_number(0, 9),
                    .trim_end_s = any_number(0, 9),
                    .fade_in_s = any_number(0, 9),
                    .fade_out_s = any_number(0, 9),
                    .fade_in_curve = static_cast<FadeCurve>(engine() % 4),
                    .fade_out_curve = static_cast<FadeCurve>(engine() % 4),
                    .silence_before_s = any_number(0, 9),
                    .silence_after_s = any_number(0, 9)};
      hashes.emplace_back(64, 'b');
    }
    const std::string written = write_request(request, hashes);
    const auto read = parse_session(written, "session.toml");
    ASSERT_TRUE(read.ok()) << read.error().text() << "\n" << written;
    expect_same(read.value().request, request);
    EXPECT_EQ(write_request(read.value().request, hashes), written);
  }
}

TEST(SessionToml, SaysWhatIsMissingWhenPeopleEditTooMuchAway) {
  const std::string good = write_request(small_request(), {some_sha256});
  const auto without = [&](const std::string& line) {
    std::string text = good;
    text.erase(text.find(line), line.size());
    const auto read = parse_session(text, "session.toml");
    return read.ok() ? std::string{"accepted"} : read.error().text();
  };
  EXPECT_THAT(without("sha256 = \"" + some_sha256 + "\"\n"), HasSubstr("no sha256"));
  EXPECT_THAT(without("file = \"mixes/01.flac\"\n"), HasSubstr("no file"));
  EXPECT_THAT(parse_session(whole_album, "album.toml").error().text(), HasSubstr("no [session]"));
}

TEST(Utf8, AcceptsWhatRfc3629AcceptsAndStopsAtTheFirstByteItDoesNot) {
  for (const std::string good : {"", "plain", "\xC2\x80", "\xE0\xA0\x80", "\xED\x9F\xBF",
                                 "\xEF\xBF\xBD", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
    EXPECT_EQ(valid_utf8_bytes(good), good.size()) << good;
  for (const std::string bad :
       {"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF0\x8F\xBF\xBF",
        "\xF4\x90\x80\x80", "\xF5\x80\x80\x80", "\xFF", "\xC3", "\xE2\x82", "\xF0\x9F\x92"})
    EXPECT_EQ(valid_utf8_bytes("ab" + bad), 2U) << bad;
}
