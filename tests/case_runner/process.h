#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::cases {

/// How one run of the program ended.
struct Outcome {
  std::optional<int> exit_code;  ///< empty: ended by a signal
  int signal = 0;
  bool over_time = false;
  std::string out, err;
};

/// A program on its way, its output kept in unnamed files; no shell in between. When this object
/// goes, the program and what it started are ended.
class Process {
 public:
  /// `largest_file_bytes`: RLIMIT_FSIZE, as near to a full disk as a test comes without one.
  static Result<Process> start(const std::vector<std::string>& words,
                               std::optional<std::uint64_t> largest_file_bytes);

  /// Until it ends. SIGKILL after `kill_after`, or after `limit` with over_time set.
  Outcome wait(std::optional<std::chrono::milliseconds> kill_after, std::chrono::seconds limit);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;

  struct EndGroup {
    void operator()(const pid_t* id) const;
  };

  std::unique_ptr<pid_t, EndGroup> id_;
  std::chrono::steady_clock::time_point started_;
  File out_, err_;
};

}  // namespace lacquer::cases
