#include "lacquer/session/session.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "lacquer/media/files.h"
#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using namespace lacquer::session::testing;
using ::testing::HasSubstr;
using ::testing::StartsWith;
namespace fs = std::filesystem;

namespace {

Result<Session> create(const fs::path& folder, const Request& request = small_request()) {
  return Session::create(folder, request, {some_sha256}, fixed_clock);
}

/// Runs `work` in a child process, which ends without destructors as a killed one would.
template <typename Work>
pid_t in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator{folder})
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace

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

TEST(Session, ASecondProcessIsRefusedWithTheNumberOfTheFirst) {
  ScratchFolder scratch;
  const auto session = create(scratch / "s");
  const pid_t parent = ::getpid();
  const pid_t child = in_child([&] {
    const auto second = Session::open(scratch / "s", fixed_clock, 0.05);
    if (second.ok() || second.error().kind != ErrorKind::busy) ::_exit(1);
    if (second.error().sentence.find(std::to_string(parent)) == std::string::npos) ::_exit(2);
  });
  EXPECT_EQ(status_of(child), 0);
}

TEST(Session, ASecondProcessWaitsForTheFirstAndThenGoesOn) {
  ScratchFolder scratch;
  std::optional<Session> session = create(scratch / "s").value();
  const pid_t child = in_child([&] {
    session.reset();  // the copy of the lock that fork() made
    auto second = Session::open(scratch / "s", fixed_clock, 20.0);
    ::_exit(second.ok() && second->append("second", "decided", "{}").ok() ? 0 : 1);
  });
  ASSERT_TRUE(session->append("first", "decided", "{}").ok());
  std::this_thread::sleep_for(std::chrono::milliseconds{100});
  EXPECT_EQ(session->entries().size(), 2U);
  EXPECT_EQ(read_ledger(scratch / "s").value().size(), 2U);
  session.reset();
  EXPECT_EQ(status_of(child), 0);
  EXPECT_EQ(read_ledger(scratch / "s").value().back().by, "second");
}

TEST(Session, AHalfLineLeftByAKillIsCutOffTheFileWhenItIsOpened) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  const std::string whole = contents(scratch / "s/ledger.jsonl");
  put(scratch / "s/ledger.jsonl", whole + "{\"n\":2,\"time\":\"2026");
  ASSERT_TRUE(Session::open(scratch / "s", fixed_clock).ok());
  EXPECT_EQ(contents(scratch / "s/ledger.jsonl"), whole);
}

TEST(Session, HistoryCanBeReadWhileAnotherCommandWorks) {
  ScratchFolder scratch;
  auto session = create(scratch / "s").value();
  ASSERT_TRUE(session.append("a", "decided", "{}").ok());
  EXPECT_EQ(read_ledger(scratch / "s").value().size(), 2U);
}

TEST(Session, KilledAtAnyMomentWhileAppendingItOpensAndHoldsAWholeChain) {
  ScratchFolder scratch;
  put(scratch / "mix.wav", "the mix");
  ASSERT_TRUE(create(scratch / "s").ok());
  std::mt19937 engine{11};
  std::vector<std::string> before = {read_ledger(scratch / "s").value()[0].body};
  for (int round = 0; round < 40; ++round) {
    SCOPED_TRACE(round);
    const auto bytes = fs::file_size(scratch / "s/ledger.jsonl");
    const pid_t child = in_child([&] {
      auto session = Session::open(scratch / "s", fixed_clock);
      for (int n = 0; session.ok() && n < 100; ++n)
        if (!session
                 ->append("round " + std::to_string(round), "decided",
                          "{\"n\":" + std::to_string(n) + ",\"why\":\"" +
                              std::string(engine() % 600, 'x') + "\"}")
                 .ok())
          ::_exit(1);
      ::pause();
    });
    // Every other child is killed only once it has written, however busy the machine is.
    for (int ms = 0; round % 2 == 0 && ms < 5000; ++ms) {
      if (fs::file_size(scratch / "s/ledger.jsonl") > bytes) break;
      std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    std::this_thread::sleep_for(std::chrono::microseconds{engine() % 15000});
    ::kill(child, SIGKILL);
    ASSERT_TRUE(WIFSIGNALED(status_of(child)));
    const auto session = Session::open(scratch / "s", fixed_clock);
    ASSERT_TRUE(session.ok()) << session.error().text();
    const auto& entries = session->entries();
    ASSERT_GE(entries.size(), before.size());
    for (std::size_t i = 0; i < before.size(); ++i) ASSERT_EQ(entries[i].body, before[i]);
    int expected = 0;
    for (std::size_t i = before.size(); i < entries.size(); ++i) {
      ASSERT_EQ(entries[i].by, "round " + std::to_string(round));
      ASSERT_THAT(entries[i].body, StartsWith("{\"n\":" + std::to_string(expected++) + ","));
      before.push_back(entries[i].body);
    }
  }
  RecordProperty("entries", static_cast<int>(before.size()));
  EXPECT_GT(before.size(), 15U) << "the children hardly wrote: the test shows nothing";
  EXPECT_EQ(contents(scratch / "mix.wav"), "the mix");
}

TEST(Session, KilledAtAnyMomentWhileBeingMadeItIsThereWholeOrNotAtAll) {
  ScratchFolder scratch;
  int whole = 0, absent = 0;
  double wait_ms = 2.0;  // shorter when the kill came too late, longer when too early
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    const fs::path folder = scratch / ("s" + std::to_string(round));
    const pid_t child = in_child([&] {
      const auto session = create(folder);
      ::pause();
    });
    std::this_thread::sleep_for(std::chrono::duration<double, std::milli>{wait_ms});
    ::kill(child, SIGKILL);
    status_of(child);
    const bool exists = fs::exists(folder);
    wait_ms *= exists ? 0.83 : 1.2;
    exists ? ++whole : ++absent;
    const auto session = exists ? Session::open(folder, fixed_clock) : create(folder);
    ASSERT_TRUE(session.ok()) << session.error().text();
    ASSERT_EQ(session->entries().size(), 1U);
  }
  EXPECT_EQ(names_in(scratch.path()).size(), 60U) << "unfinished folders are left";
  EXPECT_GT(whole, 5);
  EXPECT_GT(absent, 5);
}

TEST(Session, OfManyMakingTheSameSessionAtOnceExactlyOneMakesIt) {
  ScratchFolder scratch;
  std::vector<pid_t> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(in_child([&] { ::_exit(create(scratch / "s").ok() ? 0 : 1); }));
  int made = 0;
  for (const pid_t child : children) made += status_of(child) == 0 ? 1 : 0;
  EXPECT_EQ(made, 1);
  EXPECT_EQ(Session::open(scratch / "s", fixed_clock).value().entries().size(), 1U);
}

TEST(Session, AFullDiskFailsTheAppendAndLeavesTheLedgerAsItWas) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  const auto bytes = fs::file_size(scratch / "s/ledger.jsonl");
  const pid_t child = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    auto session = Session::open(scratch / "s", fixed_clock);
    rlimit limit{};
    ::getrlimit(RLIMIT_FSIZE, &limit);
    const rlim_t unlimited = std::exchange(limit.rlim_cur, bytes + 50);
    ::setrlimit(RLIMIT_FSIZE, &limit);
    const auto appended = session->append("a", "decided", "{\"lost\":true}");
    if (appended.ok() || appended.error().kind != ErrorKind::unwritable_output) ::_exit(1);
    if (fs::file_size(scratch / "s/ledger.jsonl") != bytes) ::_exit(2);
    limit.rlim_cur = unlimited;
    ::setrlimit(RLIMIT_FSIZE, &limit);
    if (!session->append("a", "decided", "{\"kept\":true}").ok()) ::_exit(3);
  });
  EXPECT_EQ(status_of(child), 0);
  const auto entries = read_ledger(scratch / "s").value();
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[1].body, "{\"kept\":true}");
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

TEST(Session, OpeningSweepsWhatAKilledWriterLeftAndNothingElse) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  fs::create_directory(scratch / "s/masters");
  put(media::temporary_name(scratch / "s/masters/01.wav"), "half");
  put(scratch / "s/masters/01-tide.wav", "whole");
  put(scratch / "s/notes.txt", "mine");
  ASSERT_TRUE(Session::open(scratch / "s", fixed_clock).ok());
  EXPECT_EQ(names_in(scratch / "s/masters"), std::vector<std::string>{"01-tide.wav"});
  EXPECT_TRUE(fs::exists(scratch / "s/notes.txt"));
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
