#pragma once

#include <deque>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "tests/case_runner/json_path.h"
#include "tests/case_runner/process.h"
#include "tests/case_runner/script.h"

namespace lacquer::cases {

/// Follows one script in the current folder. The first instruction that fails ends it.
class Case {
 public:
  /// `program`: what `run lacquer` runs; absolute.
  explicit Case(std::string program) : program_{std::move(program)} {}

  /// Errors: the sentence says what was expected and what was there.
  Result<void> follow(const std::vector<Instruction>&, const std::string& file);

  /// The last run, for the message of a failure.
  const Outcome* last() const { return last_ ? &*last_ : nullptr; }

 private:
  using Words = std::vector<std::string>;

  Result<void> carry_out(const Instruction&);
  std::optional<Result<void>> files(const Instruction&);
  std::optional<Result<void>> runs(const Words&);
  std::optional<Result<void>> outputs(const Words&);
  std::optional<Result<void>> json(const Words&);
  std::optional<Result<void>> file_states(const Words&);

  Result<Process> start(Words words);
  void ended(Outcome);
  /// A run whose exit code nobody mentioned must have been 0.
  Result<void> exit_as_expected() const;
  Result<void> document_is_there();
  Result<std::vector<Json>> values(const std::string& path);
  void remember(const std::string& name);

  std::string program_;
  std::optional<Outcome> last_;
  bool exit_was_checked_ = true;
  std::optional<Json> document_;  ///< standard output, or the file named by `read`
  std::deque<Process> background_;
  std::optional<std::uint64_t> largest_file_bytes_;
  std::set<std::string> watched_;              ///< named by `unchanged`
  std::map<std::string, std::string> sha256_;  ///< of the watched files as last made
  int expectations_ = 0;
};

}  // namespace lacquer::cases
