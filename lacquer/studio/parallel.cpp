#include "lacquer/studio/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <thread>
#include <vector>

namespace lacquer::studio {

Result<void> for_each_index(std::size_t count, int threads, const Progress& progress,
                            const std::string& stage,
                            const std::function<Result<void>(std::size_t, const Progress&)>& work) {
  std::mutex mutex;  // guards fractions, errors and the progress report
  std::vector<double> fractions(count, 0.0);
  std::vector<std::optional<Error>> errors(count);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> stop{false};

  const auto worker = [&] {
    for (std::size_t index; !stop && (index = next++) < count;) {
      const Progress own{[&, index](const std::string&, double fraction) {
                           const std::lock_guard lock{mutex};
                           fractions[index] = std::max(fractions[index], fraction);
                           double sum = 0.0;
                           for (const double one : fractions) sum += one;
                           progress.at(stage, sum / static_cast<double>(count));
                           if (progress.cancelled()) stop = true;
                         },
                         &stop};
      auto result = work(index, own);
      own.at(stage, 1.0);
      if (!result.ok()) {
        const std::lock_guard lock{mutex};
        errors[index] = result.error();
        stop = true;
      }
    }
  };

  std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads)
                                   : std::max(1u, std::thread::hardware_concurrency());
  wanted = std::min(wanted, count);
  std::vector<std::thread> pool;
  for (std::size_t i = 1; i < wanted; ++i) pool.emplace_back(worker);
  if (count > 0) worker();
  for (auto& thread : pool) thread.join();

  // An item stopped because another failed only says "cancelled": the cause comes first.
  std::optional<Error> cancelled;
  for (auto& error : errors) {
    if (!error) continue;
    if (error->kind != ErrorKind::cancelled) return *error;
    cancelled = error;
  }
  if (cancelled || progress.cancelled())
    return Error{ErrorKind::cancelled, "Stopped.", "", "The same command goes on from here."};
  return {};
}

}  // namespace lacquer::studio
