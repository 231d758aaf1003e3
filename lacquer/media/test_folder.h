#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "lacquer/media/program.h"

namespace lacquer::media {

/// A folder of one test's own, gone with it. For tests only.
class TestFolder {
 public:
  TestFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "lacquer-media-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ~TestFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;

  std::filesystem::path operator/(const std::string& name) const { return path_ / name; }
  const std::filesystem::path& path() const { return path_; }

  /// Names of everything inside, hidden files too.
  std::vector<std::string> names() const {
    std::vector<std::string> all;
    for (const auto& entry : std::filesystem::directory_iterator{path_})
      all.push_back(entry.path().filename().string());
    return all;
  }

 private:
  std::filesystem::path path_;
};

/// Runs a tool (ffmpeg, sox) that a test makes its files with.
inline void run_tool(const std::vector<std::string>& arguments) {
  const auto output = run_program(arguments);
  ASSERT_TRUE(output.ok()) << output.error().text();
  ASSERT_EQ(output.value().exit_code, 0) << arguments[0] << ": " << output.value().err;
}

}  // namespace lacquer::media
