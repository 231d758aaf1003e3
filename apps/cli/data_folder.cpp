#include "cli/data_folder.h"

#include <cstdlib>

namespace lacquer::cli {
namespace fs = std::filesystem;

Result<fs::path> data_folder() {
  std::error_code ignored;
  if (const char* set = std::getenv("LACQUER_DATA")) {
    if (fs::is_directory(fs::path{set} / "targets", ignored)) return fs::path{set};
    return Error{ErrorKind::unusable_input, "LACQUER_DATA names no folder with targets/ in it.",
                 set, "Point it at Lacquer's data folder, or unset it."};
  }
  const fs::path program = fs::read_symlink("/proc/self/exe", ignored).parent_path();
  for (const fs::path& folder : {program / "../share/lacquer", program / "../../data"})
    if (fs::is_directory(folder / "targets", ignored)) return folder.lexically_normal();
  return Error{ErrorKind::unusable_input, "Lacquer's data folder is not beside the program.",
               program.string(), "Set LACQUER_DATA to it."};
}

}  // namespace lacquer::cli
