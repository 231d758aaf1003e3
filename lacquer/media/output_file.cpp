#include "lacquer/media/output_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "lacquer/media/files.h"

namespace lacquer::media {

Result<OutputFile> OutputFile::create(const std::filesystem::path& final_name) {
  OutputFile file;
  std::error_code ignored;
  if (std::filesystem::is_directory(final_name, ignored)) return write_error(final_name, EISDIR);
  const auto temporary = temporary_name(final_name);
  file.final_name_ = final_name;
  file.descriptor_ = Descriptor{
      ::open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666)};
  if (!file.descriptor_) return write_error(final_name, errno);
  file.temporary_ = temporary;
  return file;
}

OutputFile::~OutputFile() {
  if (descriptor_) ::unlink(temporary_.c_str());
}

Result<void> OutputFile::fail(int error_number) {
  if (!failure_) failure_ = write_error(final_name_, error_number);
  return *failure_;
}

Result<void> OutputFile::write(const void* bytes, std::size_t count) {
  if (failure_) return *failure_;
  const char* next = static_cast<const char*>(bytes);
  while (count > 0) {
    const ssize_t written =
        ::pwrite(descriptor_.number(), next, count, static_cast<off_t>(position_));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return fail(errno);
    next += written;
    count -= static_cast<std::size_t>(written);
    position_ += static_cast<std::uint64_t>(written);
  }
  size_ = std::max(size_, position_);
  return {};
}

Result<void> OutputFile::seek(std::uint64_t offset) {
  position_ = offset;
  return {};
}

std::size_t OutputFile::read(void* bytes, std::size_t count) {
  const ssize_t got = ::pread(descriptor_.number(), bytes, count, static_cast<off_t>(position_));
  if (got <= 0) return 0;
  position_ += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

Result<void> OutputFile::commit() {
  if (failure_) return *failure_;
  if (descriptor_.close() != 0) {
    const int error_number = errno;
    ::unlink(temporary_.c_str());
    return fail(error_number);
  }
  return commit_file(temporary_, final_name_);
}

}  // namespace lacquer::media
