#pragma once

#include "lacquer/base/result.h"

namespace lacquer::cli {

/// Design section 6; other programs rely on them.
inline constexpr int done = 0;
inline constexpr int verdict_failed = 1;
inline constexpr int wrong_usage = 2;
inline constexpr int unusable_input = 3;
inline constexpr int unwritable_output = 4;
inline constexpr int bug = 70;
inline constexpr int interrupted = 130;  ///< Ctrl-C, as shells count it

inline int exit_code(const Error& error) {
  switch (error.kind) {
    case ErrorKind::usage:
      return wrong_usage;
    case ErrorKind::unusable_input:
    case ErrorKind::busy:
      return unusable_input;
    case ErrorKind::unwritable_output:
      return unwritable_output;
    case ErrorKind::refused:
      return verdict_failed;
    case ErrorKind::cancelled:
      return interrupted;
  }
  return bug;
}

}  // namespace lacquer::cli
