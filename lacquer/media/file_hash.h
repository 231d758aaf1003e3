#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string>

#include "lacquer/base/result.h"

namespace lacquer::media {

class Sha256;

/// SHA-256 of a file that somebody else reads anyway: what he hands over is not read again.
class FileHash {
 public:
  explicit FileHash(std::filesystem::path);
  ~FileHash();
  FileHash(const FileHash&) = delete;
  FileHash& operator=(const FileHash&) = delete;

  /// Bytes that stand at `offset` of the file. Those that continue what is known are used, the
  /// others not: a reader may look at headers in any order.
  void see(std::uint64_t offset, std::span<const unsigned char> bytes);
  /// Reads what nobody handed over, in constant memory; lower-case hex. Once only. Errors: the file
  /// cannot be read (unusable_input); `stop` is true (cancelled).
  Result<std::string> finish(const std::atomic<bool>* stop = nullptr);

 private:
  std::filesystem::path path_;
  std::unique_ptr<Sha256> sha256_;
  std::uint64_t known_ = 0;  // bytes from the start
};

}  // namespace lacquer::media
