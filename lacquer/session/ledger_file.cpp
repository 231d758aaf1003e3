#include "lacquer/session/ledger_file.h"

#include <fcntl.h>

#include <cerrno>

#include "lacquer/base/utf8.h"
#include "lacquer/media/files.h"

namespace lacquer::session {
namespace {

/// What media::read_file takes: a ledger that could not be read again must not be written.
constexpr std::size_t most_bytes = std::size_t{64} << 20;

/// Appends at `offset`, where the verified lines end; whatever a failed append left behind that
/// goes first. 0, or the errno of what failed.
int write_at(int file, std::string_view bytes, std::size_t offset) {
  if (::ftruncate(file, static_cast<off_t>(offset)) != 0) return errno;
  while (!bytes.empty()) {
    const ssize_t written = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    bytes.remove_prefix(static_cast<std::size_t>(written));
    offset += static_cast<std::size_t>(written);
  }
  return ::fsync(file) == 0 ? 0 : errno;
}

}  // namespace

Result<LedgerFile> LedgerFile::open(const std::filesystem::path& path) {
  TRY(const std::string text, media::read_file(path));
  TRY(Ledger ledger, parse_ledger(text, path.string()));
  media::Descriptor file{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
  if (!file) return media::write_error(path, errno);
  if (ledger.whole_bytes < text.size() &&
      (::ftruncate(file.number(), static_cast<off_t>(ledger.whole_bytes)) != 0 ||
       ::fsync(file.number()) != 0))
    return media::write_error(path, errno);
  return LedgerFile{path, std::move(file), std::move(ledger)};
}

Result<LedgerFile> LedgerFile::create(const std::filesystem::path& path) {
  media::Descriptor file{::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
  if (!file) return media::write_error(path, errno);
  return LedgerFile{path, std::move(file), Ledger{{}, 0, std::string{no_line_before}}};
}

Result<void> LedgerFile::append(std::string time, const std::string& by, const std::string& kind,
                                const std::string& body) {
  for (const std::string_view text :
       {std::string_view{time}, std::string_view{by}, std::string_view{kind}})
    if (text.empty() || valid_utf8_bytes(text) < text.size())
      return Error{ErrorKind::usage, "A name in the ledger is empty or not UTF-8.", path_.string(),
                   "Give the name as UTF-8 text."};
  TRY(std::string compact, compact_body(body));
  const auto number = static_cast<std::int64_t>(ledger_.entries.size()) + 1;
  Entry entry{number, std::move(time), by, kind, std::move(compact), ledger_.last_hash};
  const std::string line = line_of(entry);
  if (ledger_.whole_bytes + line.size() > most_bytes)
    return Error{ErrorKind::refused, "The ledger has reached its 64 MiB.", path_.string(),
                 "Start a new session for further work."};
  if (const int failure = write_at(file_.number(), line, ledger_.whole_bytes)) {
    [[maybe_unused]] const int cut =
        ::ftruncate(file_.number(), static_cast<off_t>(ledger_.whole_bytes));
    return media::write_error(path_, failure);
  }
  ledger_.whole_bytes += line.size();
  ledger_.last_hash = media::sha256(std::string_view{line}.substr(0, line.size() - 1));
  ledger_.entries.push_back(std::move(entry));
  return {};
}

Result<std::vector<Entry>> read_ledger(const std::filesystem::path& folder) {
  const auto path = folder / "ledger.jsonl";
  TRY(const std::string text, media::read_file(path));
  TRY(Ledger ledger, parse_ledger(text, path.string()));
  return std::move(ledger.entries);
}

}  // namespace lacquer::session
