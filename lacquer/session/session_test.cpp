#include "lacquer/session/session.h"

#include <gmock/gmock.h>

#include <cstdlib>

#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using namespace lacquer::session::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Session, ANewOneHoldsTheRequestAndAFirstEntryNamingTheMixes) {
  ScratchFolder scratch;
  const auto session = create(scratch / "song.lacquer");
  ASSERT_TRUE(session.ok()) << session.error().text();
  EXPECT_EQ(session->request().programme.title, "First Light");
  EXPECT_EQ(session->mix_sha256(), std::vector{some_sha256});
  ASSERT_EQ(session->entries().size(), 1U);
  EXPECT_EQ(session->entries()[0].kind, "created");
  EXPECT_EQ(session->entries()[0].time, fixed_clock());
  EXPECT_THAT(session->entries()[0].body, HasSubstr(some_sha256));
  EXPECT_EQ(names_in(scratch.path()), std::vector<std::string>{"song.lacquer"});
  EXPECT_EQ(names_in(scratch / "song.lacquer"),
            (std::vector<std::string>{".lock", "ledger.jsonl", "session.toml"}));
}

TEST(Session, OpeningItAgainGivesWhatWasAppended) {
  ScratchFolder scratch;
  {
    auto session = create(scratch / "song.lacquer").value();
    ASSERT_TRUE(session.append("Ann Cutter", "decided", "{\"id\": \"1-tone\"}").ok());
  }
  auto session = Session::open(scratch / "song.lacquer/", fixed_clock).value();
  ASSERT_EQ(session.entries().size(), 2U);
  EXPECT_EQ(session.entries()[1].by, "Ann Cutter");
  EXPECT_EQ(session.entries()[1].body, "{\"id\":\"1-tone\"}");
  ASSERT_TRUE(session.append("lacquer", "rendered", "{}").ok());
  EXPECT_EQ(read_ledger(scratch / "song.lacquer").value().size(), 3U);
}

TEST(Session, WhatPeopleEditInSessionTomlIsWhatTheNextCommandSees) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  std::string toml = contents(scratch / "s/session.toml");
  const std::string commented = "# loudness_lufs = -14.0";
  ASSERT_NE(toml.find(commented), std::string::npos);
  toml.replace(toml.find(commented), commented.size(), "loudness_lufs = -11.5");
  put(scratch / "s/session.toml", toml);
  EXPECT_EQ(Session::open(scratch / "s", fixed_clock).value().request().loudness_lufs, -11.5);
}

TEST(Session, IsNeverMadeOverSomethingThatIsThere) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  const auto again = create(scratch / "s/");
  ASSERT_FALSE(again.ok());
  EXPECT_EQ(again.error().kind, ErrorKind::refused);
  EXPECT_THAT(again.error().remedy, HasSubstr("continue"));
  put(scratch / "mix.wav", "the mix");
  const auto over_a_file = create(scratch / "mix.wav");
  ASSERT_FALSE(over_a_file.ok());
  EXPECT_EQ(over_a_file.error().kind, ErrorKind::refused);
  EXPECT_EQ(contents(scratch / "mix.wav"), "the mix");
}

TEST(Session, ARequestThatCouldNotBeReadBackMakesNoSession) {
  ScratchFolder scratch;
  Request request = small_request();
  request.programme.tracks[0].file = "mixes/caf\xE9.wav";
  const auto session = create(scratch / "s", request);
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.error().kind, ErrorKind::unusable_input);
  EXPECT_TRUE(names_in(scratch.path()).empty());
}

TEST(Session, WhereNothingCanBeWrittenNothingIsLeft) {
  ScratchFolder scratch;
  put(scratch / "file", "");
  const auto session = create(scratch / "file/s");
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.error().kind, ErrorKind::unwritable_output);
  EXPECT_EQ(names_in(scratch.path()), std::vector<std::string>{"file"});
}

TEST(Session, WhatIsNoSessionIsNotOpenedAndNotTouched) {
  ScratchFolder scratch;
  put(scratch / "mix.wav", "the mix");
  for (const std::string name : {"", "mix.wav", "nothing"}) {
    const auto session = Session::open(scratch / name, fixed_clock);
    ASSERT_FALSE(session.ok());
    EXPECT_EQ(session.error().kind, ErrorKind::unusable_input);
  }
  EXPECT_EQ(names_in(scratch.path()), std::vector<std::string>{"mix.wav"});
}

TEST(Session, ATamperedLedgerIsNotOpenedAndItsLineIsNamed) {
  ScratchFolder scratch;
  {
    auto session = create(scratch / "s").value();
    for (const std::string verb : {"accept", "reject", "accept"})
      ASSERT_TRUE(session.append("Ann", "decided", "{\"verb\":\"" + verb + "\"}").ok());
  }
  std::string text = contents(scratch / "s/ledger.jsonl");
  text.replace(text.find("reject"), 6, "accept");
  put(scratch / "s/ledger.jsonl", text);
  const auto session = Session::open(scratch / "s", fixed_clock);
  ASSERT_FALSE(session.ok());
  EXPECT_EQ(session.error().kind, ErrorKind::unusable_input);
  EXPECT_THAT(session.error().place, HasSubstr("ledger.jsonl:3"));
  EXPECT_EQ(contents(scratch / "s/ledger.jsonl"), text);
}

TEST(Session, AnEntryThatIsNoTextOrNoObjectIsRefusedAndChangesNothing) {
  ScratchFolder scratch;
  auto session = create(scratch / "s").value();
  EXPECT_FALSE(session.append("", "decided", "{}").ok());
  EXPECT_FALSE(session.append("Ren\xE9", "decided", "{}").ok());
  EXPECT_FALSE(session.append("Ann", "decided", "[1]").ok());
  EXPECT_EQ(session.entries().size(), 1U);
  EXPECT_EQ(read_ledger(scratch / "s").value().size(), 1U);
}

TEST(WallClock, SourceDateEpochStandsInForTheClock) {
  ::setenv("SOURCE_DATE_EPOCH", "1795338000", 1);
  EXPECT_EQ(wall_clock(), "2026-11-22T09:00:00Z");
  for (const char* no_time : {"", "soon", "-1", "1e9", "99999999999999"}) {
    ::setenv("SOURCE_DATE_EPOCH", no_time, 1);
    EXPECT_NE(wall_clock(), "2026-11-22T09:00:00Z");
    EXPECT_EQ(wall_clock().size(), 20U);
  }
  ::unsetenv("SOURCE_DATE_EPOCH");
  EXPECT_THAT(wall_clock(), StartsWith("20"));
}
