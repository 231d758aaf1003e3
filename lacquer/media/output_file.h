#pragma once

#include <filesystem>
#include <optional>

#include "lacquer/base/result.h"
#include "lacquer/media/descriptor.h"

namespace lacquer::media {

/// The bytes of a file in the making, under a temporary name until commit(); destroyed before
/// that, it leaves nothing. The first error stays and is given by every later call.
class OutputFile {
 public:
  static Result<OutputFile> create(const std::filesystem::path& final_name);
  OutputFile(OutputFile&&) noexcept = default;
  ~OutputFile();

  Result<void> write(const void* bytes, std::size_t count);
  Result<void> seek(std::uint64_t offset);
  std::uint64_t position() const { return position_; }
  std::uint64_t size() const { return size_; }
  std::size_t read(void* bytes, std::size_t count);

  const std::filesystem::path& temporary() const { return temporary_; }
  const std::filesystem::path& final_name() const { return final_name_; }
  const std::optional<Error>& failure() const { return failure_; }
  /// Flushes to disk and renames.
  Result<void> commit();

 private:
  OutputFile() = default;
  Result<void> fail(int error_number);

  std::filesystem::path final_name_, temporary_;
  Descriptor descriptor_;
  std::uint64_t position_ = 0, size_ = 0;
  std::optional<Error> failure_;
};

}  // namespace lacquer::media
