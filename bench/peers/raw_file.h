#pragma once

#include <filesystem>

#include "lacquer/evaluate/scratch_folder.h"
#include "testkit/signal.h"

namespace lacquer::bench {

/// A signal as interleaved doubles without a header, for programs that read such; gone with this
/// object.
class RawFile {
 public:
  /// Error (unwritable_output).
  static Result<RawFile> write(const testkit::Signal&, double gain = 1.0);
  std::filesystem::path path() const { return folder_ / "samples.f64"; }

 private:
  explicit RawFile(evaluate::ScratchFolder folder) : folder_{std::move(folder)} {}
  evaluate::ScratchFolder folder_;
};

}  // namespace lacquer::bench
