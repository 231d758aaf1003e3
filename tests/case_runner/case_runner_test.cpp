// The runner against a program of known behaviour: for every expectation one case that holds and
// one that must fail, so that no text case can pass because its words mean nothing.

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <filesystem>
#include <fstream>

namespace {
namespace fs = std::filesystem;

/// Stands in for lacquer: a shell script that knows a few words.
constexpr const char* fake_program = R"(#!/bin/sh
case "$1" in
  say) shift; echo "$*" ;;
  complain) shift; echo "$*" >&2; exit 3 ;;
  end) exit "$2" ;;
  die) kill -9 $$ ;;
  wait) sleep "$2"; echo done ;;
  change) printf x >> "$2" ;;
  touch) : > "$2" ;;
  fill) head -c "$3" /dev/zero > "$2" 2>/dev/null; exit 0 ;;
  size) wc -c < "$2" ;;
  environment) echo "$FROM_CASE" ;;
  json) cat <<'END'
{"peak": {"true_dbtp": -1.5, "name": "true peak"}, "none": null, "two": [1, 2],
 "checks": [{"check": "true peak", "verdict": "pass", "value": -1.5},
            {"check": "alignment", "verdict": "fail", "value": 3}]}
END
  ;;
esac
)";

struct Replay {
  int exit_code;
  std::string output;
};

Replay replay(const std::string& script) {
  std::string folder = (fs::temp_directory_path() / "case_runner_test.XXXXXX").string();
  EXPECT_NE(::mkdtemp(folder.data()), nullptr);
  std::ofstream{folder + "/fake"} << fake_program;
  ::chmod((folder + "/fake").c_str(), 0755);
  std::ofstream{folder + "/self.case"} << script;
  // The case's own folder goes inside ours, so that a failing case leaves nothing.
  const std::string command =
      "TMPDIR=" + folder + " " + CASE_RUNNER + " " + folder + "/fake " + folder + "/self.case 2>&1";
  std::FILE* pipe = ::popen(command.c_str(), "r");
  Replay result;
  char piece[4096];
  while (const std::size_t bytes = std::fread(piece, 1, sizeof piece, pipe))
    result.output.append(piece, bytes);
  const int status = ::pclose(pipe);
  result.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  int left = 0;
  for (const auto& entry : fs::directory_iterator{folder}) left += entry.is_directory() ? 1 : 0;
  EXPECT_EQ(left, result.exit_code == 0 ? 0 : 1) << "kept when it fails, removed when it holds";
  fs::remove_all(folder);
  return result;
}

class Holds : public ::testing::TestWithParam<const char*> {};
TEST_P(Holds, ACaseThatIsTruePasses) {
  const Replay result = replay(GetParam());
  EXPECT_EQ(result.exit_code, 0) << GetParam() << result.output;
}

struct Fails {
  const char* script;
  int line;
  const char* told;  ///< what was there instead
};
void PrintTo(const Fails& fails, std::ostream* out) {
  *out << ::testing::PrintToString(fails.script);
}
class Fail : public ::testing::TestWithParam<Fails> {};
TEST_P(Fail, ACaseThatIsFalseFailsAtItsLineAndSaysWhatWasThere) {
  const Replay result = replay(GetParam().script);
  EXPECT_EQ(result.exit_code, 1) << GetParam().script;
  EXPECT_NE(result.output.find("self.case:" + std::to_string(GetParam().line) + ":"),
            std::string::npos)
      << result.output;
  EXPECT_NE(result.output.find(GetParam().told), std::string::npos) << result.output;
}

INSTANTIATE_TEST_SUITE_P(
    All, Holds,
    ::testing::Values(
        "run lacquer end 0\nexit 0\n", "run lacquer end 3\nexit 3\n",
        "run lacquer end 1\nexit 0 1\n",
        "run lacquer say hello world  # a comment\nstdout has hello world\nstderr empty\n",
        "run lacquer complain \"a \\\"b\\\"\"\nexit 3\nstderr has \"a \\\"b\\\"\"\nstdout empty\n",
        "run lacquer say a\nstdout lacks b\n",
        "run lacquer json\nnear peak.true_dbtp -1.4 0.11\nat most peak.true_dbtp -1.5\n"
        "at least peak.true_dbtp -1.5\nequal peak.name true peak\nnull none\ncount two 2\n",
        "run lacquer json\nequal two.1 2\nequal checks[check=true peak].verdict pass\n"
        "equal checks.1.verdict fail\ncount checks[verdict=fail] 1\ncount checks[verdict=x] 0\n"
        "at most checks[*].value 3\nmissing peak.x\nsome checks[verdict=fail]\n"
        "missing checks[verdict=x]\n",
        "write a.txt <<END\none\n# two\nEND\nrun lacquer size a.txt\nstdout has 10\n"
        "unchanged a.txt\nexists a.txt\nabsent b.txt\n",
        "bytes a 00ff 41\ncopy a b\nsame a b\ntruncate b 2\nbytes c 00 ff\nsame b c\n",
        "bytes a 00 00 00\npatch a 1 41\nbytes b 00 41 00\nsame a b\n",
        "write a <<E\nred green\nE\nreplace a red blue\nwrite b <<E\nblue green\nE\nsame a b\n",
        "folder a/x\nfolder b/x\nbytes a/x/f 01\nbytes b/x/f 01\nsame a b\nno temporaries a\n",
        "bytes a 01\nremove a\nabsent a\n",
        "environment FROM_CASE yes\nrun lacquer environment\n"
        "stdout has yes\n",
        "largest file 5000\nrun lacquer fill big 9000\nlargest file unlimited\n"
        "run lacquer size big\nstdout has 5000\n",
        "kill after 50 run lacquer wait 20\nstdout empty\n",
        "background run lacquer wait 0.2\nrun lacquer say first\nstdout has first\nwait\n"
        "stdout has done\n",
        "run lacquer say $FOLDER $SOURCE\nstdout lacks $$\nstdout has $FOLDER\n",
        "write s.json <<E\n{\"step_s\": 1.0}\nE\nread s.json\nequal step_s 1\n",
        "make t.wav sine 1000 Hz -23 dBFS 1 s 48000 Hz 2 ch 16 bits\nrun lacquer size t.wav\n"
        "stdout has 192044\n",
        "make a.wav music 3 2 s 8000 Hz\nmake b.wav music 3 2 s 8000 Hz\nsame a.wav b.wav\n",
        "make a.flac noise 1 1 s\nmake b.aiff bursts 1 1 s 44100 Hz 1 ch\nmake c.ogg sine 1000 Hz "
        "1 s\n"
        "make d.rf64 silence 1 s\nmake e.wav silence 1 s float nan at 0.5 s dc 0.1\n"
        "make f.mp3 sine 500 Hz 1 s\nexists f.mp3\n",
        "make long.wav silence 36000 s 8000 Hz 1 ch\nrun lacquer size long.wav\n"
        "stdout has 576000044\n"));

INSTANTIATE_TEST_SUITE_P(
    All, Fail,
    ::testing::Values(
        Fails{"run lacquer end 2\nexit 0\n", 2, "ended with 2"},
        Fails{"run lacquer die\nexit 0\n", 2, "signal 9"},
        Fails{"run lacquer say a\nstdout has b\n", 2, "was \"a"},
        Fails{"run lacquer say a\nstdout lacks a\n", 2, "was \"a"},
        Fails{"run lacquer say a\nstdout empty\n", 2, "was \"a"},
        Fails{"run lacquer complain why\nexit 3\nstderr empty\n", 3, "was \"why"},
        Fails{"run lacquer say a\nstderr has a\n", 2, "nothing"},
        Fails{"run lacquer end 1\nrun lacquer say a\nstdout has a\n", 2, "ended with 1"},
        Fails{"run lacquer json\nnear peak.true_dbtp -1.4 0.09\n", 2, "it is -1.5"},
        Fails{"run lacquer json\nnear none 0 1\n", 2, "it is null"},
        Fails{"run lacquer json\nat most peak.true_dbtp -1.51\n", 2, "it is -1.5"},
        Fails{"run lacquer json\nat least peak.true_dbtp -1.49\n", 2, "it is -1.5"},
        Fails{"run lacquer json\nequal peak.name true\n", 2, "it is \"true peak\""},
        Fails{"run lacquer json\nequal checks[*].verdict pass\n", 2, "it is \"fail\""},
        Fails{"run lacquer json\nequal checks[check=none].verdict pass\n", 2, "nothing matches"},
        Fails{"run lacquer json\nnull peak.true_dbtp\n", 2, "it is -1.5"},
        Fails{"run lacquer json\nnull peak.sample\n", 2, "no sample in an object with name, true"},
        Fails{"run lacquer json\ncount two 3\n", 2, "there are 2"},
        Fails{"run lacquer json\ncount checks[verdict=fail] 0\n", 2, "there are 1"},
        Fails{"run lacquer json\nmissing none\n", 2, "it is null"},
        Fails{"run lacquer json\nsome peak.x\n", 2, "no x in"},
        Fails{"run lacquer json\nsome checks[verdict=x]\n", 2, "nothing matches"},
        Fails{"run lacquer say x\nmissing a\n", 2, "not one JSON document"},
        Fails{"run lacquer say x\nequal a 1\n", 2, "not one JSON document"},
        Fails{"run lacquer touch a\nabsent a\n", 2, "it is there"},
        Fails{"run lacquer end 0\nexists a\n", 2, "it is not there"},
        Fails{"bytes a 01\nrun lacquer change a\nunchanged a\n", 3, "other bytes"},
        Fails{"run lacquer touch a\nunchanged a\n", 2, "no instruction"},
        Fails{"bytes a 01\nbytes b 02\nsame a b\n", 3, "different bytes"},
        Fails{"folder a\nfolder b\nbytes a/f 01\nsame a b\n", 4, "only in one"},
        Fails{"folder a\nfolder b\nbytes a/f 01\nbytes b/f 02\nsame a b\n", 5, "different bytes"},
        Fails{"run lacquer touch .a.7.lacquer-part\nno temporaries .\n", 2, "lacquer-part"},
        Fails{"run lacquer touch a.tmp-7\nno temporaries .\n", 2, "a.tmp-7"},
        Fails{"exit 0\n", 1, "nothing has run"}, Fails{"wait\n", 1, "background"},
        Fails{"run ls\n", 1, "only lacquer"}, Fails{"stdoutt has a\n", 1, "no instruction"},
        Fails{"run lacquer end 0\nexit\n", 2, "no instruction"},
        Fails{"run lacquer say \"a\n", 1, "quote is left open"},
        Fails{"\nwrite a <<END\nx\n", 2, "has no end"},
        Fails{"make a.wav sine 5 apples\n", 1, "What is"},
        Fails{"make a.xyz silence 1 s\n", 1, "make writes"}, Fails{"bytes a 0\n", 1, "pairs"},
        Fails{"write a <<E\nx\nE\nreplace a y z\n", 4, "not hold"}));

TEST(CaseRunner, ACaseThatExpectsNothingFails) {
  EXPECT_NE(replay("folder a\n").output.find("expects nothing"), std::string::npos);
}

TEST(CaseRunner, TheLastRunToo) {
  EXPECT_NE(replay("run lacquer say a\nstdout has a\nrun lacquer end 4\n").output.find("with 4"),
            std::string::npos);
}

TEST(CaseRunner, AFailureShowsTheProgramsOwnComplaint) {
  const Replay result = replay("run lacquer complain the disk is full\nexit 0\n");
  EXPECT_NE(result.output.find("the disk is full"), std::string::npos) << result.output;
}

}  // namespace
