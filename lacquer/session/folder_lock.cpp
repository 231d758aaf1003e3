#include "lacquer/session/folder_lock.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <thread>

#include "lacquer/media/files.h"

namespace lacquer::session {
namespace {

constexpr std::chrono::milliseconds between_tries{20};

Error busy(const std::filesystem::path& folder, int lock) {
  char holder[16];
  const ssize_t bytes = ::pread(lock, holder, sizeof holder, 0);
  std::string process{holder, static_cast<std::size_t>(bytes > 0 ? bytes : 0)};
  process.resize(std::min(process.size(), process.find_first_not_of("0123456789")));
  if (!process.empty()) process = " (process " + process + ")";
  return {ErrorKind::busy, "Another lacquer command" + process + " is working on this session.",
          folder.string(), "Wait until it has ended and run this again."};
}

}  // namespace

Result<FolderLock> FolderLock::take(const std::filesystem::path& folder, double wait_s) {
  const auto path = folder / ".lock";
  media::Descriptor file{::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666)};
  if (!file) return media::write_error(path, errno);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::duration<double>{wait_s};
  while (::flock(file.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EINTR) continue;
    if (errno != EWOULDBLOCK) return media::write_error(path, errno);
    if (std::chrono::steady_clock::now() >= give_up) return busy(folder, file.number());
    std::this_thread::sleep_for(between_tries);
  }
  // Only for the sentence above: the lock holds whether or not the number can be written.
  const std::string holder = std::to_string(::getpid()) + "\n";
  if (::ftruncate(file.number(), 0) == 0) [[maybe_unused]]
    const auto written = ::pwrite(file.number(), holder.data(), holder.size(), 0);
  return FolderLock{std::move(file)};
}

}  // namespace lacquer::session
