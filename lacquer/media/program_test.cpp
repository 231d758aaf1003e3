#include "lacquer/media/program.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lacquer/media/child_process.h"

using namespace lacquer;
using namespace lacquer::media;
using testing::HasSubstr;

TEST(Program, GivesOutputErrorsAndExitCodeApart) {
  const auto output = run_program({"sh", "-c", "echo out; echo err >&2; exit 3"}).value();
  EXPECT_EQ(output.out, "out\n");
  EXPECT_EQ(output.err, "err\n");
  EXPECT_EQ(output.last_line(), "err");
  EXPECT_EQ(output.exit_code, 3);
}

TEST(Program, ArgumentsReachItAsTheyAre) {
  const std::string nasty = "-a b;$(exit 1)\n'\"*";
  EXPECT_EQ(run_program({"printf", "%s", nasty}).value().out, nasty);
}

TEST(Program, AMissingProgramIsNamedWithTheWayToGetIt) {
  const auto output = run_program({"no-such-program"});
  ASSERT_FALSE(output.ok());
  EXPECT_THAT(output.error().text(), HasSubstr("\"no-such-program\" is not installed"));
  EXPECT_TRUE(program_exists("sh"));
  EXPECT_FALSE(program_exists("no-such-program"));
  EXPECT_FALSE(program_exists("/tmp"));
}

TEST(Program, OneThatHangsIsStoppedEvenWhenItHasClosedItsOutput) {
  const ProgramLimits limits{.time = std::chrono::milliseconds{100}};
  const auto start = std::chrono::steady_clock::now();
  EXPECT_THAT(run_program({"sleep", "20"}, limits).error().sentence, HasSubstr("was stopped"));
  EXPECT_EQ(run_program({"sh", "-c", "exec sleep 20 >&-"}, limits).value().exit_code, 128 + 9);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds{5});
}

TEST(Program, MuchOutputIsReadAwayAndCutAtTheLimit) {
  const auto output =
      run_program({"sh", "-c", "head -c 3000000 /dev/zero; head -c 300000 /dev/zero >&2"},
                  {.output_bytes = 1000});
  EXPECT_EQ(output.value().out.size(), 1000u);
  EXPECT_EQ(output.value().err.size(), 65536u);
}

TEST(ChildProcess, WhatGoesInComesOutAndADeadReaderIsNoticed) {
  auto cat = ChildProcess::start({"cat"}, ChildProcess::Input::pipe).value();
  ASSERT_TRUE(cat.write(std::string_view{"hello"}));
  cat.close_input();
  std::vector<char> bytes(100);
  EXPECT_EQ(cat.read(bytes).value(), 5u);
  EXPECT_EQ(cat.wait(), 0);

  auto dead =
      ChildProcess::start({"sh", "-c", "echo broken >&2; exit 1"}, ChildProcess::Input::pipe)
          .value();
  const std::vector<char> much(1u << 20);
  bool taken = true;
  for (int i = 0; taken && i < 100; ++i) taken = dead.write(much);
  EXPECT_FALSE(taken);
  EXPECT_EQ(dead.wait(), 1);
  EXPECT_EQ(last_line(dead.error_text()), "broken");
}
