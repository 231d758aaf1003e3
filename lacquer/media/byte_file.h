#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string_view>

#include "lacquer/base/result.h"
#include "lacquer/media/descriptor.h"

namespace lacquer::media {

/// A file looked into at any place, for headers; never more of it in memory than asked for.
class ByteFile {
 public:
  /// Error (unusable_input): missing, a folder, not a plain file, unreadable.
  static Result<ByteFile> open(const std::filesystem::path&);

  const std::filesystem::path& path() const { return path_; }
  std::uint64_t size() const { return size_; }
  /// Bytes got: fewer than asked only at the end.
  std::size_t read(std::uint64_t offset, std::span<unsigned char>) const;
  /// Another descriptor of the same file, with a position of its own.
  Descriptor open_again() const;

 private:
  std::filesystem::path path_;
  Descriptor descriptor_;
  std::uint64_t size_ = 0;
};

/// A few bytes of a header and the numbers in them; bytes past the end of the file read as 0.
template <std::size_t size>
struct Header {
  Header(const ByteFile& file, std::uint64_t offset) : count{file.read(offset, bytes)} {}

  bool complete() const { return count == size; }
  bool has(std::size_t at, std::string_view text) const {
    return at + text.size() <= count &&
           std::string_view{reinterpret_cast<const char*>(bytes.data()) + at, text.size()} == text;
  }
  std::uint64_t big(std::size_t at, std::size_t width) const {
    std::uint64_t number = 0;
    for (std::size_t i = 0; i < width; ++i) number = number << 8 | bytes[at + i];
    return number;
  }
  std::uint64_t little(std::size_t at, std::size_t width) const {
    std::uint64_t number = 0;
    for (std::size_t i = width; i-- > 0;) number = number << 8 | bytes[at + i];
    return number;
  }

  std::array<unsigned char, size> bytes{};
  std::size_t count;
};

}  // namespace lacquer::media
