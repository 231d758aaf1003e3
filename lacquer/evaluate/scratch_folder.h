#pragma once

#include <filesystem>

#include "lacquer/base/result.h"

namespace lacquer::evaluate {

/// A folder for files on the way through a program, gone with this object.
class ScratchFolder {
 public:
  /// Error (unwritable_output): the system's folder for temporary files takes none.
  static Result<ScratchFolder> make();
  ScratchFolder(ScratchFolder&& other) noexcept : path_{std::move(other.path_)} {
    other.path_.clear();
  }
  ~ScratchFolder();

  std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_{std::move(path)} {}
  std::filesystem::path path_;
};

}  // namespace lacquer::evaluate
