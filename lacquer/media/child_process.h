#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "lacquer/base/result.h"
#include "lacquer/media/descriptor.h"

namespace lacquer::media {

/// A running program and the pipes to it; destruction kills it and reaps it.
/// What it says on standard error is read along with everything else, so that it never blocks, and
/// the last 64 KiB are kept.
class ChildProcess {
 public:
  enum class Input { none, pipe };
  using Clock = std::chrono::steady_clock;

  /// Error (unusable_input): not installed, or the system cannot start it.
  static Result<ChildProcess> start(const std::vector<std::string>& arguments, Input);

  ChildProcess(ChildProcess&&) noexcept;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  /// Bytes of its standard output: as many as asked, fewer only at its end. Empty at the deadline.
  std::optional<std::size_t> read(std::span<char>, std::optional<Clock::time_point> deadline = {});
  /// False when it no longer reads, which is how it shows that it failed.
  bool write(std::span<const char>);
  void close_input() { input_.close(); }
  /// Reads what is left of its output away, waits, and gives the exit code (128 + signal). At the
  /// deadline it is killed.
  int wait(std::optional<Clock::time_point> deadline = {});
  void kill();

  const std::string& error_text() const { return error_text_; }

 private:
  ChildProcess() = default;
  void read_error_text();

  pid_t pid_ = -1;
  int exit_code_ = -1;
  Descriptor input_, output_, error_;
  std::string error_text_;
};

/// The last line with text in it.
std::string last_line(const std::string& text);

}  // namespace lacquer::media
