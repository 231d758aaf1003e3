#pragma once

#include <filesystem>

#include "lacquer/media/descriptor.h"
#include "lacquer/session/ledger.h"

namespace lacquer::session {

/// ledger.jsonl open for appending; its holder has the session's lock.
class LedgerFile {
 public:
  /// Reads and verifies; cuts off a last line that a kill left without its newline.
  static Result<LedgerFile> open(const std::filesystem::path&);
  /// Makes an empty one. Error (unwritable_output).
  static Result<LedgerFile> create(const std::filesystem::path&);

  const std::vector<Entry>& entries() const noexcept { return ledger_.entries; }
  /// The folder was renamed; the open file is the same.
  void moved_to(std::filesystem::path path) { path_ = std::move(path); }

  /// One line, flushed to disk before it returns ok. After an error the file is as before.
  /// Errors: usage for a body that is no JSON object or text that is not UTF-8; refused when the
  /// ledger is full; unwritable_output.
  Result<void> append(std::string time, const std::string& by, const std::string& kind,
                      const std::string& body);

 private:
  LedgerFile(std::filesystem::path path, media::Descriptor file, Ledger ledger)
      : path_{std::move(path)}, file_{std::move(file)}, ledger_{std::move(ledger)} {}

  std::filesystem::path path_;
  media::Descriptor file_;
  Ledger ledger_;
};

}  // namespace lacquer::session
