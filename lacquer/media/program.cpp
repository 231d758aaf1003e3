#include "lacquer/media/program.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <sstream>

#include "lacquer/media/child_process.h"

namespace lacquer::media {

std::string ProgramOutput::last_line() const { return media::last_line(err); }

Result<ProgramOutput> run_program(const std::vector<std::string>& arguments,
                                  const ProgramLimits& limits) {
  const auto deadline = ChildProcess::Clock::now() + limits.time;
  TRY(auto child, ChildProcess::start(arguments, ChildProcess::Input::none));
  ProgramOutput output;
  std::vector<char> piece(1u << 14);
  for (;;) {
    const auto count = child.read(piece, deadline);
    if (!count) {
      child.kill();
      return Error{ErrorKind::unusable_input,
                   "The program \"" + arguments[0] +
                       "\" was stopped because it had not ended after " +
                       std::to_string(limits.time.count()) + " ms.",
                   arguments[0], "Check what it was given, and try again."};
    }
    if (*count == 0) break;
    const auto room = limits.output_bytes - std::min(limits.output_bytes, output.out.size());
    output.out.append(piece.data(), std::min(room, *count));
  }
  output.exit_code = child.wait(deadline);
  output.err = child.error_text();
  return output;
}

bool program_exists(const std::string& name) {
  const auto runs = [](const std::string& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           ::access(path.c_str(), X_OK) == 0;
  };
  if (name.find('/') != std::string::npos) return runs(name);
  const char* path = std::getenv("PATH");
  std::istringstream folders{path ? path : "/usr/local/bin:/usr/bin:/bin"};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (runs((folder.empty() ? "." : folder) + "/" + name)) return true;
  return false;
}

}  // namespace lacquer::media
