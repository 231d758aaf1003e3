#pragma once

#include <filesystem>

#include "lacquer/base/result.h"

namespace lacquer::cli {

/// Where targets/ and media/ are: LACQUER_DATA, else share/lacquer beside an installed program,
/// else the source tree the program was built in. Error (unusable_input): none of them is there.
Result<std::filesystem::path> data_folder();

}  // namespace lacquer::cli
