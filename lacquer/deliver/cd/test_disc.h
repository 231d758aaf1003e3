#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace lacquer::deliver {

/// What the files of a TestAlbum's disc are named by: its barcode. For tests only.
inline constexpr char stem[] = "4006381333931";

inline std::string contents(const std::filesystem::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

}  // namespace lacquer::deliver
