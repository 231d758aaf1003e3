#include <gmock/gmock.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <random>
#include <thread>

#include "lacquer/media/files.h"
#include "lacquer/session/session.h"
#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using namespace lacquer::session::testing;
using ::testing::StartsWith;
namespace fs = std::filesystem;

TEST(Session, AHalfLineLeftByAKillIsCutOffTheFileWhenItIsOpened) {
  ScratchFolder scratch;
  ASSERT_TRUE(create(scratch / "s").ok());
  const std::string whole = contents(scratch / "s/ledger.jsonl");
  put(scratch / "s/ledger.jsonl", whole + "{\"n\":2,\"time\":\"2026");
  ASSERT_TRUE(Session::open(scratch / "s", fixed_clock).ok());
  EXPECT_EQ(contents(scratch / "s/ledger.jsonl"), whole);
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
