#pragma once

#include <cstddef>
#include <functional>
#include <string>

#include "lacquer/base/progress.h"
#include "lacquer/base/result.h"

namespace lacquer {

/// How many threads a wish stands for; 0 or less: one for each core this process may run on.
int thread_count(int wanted);

/// Runs `work(index, progress)` for 0 .. count-1 on up to thread_count(threads) threads.
///
/// Progress is told as one `stage` over all of them; with no stage, the work's own stages are
/// passed on, but only those of the first index that is not done, so that people see one at a
/// time. After an error nothing new begins and what runs is told to stop; the error of the lowest
/// index that failed by itself is returned, so it is the same error whatever the timing.
Result<void> for_each_index(std::size_t count, int threads, const Progress&,
                            const std::string& stage,
                            const std::function<Result<void>(std::size_t, const Progress&)>& work);

}  // namespace lacquer
