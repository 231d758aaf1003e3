#pragma once

#include <functional>

#include "lacquer/base/progress.h"
#include "lacquer/base/result.h"

namespace lacquer::studio {

/// Runs `work(index, progress)` for 0 .. count-1 on up to `threads` threads (0: one a core).
/// Progress is told as one stage over all of them. The first error by index is returned once every
/// running item has ended; items not begun by then are left out.
Result<void> for_each_index(std::size_t count, int threads, const Progress&,
                            const std::string& stage,
                            const std::function<Result<void>(std::size_t, const Progress&)>& work);

}  // namespace lacquer::studio
