#pragma once

#include <filesystem>

#include "lacquer/base/result.h"
#include "lacquer/media/descriptor.h"

namespace lacquer::session {

/// Holds folder/.lock by flock(2): no other process holds it while this object lives, and the
/// kernel lets go of it however this process ends. The file itself stays; it names the holder.
class FolderLock {
 public:
  /// Tries for `wait_s`. Errors: busy, naming the holder's process id; unusable_input when the
  /// folder cannot be entered, unwritable_output when it is read-only.
  static Result<FolderLock> take(const std::filesystem::path& folder, double wait_s);

 private:
  explicit FolderLock(media::Descriptor file) : file_{std::move(file)} {}
  media::Descriptor file_;
};

}  // namespace lacquer::session
