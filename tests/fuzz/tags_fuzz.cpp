// Any bytes as a file with tags, under each name a reader chooses its parser by.
#include <sys/stat.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "lacquer/media/tags.h"

namespace {

// In memory where the machine has such a folder; one name an ending, written over and over.
struct Folder {
  Folder() : path{std::filesystem::exists("/dev/shm") ? "/dev/shm" : "/tmp"} {
    std::string name = path / "tags-fuzz-XXXXXX";
    if (!::mkdtemp(name.data())) std::abort();
    path = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }
  std::filesystem::path path;
} folder;

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 1) return 0;
  constexpr const char* endings[] = {".mp3", ".flac", ".m4a", ".opus", ".wav", ".ogg", ".aiff"};
  const auto path = folder.path / (std::string{"a"} + endings[data[0] % std::size(endings)]);
  std::ofstream{path, std::ios::binary}.write(reinterpret_cast<const char*>(data + 1),
                                              static_cast<std::streamsize>(size - 1));
  const auto tags = lacquer::media::read_tags(path);
  if (!tags.ok() && tags.error().sentence.empty()) std::abort();
  return 0;
}
