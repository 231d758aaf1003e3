#include "lacquer/session/session.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstdlib>

#include "lacquer/media/files.h"
#include "lacquer/session/folder_lock.h"
#include "lacquer/session/ledger_file.h"
#include "lacquer/session/request_toml.h"

namespace lacquer::session {
namespace fs = std::filesystem;

struct Session::State {
  fs::path folder;
  Clock clock;
  FolderLock lock;
  Request request;
  std::vector<std::string> mix_sha256;
  LedgerFile ledger;
};

namespace {

constexpr double no_wait_s = 0.0;

/// "song.lacquer/" and "song.lacquer" are the same session.
fs::path without_trailing_slash(const fs::path& folder) {
  const fs::path normal = folder.lexically_normal();
  return normal.has_filename() ? normal : normal.parent_path();
}

fs::path parent_of(const fs::path& folder) {
  return folder.has_parent_path() ? folder.parent_path() : fs::path{"."};
}

Result<void> flush_folder(const fs::path& folder) {
  const media::Descriptor file{::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
  if (!file) return media::write_error(folder, errno);
  // Some file systems cannot flush a folder (EINVAL) and keep the order of renames themselves.
  if (::fsync(file.number()) != 0 && errno != EINVAL) return media::write_error(folder, errno);
  return {};
}

Error already_there(const fs::path& folder) {
  std::error_code ignored;
  const bool session = fs::exists(folder / "session.toml", ignored);
  return {ErrorKind::refused,
          session ? "There is a session of this name already."
                  : "There is something of this name already, and it is not a session.",
          folder.string(),
          session ? "Name it in place of the mix to continue it, or choose another name with -o."
                  : "Choose another name with -o."};
}

/// The moment between making its folder and locking it is the only one in which a maker holds
/// nothing, so we ask for the process too.
bool is_running(const std::string& process) {
  const long number = std::strtol(process.c_str(), nullptr, 10);
  return number > 0 && (::kill(static_cast<pid_t>(number), 0) == 0 || errno == EPERM);
}

/// Folders that a killed create() left beside `folder`. One that is being made right now belongs
/// to a process that runs, or is locked by its maker, and stays.
void sweep_unfinished(const fs::path& folder) {
  const std::string own = media::temporary_name(folder).filename().string();
  const std::string process = std::to_string(::getpid());
  const std::size_t at = own.rfind(process);
  const std::string before = own.substr(0, at), after = own.substr(at + process.size());
  std::vector<fs::path> unfinished;
  std::error_code code;
  for (fs::directory_iterator entry{parent_of(folder), code}, end; !code && entry != end;
       entry.increment(code)) {
    const std::string name = entry->path().filename().string();
    std::error_code ignored;
    if (!name.starts_with(before) || !name.ends_with(after) ||
        name.size() < before.size() + after.size())
      continue;
    const std::string maker =
        name.substr(before.size(), name.size() - before.size() - after.size());
    // Under our own number only an earlier process can have made it: in a container they repeat.
    if ((maker == process || !is_running(maker)) &&
        fs::is_directory(entry->symlink_status(ignored)))
      unfinished.push_back(entry->path());
  }
  for (const auto& path : unfinished) {
    const auto lock = FolderLock::take(path, no_wait_s);
    if (lock.ok()) fs::remove_all(path, code);
  }
}

/// body of the first entry: which bytes the session is about.
std::string created_body(const std::vector<std::string>& mix_sha256) {
  std::string mixes;
  for (const auto& hash : mix_sha256) mixes += (mixes.empty() ? "\"" : ",\"") + hash + "\"";
  return "{\"format\":1,\"mixes\":[" + mixes + "]}";
}

/// Removes what was begun, unless told that it is finished.
class Unfinished {
 public:
  explicit Unfinished(fs::path folder) : folder_{std::move(folder)} {}
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;
  ~Unfinished() {
    std::error_code ignored;
    if (!folder_.empty()) fs::remove_all(folder_, ignored);
  }
  void finished() { folder_.clear(); }

 private:
  fs::path folder_;
};

}  // namespace

Result<Session> Session::create(const fs::path& given, const Request& request,
                                const std::vector<std::string>& mix_sha256, Clock clock) {
  const fs::path folder = without_trailing_slash(given);
  std::error_code code;
  if (fs::exists(fs::symlink_status(folder, code))) return already_there(folder);

  // What cannot be read back must not be written: text that is not UTF-8, numbers out of range.
  const std::string toml = write_request(request, mix_sha256);
  TRY(SessionFile read_back, parse_session(toml, (folder / "session.toml").string()));

  TRY_DO(media::make_folder(parent_of(folder)));
  sweep_unfinished(folder);
  const fs::path temporary = media::temporary_name(folder);
  if (::mkdir(temporary.c_str(), 0777) != 0) return media::write_error(folder, errno);
  Unfinished unfinished{temporary};
  TRY(FolderLock lock, FolderLock::take(temporary, no_wait_s));
  TRY_DO(media::write_file(temporary / "session.toml", toml));
  TRY(LedgerFile ledger, LedgerFile::create(temporary / "ledger.jsonl"));
  TRY_DO(ledger.append(clock(), "lacquer", "created", created_body(mix_sha256)));
  TRY_DO(flush_folder(temporary));
  if (::rename(temporary.c_str(), folder.c_str()) != 0)  // never over a session: that is not empty
    return fs::exists(fs::symlink_status(folder, code)) ? already_there(folder)
                                                        : media::write_error(folder, errno);
  unfinished.finished();
  ledger.moved_to(folder / "ledger.jsonl");
  TRY_DO(flush_folder(parent_of(folder)));
  return Session{
      std::make_unique<State>(State{folder, clock, std::move(lock), std::move(read_back.request),
                                    std::move(read_back.mix_sha256), std::move(ledger)})};
}

Result<Session> Session::open(const fs::path& given, Clock clock, double wait_s) {
  const fs::path folder = without_trailing_slash(given);
  std::error_code code;
  if (!fs::exists(folder / "session.toml", code))
    return Error{ErrorKind::unusable_input,
                 fs::exists(folder, code) ? "This is not a session: it has no session.toml."
                                          : "There is no session here.",
                 folder.string(), "Make one with: lacquer master MIX -o SESSION."};
  TRY(FolderLock lock, FolderLock::take(folder, wait_s));
  media::sweep_temporaries(folder);
  TRY(const std::string toml, media::read_file(folder / "session.toml"));
  TRY(SessionFile file, parse_session(toml, (folder / "session.toml").string()));
  TRY(LedgerFile ledger, LedgerFile::open(folder / "ledger.jsonl"));
  return Session{
      std::make_unique<State>(State{folder, clock, std::move(lock), std::move(file.request),
                                    std::move(file.mix_sha256), std::move(ledger)})};
}

const fs::path& Session::folder() const { return state_->folder; }
const Request& Session::request() const { return state_->request; }
const std::vector<std::string>& Session::mix_sha256() const { return state_->mix_sha256; }
const std::vector<Entry>& Session::entries() const { return state_->ledger.entries(); }

Result<void> Session::append(const std::string& by, const std::string& kind,
                             const std::string& body) {
  return state_->ledger.append(state_->clock(), by, kind, body);
}

Session::Session(std::unique_ptr<State> state) : state_{std::move(state)} {}
Session::~Session() = default;
Session::Session(Session&&) noexcept = default;
Session& Session::operator=(Session&&) noexcept = default;

}  // namespace lacquer::session
