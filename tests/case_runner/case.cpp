#include "tests/case_runner/case.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <functional>

#include "lacquer/media/files.h"
#include "tests/case_runner/audio.h"

namespace lacquer::cases {
namespace {
namespace fs = std::filesystem;

constexpr std::chrono::seconds longest_run{120};

Error failure(std::string sentence) { return {ErrorKind::usage, std::move(sentence), "", ""}; }

Error wrong_words() { return failure("these words make no instruction"); }

std::optional<double> number(const std::string& word) {
  double value = 0.0;
  const char* end = word.data() + word.size();
  const auto [stop, error] = std::from_chars(word.data(), end, value);
  return error == std::errc{} && stop == end ? std::optional{value} : std::nullopt;
}

std::string joined(const std::vector<std::string>& words, std::size_t first) {
  std::string text;
  for (std::size_t i = first; i < words.size(); ++i) text += (i > first ? " " : "") + words[i];
  return text;
}

std::string in_marks(std::string text) {
  if (text.empty()) return "nothing";
  if (text.size() > 1500) text = text.substr(0, 1500) + "...";
  return "\"" + text + "\"";
}

Result<void> put(const fs::path& path, const std::string& contents) {
  std::ofstream out{path, std::ios::binary};
  out << contents;
  out.close();
  if (!out) return failure("cannot write " + path.string());
  return {};
}

Result<std::string> bytes_of(const std::vector<std::string>& words, std::size_t first) {
  std::string digits, bytes;
  for (std::size_t i = first; i < words.size(); ++i) digits += words[i];
  if (digits.size() % 2 != 0) return failure("hexadecimal digits come in pairs");
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    unsigned value = 0;
    const char* pair = digits.data() + i;
    const auto [stop, error] = std::from_chars(pair, pair + 2, value, 16);
    if (error != std::errc{} || stop != pair + 2) return failure("no hexadecimal digits");
    bytes += static_cast<char>(value);
  }
  return bytes;
}

/// Every file below a folder, or the one file.
std::vector<fs::path> all_files(const fs::path& path) {
  if (!fs::is_directory(path)) return {path};
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator{path})
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

/// The first difference between two files or two folders; empty when they hold the same bytes.
std::string difference(const fs::path& a, const fs::path& b) {
  if (!fs::exists(a) || !fs::exists(b)) return (fs::exists(a) ? b : a).string() + " is not there";
  const auto names = [](const fs::path& root) {
    std::vector<fs::path> relative;
    for (const auto& file : all_files(root))
      relative.push_back(fs::is_directory(root) ? file.lexically_relative(root) : fs::path{});
    return relative;
  };
  const auto in_a = names(a), in_b = names(b);
  for (const auto* side : {&in_a, &in_b})
    for (const auto& name : *side)
      if (std::find(in_a.begin(), in_a.end(), name) == in_a.end() ||
          std::find(in_b.begin(), in_b.end(), name) == in_b.end())
        return name.string() + " is only in one of them";
  for (const auto& name : in_a) {
    const fs::path left = name.empty() ? a : a / name, right = name.empty() ? b : b / name;
    const auto one = media::sha256_of_file(left), other = media::sha256_of_file(right);
    if (!one.ok() || !other.ok() || *one != *other)
      return left.string() + " and " + right.string() + " hold different bytes";
  }
  return "";
}

/// What every JSON value that a path leads to is held against.
struct Wanted {
  std::string path;
  std::function<bool(const Json&)> holds;
};

std::optional<Wanted> wanted_of(const std::vector<std::string>& words) {
  const auto for_number = [](const std::string& path, std::function<bool(double)> holds) {
    return Wanted{path, [holds = std::move(holds)](const Json& value) {
                    return value.is_number() && holds(value.get<double>());
                  }};
  };
  const std::string& verb = words[0];
  const auto last = number(words.back());
  if (verb == "null" && words.size() == 2)
    return Wanted{words[1], [](const Json& value) { return value.is_null(); }};
  if (verb == "equal" && words.size() >= 3) {
    const std::string text = joined(words, 2);
    return Wanted{words[1], [text, json = Json::parse(text, nullptr, false)](const Json& value) {
                    return value == Json(text) || (!json.is_discarded() && value == json);
                  }};
  }
  if (words.size() != 4 || !last) return std::nullopt;
  if (const auto middle = number(words[2]); middle && verb == "near")
    return for_number(words[1],
                      [m = *middle, t = *last](double v) { return std::abs(v - m) <= t; });
  if (verb == "at" && words[1] == "most")
    return for_number(words[2], [limit = *last](double v) { return v <= limit; });
  if (verb == "at" && words[1] == "least")
    return for_number(words[2], [limit = *last](double v) { return v >= limit; });
  return std::nullopt;
}

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

void Case::remember(const std::string& name) {
  if (!watched_.contains(name)) return;
  if (auto hash = media::sha256_of_file(name); hash.ok()) sha256_[name] = std::move(*hash);
}

std::optional<Result<void>> Case::files(const Instruction& instruction) {
  const Words& words = instruction.words;
  const std::string& verb = words[0];
  const auto count = words.size();
  const auto change = [&](const auto& edit) -> Result<void> {
    TRY(std::string contents, media::read_file(words[1]));
    TRY_DO(edit(contents));
    return put(words[1], contents);
  };
  Result<void> done;
  if (verb == "make" && count > 2) {
    done = make_audio(words[1], {words.begin() + 2, words.end()});
  } else if (verb == "write" && count == 2) {
    done = put(words[1], instruction.text);
  } else if (verb == "bytes" && count >= 2) {
    const auto bytes = bytes_of(words, 2);
    done = bytes.ok() ? put(words[1], *bytes) : Result<void>{bytes.error()};
  } else if (verb == "truncate" && count == 3 && number(words[2])) {
    fs::resize_file(words[1], static_cast<std::uintmax_t>(*number(words[2])));
  } else if (verb == "patch" && count > 3 && number(words[2])) {
    done = change([&](std::string& contents) -> Result<void> {
      TRY(const std::string bytes, bytes_of(words, 3));
      const auto at = static_cast<std::size_t>(*number(words[2]));
      if (at + bytes.size() > contents.size()) return failure("the file is shorter");
      contents.replace(at, bytes.size(), bytes);
      return {};
    });
  } else if (verb == "replace" && count == 4) {
    done = change([&](std::string& contents) -> Result<void> {
      const auto at = contents.find(words[2]);
      if (at == std::string::npos) return failure("the file does not hold that text");
      contents.replace(at, words[2].size(), words[3]);
      return {};
    });
  } else if (verb == "copy" && count == 3) {
    fs::copy(words[1], words[2], fs::copy_options::recursive);
  } else if (verb == "folder" && count == 2) {
    fs::create_directories(words[1]);
  } else if (verb == "remove" && count == 2) {
    if (fs::remove_all(words[1]) == 0) done = failure("there is nothing to remove");
  } else {
    return std::nullopt;
  }
  if (done.ok() && verb != "folder" && verb != "remove") remember(words[verb == "copy" ? 2 : 1]);
  return done;
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

std::optional<Result<void>> Case::file_states(const Words& words) {
  const std::string& verb = words[0];
  const auto outcome = [](bool holds, const std::string& sentence) -> Result<void> {
    if (!holds) return failure(sentence);
    return {};
  };
  if (verb == "exists" && words.size() == 2)
    return outcome(fs::exists(fs::symlink_status(words[1])), "it is not there");
  if (verb == "absent" && words.size() == 2)
    return outcome(!fs::exists(fs::symlink_status(words[1])), "it is there");
  if (verb == "same" && words.size() == 3) {
    const std::string what = difference(words[1], words[2]);
    return outcome(what.empty(), what);
  }
  if (verb == "unchanged" && words.size() == 2) {
    const auto then = sha256_.find(words[1]);
    if (then == sha256_.end()) return failure("no instruction of this case made that file");
    const auto now = media::sha256_of_file(words[1]);
    return outcome(now.ok() && *now == then->second,
                   now.ok() ? "it holds other bytes now" : "it cannot be read any more");
  }
  if (verb == "no" && words.size() == 3 && words[1] == "temporaries") {
    for (const auto& entry : fs::recursive_directory_iterator{words[2]}) {
      const std::string name = entry.path().filename().string();
      if (name.find(".lacquer-part") != std::string::npos ||
          name.find(".tmp-") != std::string::npos)
        return failure("there is " + entry.path().string());
    }
    return Result<void>{};
  }
  return std::nullopt;
}

Result<void> Case::document_is_there() {
  if (document_) return {};
  if (!last_) return failure("nothing has run yet");
  auto parsed = Json::parse(last_->out, nullptr, false);
  if (parsed.is_discarded())
    return failure("stdout is not one JSON document but " + in_marks(last_->out));
  document_ = std::move(parsed);
  return {};
}

Result<std::vector<Json>> Case::values(const std::string& path) {
  TRY_DO(document_is_there());
  return cases::follow(*document_, path);
}

std::optional<Result<void>> Case::json(const Words& words) {
  const std::string& verb = words[0];
  if (verb == "read" && words.size() == 2) {
    const auto text = media::read_file(words[1]);
    if (!text.ok()) return text.error();
    document_ = Json::parse(*text, nullptr, false);
    if (!document_->is_discarded()) return Result<void>{};
    document_.reset();
    return failure("the file is not one JSON document");
  }
  if (verb == "count" && words.size() == 3 && number(words[2])) {
    const auto found = values(words[1]);
    if (!found.ok()) return found.error();
    const bool list = found->size() == 1 && found->front().is_array() && words[1].back() != ']';
    const std::size_t size = list ? found->front().size() : found->size();
    if (static_cast<double>(size) != *number(words[2]))
      return failure("there are " + std::to_string(size));
    return Result<void>{};
  }
  if ((verb == "missing" || verb == "some") && words.size() == 2) {
    if (auto there = document_is_there(); !there.ok()) return there;
    const auto found = cases::follow(*document_, words[1]);
    const bool some = found.ok() && !found->empty();
    if (some == (verb == "some")) return Result<void>{};
    return failure(some         ? "it is " + shown(found->front())
                   : found.ok() ? "nothing matches"
                                : found.error().text());
  }
  const auto wanted = wanted_of(words);
  if (!wanted) return std::nullopt;
  const auto found = values(wanted->path);
  if (!found.ok()) return found.error();
  if (found->empty()) return failure("nothing matches");
  for (const Json& value : *found)
    if (!wanted->holds(value)) return failure("it is " + shown(value));
  return Result<void>{};
}

}  // namespace lacquer::cases
