#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "lacquer/session/session.h"

/// What the tests of this folder share.
namespace lacquer::session::testing {

/// An empty folder that goes with the test.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "session_test.XXXXXX").string();
    path_ = ::mkdtemp(pattern.data());
  }
  ~ScratchFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void put(const std::filesystem::path& path, const std::string& text) {
  std::ofstream{path, std::ios::binary} << text;
}

inline std::string fixed_clock() { return "2026-11-22T09:00:00Z"; }

/// A request of one track with some text in every field.
inline Request small_request() {
  Request request;
  request.programme.title = "First Light";
  request.programme.artist = "The House Band";
  Track& track = request.programme.tracks.emplace_back();
  track.file = "mixes/01.flac";
  track.title = "Tide";
  return request;
}

inline const std::string some_sha256(64, 'a');

inline Result<Session> create(const std::filesystem::path& folder,
                              const Request& request = small_request()) {
  return Session::create(folder, request, {some_sha256}, fixed_clock);
}

/// Sorted, hidden ones too.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{folder})
    names.push_back(entry.path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// Runs `work` in a child process, which ends without destructors as a killed one would.
template <typename Work>
pid_t in_child(Work work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  return child;
}

inline int status_of(pid_t child) {
  int status = 0;
  ::waitpid(child, &status, 0);
  return status;
}

}  // namespace lacquer::session::testing
