#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "testkit/signal.h"

namespace lacquer::bench {

struct Piece {
  std::string name;  ///< of the file, without its ending
  testkit::Signal signal;
};

/// `count` stretches of real music, stereo at 44.1 kHz: as many from each folder in `music`, from
/// files spread evenly over it, of each the loudest stretch of so many seconds. The same files give
/// the same pieces. Errors: no such folder, no file that is long enough, or a file's own.
Result<std::vector<Piece>> loud_music(const std::filesystem::path& music, int count,
                                      double duration_s);

}  // namespace lacquer::bench
