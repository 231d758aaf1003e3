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

fs::path own_targets_folder() {
  const auto set = [](const char* name) -> fs::path {
    const char* value = std::getenv(name);
    return value ? value : "";
  };
  if (const auto own = set("LACQUER_TARGETS"); !own.empty()) return own;
  // The specification: a path that is not absolute is to be ignored.
  if (const auto data = set("XDG_DATA_HOME"); data.is_absolute()) return data / "lacquer/targets";
  if (const auto home = set("HOME"); !home.empty()) return home / ".local/share/lacquer/targets";
  return {};
}

}  // namespace lacquer::cli
