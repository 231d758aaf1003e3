#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <optional>
#include <thread>

#include "lacquer/session/session.h"
#include "lacquer/session/testing.h"

using namespace lacquer;
using namespace lacquer::session;
using namespace lacquer::session::testing;

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

TEST(Session, HistoryCanBeReadWhileAnotherCommandWorks) {
  ScratchFolder scratch;
  auto session = create(scratch / "s").value();
  ASSERT_TRUE(session.append("a", "decided", "{}").ok());
  EXPECT_EQ(read_ledger(scratch / "s").value().size(), 2U);
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
