#pragma once

#include <functional>
#include <vector>

#include "lacquer/base/progress.h"
#include "lacquer/base/result.h"

namespace lacquer::deliver {

using Task = std::function<Result<void>(const Progress&)>;

/// Runs the tasks on `thread_count` threads (0: the machine's). Only the first unfinished task's
/// progress is passed on, so that people see one stage at a time. After an error no new task
/// begins and running ones are told to stop; the error of the earliest task that failed by itself
/// is returned, so it is the same error whatever the timing.
Result<void> run_in_parallel(std::vector<Task>, int thread_count, const Progress&);

}  // namespace lacquer::deliver
