#include "lacquer/evaluate/scratch_folder.h"

#include <cstdlib>

#include "lacquer/media/files.h"

namespace lacquer::evaluate {
namespace fs = std::filesystem;

Result<ScratchFolder> ScratchFolder::make() {
  std::error_code failed;
  std::string name = (fs::temp_directory_path(failed) / "lacquer-evaluate-XXXXXX").string();
  if (failed || !::mkdtemp(name.data())) return media::write_error(name, errno);
  return ScratchFolder{name};
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace lacquer::evaluate
