// case_runner LACQUER_BINARY FILE.case
// Replays one text case (docs/formats/cases.md) in a folder of its own, which is removed when the
// case holds and named when it does not.

#include <stdlib.h>
#include <unistd.h>

#include <iostream>

#include "lacquer/media/files.h"
#include "tests/case_runner/case.h"

namespace {
namespace fs = std::filesystem;
using namespace lacquer;

int replay(const fs::path& program, const fs::path& file) {
  std::string folder =
      (fs::temp_directory_path() / ("case-" + file.stem().string() + ".XXXXXX")).string();
  if (!::mkdtemp(folder.data())) {
    std::cerr << "case_runner: no folder can be made in " << fs::temp_directory_path() << "\n";
    return 2;
  }
  const auto text = media::read_file(file);
  const auto script = text.ok()
                          ? cases::parse_script(*text, file.string(), {LACQUER_SOURCE_DIR, folder})
                          : Result<std::vector<cases::Instruction>>{text.error()};
  fs::current_path(folder);
  cases::Case run{program.string()};
  const auto done = script.ok() ? run.follow(*script, file.string()) : Result<void>{script.error()};
  fs::current_path("/");
  if (done.ok()) {
    fs::remove_all(folder);
    return 0;
  }
  std::cerr << done.error().text() << "\n";
  if (run.last() && !run.last()->err.empty())
    std::cerr << "--- stderr of the last run\n" << run.last()->err.substr(0, 4000) << "\n";
  std::cerr << "--- the folder is kept: " << folder << "\n";
  return 1;
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) {
    std::cerr << "case_runner LACQUER_BINARY FILE.case\n";
    return 2;
  }
  try {
    return replay(fs::absolute(words[1]), fs::absolute(words[2]));
  } catch (const std::exception& error) {
    std::cerr << "case_runner: " << error.what() << "\n";
    return 2;
  }
}
