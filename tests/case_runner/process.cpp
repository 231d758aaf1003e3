#include "tests/case_runner/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <thread>

namespace lacquer::cases {
namespace {

std::string everything_in(std::FILE* file) {
  std::string text;
  char piece[65536];
  std::rewind(file);
  while (const std::size_t bytes = std::fread(piece, 1, sizeof piece, file))
    text.append(piece, bytes);
  return text;
}

}  // namespace

void Process::EndGroup::operator()(const pid_t* id) const {
  ::kill(-*id, SIGKILL);
  ::waitpid(*id, nullptr, WNOHANG);  // no matter if wait() has done so
  delete id;
}

Result<Process> Process::start(const std::vector<std::string>& words,
                               std::optional<std::uint64_t> largest_file_bytes) {
  Process process;
  process.out_.reset(std::tmpfile());
  process.err_.reset(std::tmpfile());
  if (!process.out_ || !process.err_)
    return Error{ErrorKind::unwritable_output, "No temporary file can be made.", "", ""};
  std::vector<char*> arguments;
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  process.started_ = std::chrono::steady_clock::now();
  const pid_t id = ::fork();
  if (id < 0) return Error{ErrorKind::usage, "No process can be started.", "", ""};
  if (id == 0) {
    ::dup2(::open("/dev/null", O_RDONLY), STDIN_FILENO);
    ::dup2(::fileno(process.out_.get()), STDOUT_FILENO);
    ::dup2(::fileno(process.err_.get()), STDERR_FILENO);
    ::setpgid(0, 0);
    if (largest_file_bytes) {
      const rlimit limit{*largest_file_bytes, *largest_file_bytes};
      ::setrlimit(RLIMIT_FSIZE, &limit);
    }
    ::execvp(arguments.front(), arguments.data());
    ::_exit(127);
  }
  ::setpgid(id, id);  // a group of its own; said on both sides, whoever comes first
  process.id_.reset(new pid_t{id});
  return process;
}

Outcome Process::wait(std::optional<std::chrono::milliseconds> kill_after,
                      std::chrono::seconds limit) {
  Outcome outcome;
  int status = 0;
  const pid_t id = *id_;
  while (::waitpid(id, &status, WNOHANG) == 0) {
    const auto running = std::chrono::steady_clock::now() - started_;
    outcome.over_time = running > limit;
    if (outcome.over_time) ::kill(-id, SIGKILL);
    if (kill_after && running > *kill_after) ::kill(id, SIGKILL);  // alone, as kill -9 would
    std::this_thread::sleep_for(std::chrono::milliseconds{1});
  }
  if (WIFEXITED(status))
    outcome.exit_code = WEXITSTATUS(status);
  else
    outcome.signal = WTERMSIG(status);
  outcome.out = everything_in(out_.get());
  outcome.err = everything_in(err_.get());
  return outcome;
}

}  // namespace lacquer::cases
