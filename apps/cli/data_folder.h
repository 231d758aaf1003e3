#pragma once

#include <filesystem>

#include "lacquer/base/result.h"

namespace lacquer::cli {

/// Where targets/ and media/ are: LACQUER_DATA, else share/lacquer beside an installed program,
/// else the source tree the program was built in. Error (unusable_input): none of them is there.
Result<std::filesystem::path> data_folder();

/// Where `targets learn` writes: LACQUER_TARGETS, else lacquer/targets in XDG_DATA_HOME, else in
/// ~/.local/share (XDG Base Directory Specification 0.8). Empty where there is no home.
std::filesystem::path own_targets_folder();

}  // namespace lacquer::cli
