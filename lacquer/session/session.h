#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "lacquer/base/programme.h"
#include "lacquer/base/result.h"

namespace lacquer::session {

/// What people ask of the whole session; written to session.toml, theirs to edit.
struct Request {
  Programme programme;  ///< track files as paths relative to the session folder (or absolute)
  std::vector<std::string> media = {"digital", "cd", "vinyl"};
  std::string population = "auto";
  std::vector<std::string> references;  ///< "../a.wav;tone=1;width=0", see advise/targets
  std::optional<double> loudness_lufs;
  std::optional<double> ceiling_dbtp;
  double strength = 1.0;
  std::string loudness = "album";  ///< tracks keep their distances; or "track": each by itself
  int anchor = 0;                  ///< the track, from 1, that lands at the target; 0: the loudest
};

/// A wrong number of a track in `anchor`: the sentence; empty when it is right.
std::string wrong_anchor(double anchor, std::size_t tracks);

/// album.toml as a label writes it. Errors (unusable_input) name file and line.
Result<Request> read_album(const std::filesystem::path&);
/// session.toml. The same fields under [session], with each mix's sha256.
Result<Request> read_request(const std::filesystem::path& session_toml);
std::string write_request(const Request&, const std::vector<std::string>& mix_sha256);

/// One line of ledger.jsonl. `body` is a JSON object as text: what it holds is its writer's affair.
struct Entry {
  std::int64_t number = 0;  ///< 1, 2, 3 ...
  std::string time;         ///< ISO 8601 UTC, from the injected clock
  std::string by;           ///< a person's name, or "lacquer"
  std::string kind;  ///< created, referenced, suggested, decided, rendered, delivered, signed
  std::string body;
  std::string previous;  ///< sha256 of the line before, 64 zeros for the first
};

/// A session folder, held exclusively by this process while the object lives.
class Session {
 public:
  using Clock = std::string (*)();  ///< "2026-11-22T09:00:00Z"

  /// Makes the folder with session.toml and the ledger's first entry, or nothing.
  static Result<Session> create(const std::filesystem::path& folder, const Request&,
                                const std::vector<std::string>& mix_sha256, Clock);
  /// Waits up to `wait_s` for another process, then Error busy. Sweeps what a kill left.
  /// Errors (unusable_input): not a session, session.toml wrong (line), ledger's chain broken
  /// (line). A last line cut by a kill is dropped: it was never reported as done.
  static Result<Session> open(const std::filesystem::path& folder, Clock, double wait_s = 2.0);

  const std::filesystem::path& folder() const;
  const Request& request() const;
  const std::vector<std::string>& mix_sha256() const;
  const std::vector<Entry>& entries() const;

  /// Appends one line, flushed to disk before it returns ok.
  Result<void> append(const std::string& by, const std::string& kind, const std::string& body);

  ~Session();
  Session(Session&&) noexcept;
  Session& operator=(Session&&) noexcept;

 private:
  struct State;
  explicit Session(std::unique_ptr<State>);
  std::unique_ptr<State> state_;
};

/// Reads the ledger of a session without taking it: for `history` while another command runs.
Result<std::vector<Entry>> read_ledger(const std::filesystem::path& folder);

/// The wall clock, UTC. SOURCE_DATE_EPOCH overrides it.
std::string wall_clock();

}  // namespace lacquer::session
