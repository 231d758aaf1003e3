#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/deliver/delivery.h"

namespace lacquer::deliver {

/// The folder a delivery is written to. Files appear in it one by one, each whole; SHA256SUMS is
/// written last, and then what an earlier delivery wrote and this one did not is removed: the names
/// stand in its SHA256SUMS or, if it was killed, in a journal kept until the folder is complete.
/// Files that no delivery wrote are never touched.
class Outbox {
 public:
  /// Errors (unwritable_output): the folder cannot be made, or `bytes` do not fit on its disk.
  static Result<Outbox> open(const std::filesystem::path& folder, std::uintmax_t bytes);

  /// Where to write `relative` ("mp3/01 Tide.mp3"); its folder exists, its name is in the journal.
  Result<std::filesystem::path> place(const std::string& relative) const;
  Result<void> write_text(const std::string& relative, const std::string& contents,
                          const std::string& what);
  /// A file written at place(): hashed and listed.
  Result<void> keep(const std::string& relative, const std::string& what,
                    std::optional<measure::Measurement> measured = {});

  /// Hashes, SHA256SUMS, stale files; the files in the order they were kept.
  Result<std::vector<DeliveredFile>> close();

 private:
  explicit Outbox(std::filesystem::path folder) : folder_{std::move(folder)} {}
  void remove_stale(const std::vector<std::string>& earlier) const;

  std::filesystem::path folder_;
  std::vector<DeliveredFile> files_;
};

}  // namespace lacquer::deliver
