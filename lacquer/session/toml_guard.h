#pragma once

#include <string>
#include <string_view>

#include "lacquer/base/result.h"

namespace lacquer::session {

/// What must hold before text is given to the TOML parser: at most 1 MiB, UTF-8 throughout, and
/// nesting that no stack overflows on (toml++ 3.3 bounds brackets, but not dotted keys, and frees
/// tables recursively). Error (unusable_input) with the line.
Result<void> guard_toml(std::string_view text, const std::string& place);

}  // namespace lacquer::session
