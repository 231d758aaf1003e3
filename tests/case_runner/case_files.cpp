#include <algorithm>
#include <charconv>
#include <fstream>

#include "lacquer/media/files.h"
#include "tests/case_runner/audio.h"
#include "tests/case_runner/case.h"
#include "tests/case_runner/words.h"

// The instructions that make files and those that look at them.
namespace lacquer::cases {
namespace {
namespace fs = std::filesystem;

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

}  // namespace

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

}  // namespace lacquer::cases
