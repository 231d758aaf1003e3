#include "lacquer/media/byte_file.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>

#include "lacquer/media/files.h"

namespace lacquer::media {

Result<ByteFile> ByteFile::open(const std::filesystem::path& path) {
  // O_NONBLOCK: opening a pipe by mistake must not hang.
  ByteFile file;
  file.path_ = path;
  file.descriptor_ = Descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!file.descriptor_) return read_error(path, errno);
  struct stat status {};
  if (::fstat(file.descriptor_.number(), &status) != 0) return read_error(path, errno);
  if (S_ISDIR(status.st_mode)) return read_error(path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return Error{ErrorKind::unusable_input, "This is a device or a pipe, not a file.",
                 path.string(), "Name a plain file."};
  file.size_ = static_cast<std::uint64_t>(status.st_size);
  return file;
}

std::size_t ByteFile::read(std::uint64_t offset, std::span<unsigned char> bytes) const {
  if (offset >= size_) return 0;
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t count = ::pread(descriptor_.number(), bytes.data() + filled,
                                  bytes.size() - filled, static_cast<off_t>(offset + filled));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    filled += static_cast<std::size_t>(count);
  }
  return filled;
}

Descriptor ByteFile::open_again() const {
  return Descriptor{::open(path_.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
}

}  // namespace lacquer::media
