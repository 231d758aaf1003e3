#include "lacquer/media/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "lacquer/media/descriptor.h"

namespace lacquer::media {
namespace fs = std::filesystem;
namespace {
constexpr std::string_view temporary_suffix = ".lacquer-part";
constexpr std::uintmax_t largest_whole_file_bytes = 64u << 20;

std::string system_text(int error_number) { return std::generic_category().message(error_number); }

fs::path folder_of(const fs::path& file) {
  return file.has_parent_path() ? file.parent_path() : fs::path{"."};
}

/// Why a file cannot be made in a folder that is not there, or is no folder.
Error missing_folder_error(const fs::path& path) {
  fs::path nearest = folder_of(path);
  std::error_code ignored;
  while (!fs::exists(nearest, ignored) && nearest != folder_of(nearest))
    nearest = folder_of(nearest);
  if (fs::exists(nearest, ignored) && !fs::is_directory(nearest, ignored))
    return {ErrorKind::unwritable_output,
            "\"" + nearest.string() + "\" is a file where a folder should be.", path.string(),
            "Name another place, or move that file away."};
  return {ErrorKind::unwritable_output,
          "The folder \"" + folder_of(path).string() + "\" does not exist.", path.string(),
          "Make it first, or name another place."};
}

Result<void> flush_folder(const fs::path& folder) {
  const Descriptor descriptor{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!descriptor) return write_error(folder, errno);
  // Some file systems cannot flush a folder (EINVAL) and keep the order of renames themselves.
  if (::fsync(descriptor.number()) != 0 && errno != EINVAL) return write_error(folder, errno);
  return {};
}

Result<void> write_all(int descriptor, std::string_view bytes, const fs::path& path) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return write_error(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}
}  // namespace

Error read_error(const fs::path& path, int error_number) {
  const auto error = [&](std::string sentence, std::string remedy) {
    return Error{ErrorKind::unusable_input, std::move(sentence), path.string(), std::move(remedy)};
  };
  switch (error_number) {
    case ENOENT:
      return error("There is no such file.", "Check the path.");
    case ENOTDIR:
      return error("A part of this path is a file, not a folder.", "Check the path.");
    case EISDIR:
      return error("This is a folder, not a file.", "Name a file inside it.");
    case EACCES:
    case EPERM:
      return error("No permission to read this file.", "Change its permissions, or copy it.");
    case ENAMETOOLONG:
      return error("The path is too long for this file system.", "Use shorter names.");
    default:
      return error("The file cannot be read: " + system_text(error_number) + ".",
                   "Copy it to a sound disk and try again.");
  }
}

Error write_error(const fs::path& path, int error_number) {
  const auto error = [&](std::string sentence, std::string remedy) {
    return Error{ErrorKind::unwritable_output, std::move(sentence), path.string(),
                 std::move(remedy)};
  };
  switch (error_number) {
    case ENOENT:
    case ENOTDIR:
      return missing_folder_error(path);
    case EISDIR:
    case ENOTEMPTY:
      return error("A folder of this name is in the way.", "Name a file, or remove the folder.");
    case EACCES:
    case EPERM:
      return error("No permission to write here.",
                   "Change the folder's permissions, or name another place.");
    case EROFS:
      return error("The disk is read-only.", "Name a place on another disk.");
    case ENOSPC:
    case EDQUOT:
      return error("The disk is full.", "Free some space and run the same command again.");
    case EFBIG:
      return error("The file has reached the size limit set for this process or disk.",
                   "Raise the limit (ulimit -f), or name a place on another disk.");
    case ENAMETOOLONG:
      return error("The name is too long for this file system.", "Use shorter names.");
    default:
      return error("The file cannot be written: " + system_text(error_number) + ".",
                   "Check the disk and run the same command again.");
  }
}

Result<std::string> read_file(const fs::path& path) {
  // O_NONBLOCK: opening a pipe by mistake must not hang.
  const Descriptor descriptor{::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)};
  if (!descriptor) return read_error(path, errno);
  struct stat status {};
  if (::fstat(descriptor.number(), &status) != 0) return read_error(path, errno);
  if (S_ISDIR(status.st_mode)) return read_error(path, EISDIR);
  if (!S_ISREG(status.st_mode))
    return Error{ErrorKind::unusable_input, "This is a device or a pipe, not a file.",
                 path.string(), "Name a plain file."};
  std::string contents;
  std::vector<char> piece(1u << 16);
  for (;;) {
    const ssize_t count = ::read(descriptor.number(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return read_error(path, errno);
    if (count == 0) return contents;
    contents.append(piece.data(), static_cast<std::size_t>(count));
    if (contents.size() > largest_whole_file_bytes)
      return Error{ErrorKind::unusable_input, "The file is larger than 64 MiB.", path.string(),
                   "Check that it is the file you meant."};
  }
}

Result<void> write_file(const fs::path& path, std::string_view contents) {
  const fs::path temporary = temporary_name(path);
  Descriptor descriptor{
      ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0666)};
  if (!descriptor) return write_error(path, errno);
  auto written = write_all(descriptor.number(), contents, path);
  if (written.ok() && descriptor.close() != 0) written = write_error(path, errno);
  if (!written.ok()) {
    ::unlink(temporary.c_str());
    return written;
  }
  return commit_file(temporary, path);
}

fs::path temporary_name(const fs::path& final_name) {
  // A name may have 255 bytes; a long one is stood in for by its hash.
  std::string name = final_name.filename().string();
  if (name.size() > 200) name = sha256(name).substr(0, 32);
  name = "." + name + "." + std::to_string(::getpid()) + std::string{temporary_suffix};
  return final_name.parent_path() / name;
}

Result<void> commit_file(const fs::path& temporary, const fs::path& final_name) {
  const auto failed = [&](int error_number) {
    ::unlink(temporary.c_str());
    return write_error(final_name, error_number);
  };
  Descriptor descriptor{::open(temporary.c_str(), O_RDONLY | O_CLOEXEC)};
  if (!descriptor) return failed(errno);
  if (::fsync(descriptor.number()) != 0) return failed(errno);
  if (descriptor.close() != 0) return failed(errno);
  if (::rename(temporary.c_str(), final_name.c_str()) != 0) return failed(errno);
  return flush_folder(folder_of(final_name));
}

void sweep_temporaries(const fs::path& folder) {
  std::error_code code;
  std::vector<fs::path> left_behind;
  const auto skip = fs::directory_options::skip_permission_denied;
  for (fs::recursive_directory_iterator at{folder, skip, code}, end; !code && at != end;
       at.increment(code)) {
    const std::string name = at->path().filename().string();
    std::error_code ignored;
    if (name.front() == '.' && name.ends_with(temporary_suffix) &&
        fs::is_regular_file(at->symlink_status(ignored)))
      left_behind.push_back(at->path());
  }
  for (const auto& path : left_behind) fs::remove(path, code);
}

Result<void> make_folder(const fs::path& folder) {
  std::error_code code;
  fs::create_directories(folder, code);
  if (!code && fs::is_directory(folder, code)) return {};
  if (!code || code == std::errc::not_a_directory || code == std::errc::file_exists) {
    Error error = missing_folder_error(folder / "any file in it");
    error.place = folder.string();
    return error;
  }
  return write_error(folder, code.value());
}

Result<void> require_space(const fs::path& folder, std::uintmax_t bytes) {
  struct statvfs status {};
  if (::statvfs(folder.c_str(), &status) != 0) return write_error(folder / "file", errno);
  const std::uintmax_t free_bytes =
      static_cast<std::uintmax_t>(status.f_bavail) * static_cast<std::uintmax_t>(status.f_frsize);
  if (free_bytes >= bytes) return {};
  return Error{ErrorKind::unwritable_output,
               "The disk has " + std::to_string(free_bytes) + " bytes free and " +
                   std::to_string(bytes) + " are needed: " + std::to_string(bytes - free_bytes) +
                   " are missing.",
               folder.string(), "Free that much, or name a place on another disk."};
}

}  // namespace lacquer::media
