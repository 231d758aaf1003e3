#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "lacquer/base/result.h"

namespace lacquer::media {

struct ProgramOutput {
  int exit_code = 0;  ///< 128 + signal when a signal ended it
  std::string out;
  std::string err;  ///< the last 64 KiB
  /// The last line of `err` with text in it, which is where programs say why they failed.
  std::string last_line() const;
};

struct ProgramLimits {
  std::size_t output_bytes = 1u << 20;  ///< kept of `out`; the rest is read and dropped
  std::chrono::milliseconds time{60'000};
};

/// Runs a program found through PATH with these arguments (no shell: they may hold anything) and
/// an empty standard input, and waits. A non-zero exit code is a value, not an error.
/// Error (unusable_input): the program is not installed, or took longer than `time` and was killed.
Result<ProgramOutput> run_program(const std::vector<std::string>& arguments,
                                  const ProgramLimits& = {});

bool program_exists(const std::string& name);

}  // namespace lacquer::media
