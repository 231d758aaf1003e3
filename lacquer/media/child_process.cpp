#include "lacquer/media/child_process.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <csignal>
#include <cstring>

extern char** environ;  // NOLINT: POSIX declares it nowhere

namespace lacquer::media {
namespace {
constexpr std::size_t kept_error_bytes = 1u << 16;

/// posix_spawn's two option objects, released on every way out.
struct SpawnOptions {
  SpawnOptions() {
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
  }
  ~SpawnOptions() {
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
  }
  SpawnOptions(const SpawnOptions&) = delete;
  SpawnOptions& operator=(const SpawnOptions&) = delete;
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
};

struct Pipe {
  Descriptor read_end, write_end;
};

bool make_pipe(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return false;
  pipe = {Descriptor{ends[0]}, Descriptor{ends[1]}};
  return true;
}

/// A socket, not a pipe: writing to a program that has died then gives an error to handle
/// (MSG_NOSIGNAL) instead of a signal that ends us.
bool make_input(Pipe& pipe) {
  std::array<int, 2> ends{};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) return false;
  pipe = {Descriptor{ends[0]}, Descriptor{ends[1]}};
  return true;
}

int to_exit_code(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

int milliseconds_until(std::optional<ChildProcess::Clock::time_point> deadline) {
  if (!deadline) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(*deadline - ChildProcess::Clock::now());
  return static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, 1 << 30));
}
}  // namespace

std::string last_line(const std::string& text) {
  const auto end = text.find_last_not_of(" \t\r\n");
  if (end == std::string::npos) return {};
  const auto before = text.find_last_of('\n', end);
  const auto start = before == std::string::npos ? 0 : before + 1;
  return text.substr(start, end + 1 - start);
}

Result<ChildProcess> ChildProcess::start(const std::vector<std::string>& arguments, Input input) {
  assert(!arguments.empty());
  const auto cannot = [&](int error_number) {
    if (error_number == ENOENT)
      return Error{ErrorKind::unusable_input,
                   "The program \"" + arguments[0] + "\" is not installed.", arguments[0],
                   "Install it (on Debian: apt-get install " + arguments[0] + ")."};
    return Error{ErrorKind::unusable_input,
                 "The program \"" + arguments[0] +
                     "\" cannot be started: " + std::generic_category().message(error_number) + ".",
                 arguments[0], "Check its installation and try again."};
  };

  Pipe in, out, err;
  if (input == Input::none)
    in.read_end = Descriptor{::open("/dev/null", O_RDONLY | O_CLOEXEC)};
  else if (!make_input(in))
    return cannot(errno);
  if (!in.read_end || !make_pipe(out) || !make_pipe(err)) return cannot(errno);

  SpawnOptions options;
  posix_spawn_file_actions_adddup2(&options.actions, in.read_end.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&options.actions, out.write_end.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&options.actions, err.write_end.number(), STDERR_FILENO);
  // The program shall meet signals as if a shell had started it, whatever we ignore ourselves.
  sigset_t signals;
  sigemptyset(&signals);
  posix_spawnattr_setsigmask(&options.attributes, &signals);
  sigaddset(&signals, SIGPIPE);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  posix_spawnattr_setsigdefault(&options.attributes, &signals);
  posix_spawnattr_setflags(&options.attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);

  std::vector<char*> pointers;
  for (const auto& argument : arguments) pointers.push_back(const_cast<char*>(argument.c_str()));
  pointers.push_back(nullptr);

  ChildProcess child;
  const int failure = posix_spawnp(&child.pid_, pointers[0], &options.actions, &options.attributes,
                                   pointers.data(), environ);
  if (failure != 0) {
    child.pid_ = -1;
    return cannot(failure);
  }
  child.input_ = std::move(in.write_end);
  child.output_ = std::move(out.read_end);
  child.error_ = std::move(err.read_end);
  return child;
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_{std::exchange(other.pid_, -1)},
      exit_code_{other.exit_code_},
      input_{std::move(other.input_)},
      output_{std::move(other.output_)},
      error_{std::move(other.error_)},
      error_text_{std::move(other.error_text_)} {}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill();
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
}

void ChildProcess::kill() {
  if (pid_ >= 0) ::kill(pid_, SIGKILL);
}

void ChildProcess::read_error_text() {
  std::array<char, 1024> piece{};
  const ssize_t count = ::read(error_.number(), piece.data(), piece.size());
  if (count < 0 && errno == EINTR) return;
  if (count <= 0) {
    error_.close();
    return;
  }
  error_text_.append(piece.data(), static_cast<std::size_t>(count));
  if (error_text_.size() > kept_error_bytes)
    error_text_.erase(0, error_text_.size() - kept_error_bytes);
}

std::optional<std::size_t> ChildProcess::read(std::span<char> bytes,
                                              std::optional<Clock::time_point> deadline) {
  std::size_t filled = 0;
  while (filled < bytes.size() && output_) {
    // A closed descriptor is -1, which poll passes over.
    std::array<pollfd, 2> ends{{{output_.number(), POLLIN, 0}, {error_.number(), POLLIN, 0}}};
    const int ready = ::poll(ends.data(), ends.size(), milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) return std::nullopt;
    if (ends[1].revents != 0) read_error_text();
    if (ends[0].revents == 0) continue;
    const ssize_t count = ::read(output_.number(), bytes.data() + filled, bytes.size() - filled);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0)
      output_.close();
    else
      filled += static_cast<std::size_t>(count);
  }
  return filled;
}

bool ChildProcess::write(std::span<const char> bytes) {
  while (!bytes.empty()) {
    std::array<pollfd, 2> ends{{{input_.number(), POLLOUT, 0}, {error_.number(), POLLIN, 0}}};
    if (::poll(ends.data(), ends.size(), -1) < 0) {
      if (errno == EINTR) continue;
      return false;
    }
    if (ends[1].revents != 0) read_error_text();
    if (ends[0].revents == 0) continue;
    const ssize_t count =
        ::send(input_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (count < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (count < 0) return false;
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
  return true;
}

int ChildProcess::wait(std::optional<Clock::time_point> deadline) {
  if (pid_ < 0) return exit_code_;
  input_.close();
  std::array<char, 4096> rest{};
  for (;;) {
    const auto count = read(rest, deadline);
    if (!count) kill();
    if (count.value_or(0) == 0) break;
  }
  while (error_) {
    pollfd end{error_.number(), POLLIN, 0};
    const int ready = ::poll(&end, 1, milliseconds_until(deadline));
    if (ready < 0 && errno == EINTR) continue;
    if (ready <= 0) {
      kill();
      break;  // a grandchild may hold the pipe open; the child itself is gone
    }
    read_error_text();
  }
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  return exit_code_ = to_exit_code(status);
}

}  // namespace lacquer::media
