#include "tests/case_runner/case.h"

#include <algorithm>
#include <cstdlib>

#include "tests/case_runner/words.h"

namespace lacquer::cases {
namespace {
constexpr std::chrono::seconds longest_run{120};
}  // namespace

Result<void> Case::follow(const std::vector<Instruction>& script, const std::string& file) {
  for (const Instruction& instruction : script)
    if (instruction.words[0] == "unchanged" && instruction.words.size() == 2)
      watched_.insert(instruction.words[1]);  // hashing hours of audio for nothing takes seconds
  for (const Instruction& instruction : script) {
    auto done = carry_out(instruction);
    if (done.ok()) continue;
    Error error = done.error();
    error.place = file + ":" + std::to_string(instruction.line);
    error.sentence = joined(instruction.words, 0) + "\n  " + error.text();
    error.remedy.clear();
    return error;
  }
  const auto at_end = [&](const std::string& sentence) {
    return Error{ErrorKind::usage, sentence, file, ""};
  };
  if (auto done = exit_as_expected(); !done.ok()) return at_end(done.error().sentence);
  if (!background_.empty()) return at_end("a background run was never waited for");
  if (expectations_ == 0) return at_end("the case expects nothing");
  return {};
}

Result<void> Case::carry_out(const Instruction& instruction) try {
  if (auto done = files(instruction)) return *done;
  if (auto done = runs(instruction.words)) return *done;
  const bool needs_run = instruction.words[0] == "exit" || instruction.words[0] == "stdout" ||
                         instruction.words[0] == "stderr";
  if (needs_run && !last_) return failure("nothing has run yet");
  ++expectations_;
  if (auto done = outputs(instruction.words)) return *done;
  if (auto done = file_states(instruction.words)) return *done;
  if (auto done = json(instruction.words)) return *done;
  return wrong_words();
} catch (const std::exception& error) {  // std::filesystem, nlohmann/json
  return failure(error.what());
}

Result<Process> Case::start(Words words) {
  TRY_DO(exit_as_expected());
  if (words.empty() || words[0] != "lacquer") return failure("only lacquer can be run");
  words[0] = program_;
  return Process::start(words, largest_file_bytes_);
}

void Case::ended(Outcome outcome) {
  document_.reset();
  last_ = std::move(outcome);
  exit_was_checked_ = false;
}

Result<void> Case::exit_as_expected() const {
  if (exit_was_checked_ || !last_) return {};
  if (last_->over_time) return failure("the last run took longer than 120 s");
  if (last_->signal != 0)
    return failure("the last run was ended by signal " + std::to_string(last_->signal));
  if (last_->exit_code != 0)
    return failure("the last run was to end with 0, as nothing else is said, but ended with " +
                   std::to_string(*last_->exit_code));
  return {};
}

std::optional<Result<void>> Case::runs(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "run") {
    auto process = start({words.begin() + 1, words.end()});
    if (!process.ok()) return process.error();
    ended(process->wait(std::nullopt, longest_run));
  } else if (verb == "kill" && words.size() > 4 && words[1] == "after" && number(words[2]) &&
             words[3] == "run") {
    auto process = start({words.begin() + 4, words.end()});
    if (!process.ok()) return process.error();
    ended(
        process->wait(std::chrono::milliseconds{static_cast<int>(*number(words[2]))}, longest_run));
    exit_was_checked_ = true;  // it may have been quicker
  } else if (verb == "background" && words.size() > 2 && words[1] == "run") {
    auto process = start({words.begin() + 2, words.end()});
    if (!process.ok()) return process.error();
    background_.push_back(std::move(*process));
  } else if (verb == "wait" && words.size() == 1) {
    if (background_.empty()) return failure("nothing runs in the background");
    if (auto before = exit_as_expected(); !before.ok()) return before;
    ended(background_.front().wait(std::nullopt, longest_run));
    background_.pop_front();
  } else if (verb == "environment" && words.size() == 3) {
    ::setenv(words[1].c_str(), words[2].c_str(), 1);
  } else if (verb == "largest" && words.size() == 3 && words[1] == "file") {
    const auto bytes = number(words[2]);
    if (!bytes && words[2] != "unlimited") return wrong_words();
    largest_file_bytes_.reset();
    if (bytes) largest_file_bytes_ = static_cast<std::uint64_t>(*bytes);
  } else {
    return std::nullopt;
  }
  return Result<void>{};
}

std::optional<Result<void>> Case::outputs(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "exit" && words.size() > 1) {
    exit_was_checked_ = true;
    if (last_->over_time) return failure("it took longer than 120 s");
    const std::string was = last_->exit_code ? std::to_string(*last_->exit_code)
                                             : "signal " + std::to_string(last_->signal);
    if (std::find(words.begin() + 1, words.end(), was) == words.end())
      return failure("it ended with " + was);
    return Result<void>{};
  }
  if ((verb != "stdout" && verb != "stderr") || words.size() < 2) return std::nullopt;
  const std::string& text = verb == "stdout" ? last_->out : last_->err;
  const std::string wanted = joined(words, 2);
  const bool empty = words[1] == "empty" && words.size() == 2;
  if (!empty && (wanted.empty() || (words[1] != "has" && words[1] != "lacks")))
    return wrong_words();
  const bool holds = empty               ? text.empty()
                     : words[1] == "has" ? text.find(wanted) != std::string::npos
                                         : text.find(wanted) == std::string::npos;
  if (!holds) return failure(verb + " was " + in_marks(text));
  return Result<void>{};
}

}  // namespace lacquer::cases
