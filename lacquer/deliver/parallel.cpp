#include "lacquer/deliver/parallel.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>

namespace lacquer::deliver {

namespace {
class Crew {
 public:
  Crew(std::vector<Task> tasks, const Progress& progress)
      : tasks_{std::move(tasks)}, progress_{progress}, outcomes_(tasks_.size()) {}

  void work() {
    for (;;) {
      std::size_t index = 0;
      {
        const std::lock_guard lock{mutex_};
        if (stop_ || next_ == tasks_.size()) return;
        index = next_++;
      }
      const Progress own{[this, index](const std::string& stage, double fraction) {
                           report(index, stage, fraction);
                         },
                         &stop_};
      Result<void> outcome = tasks_[index](own);
      const std::lock_guard lock{mutex_};
      if (!outcome.ok()) stop_ = true;
      outcomes_[index] = std::move(outcome);
      while (front_ < tasks_.size() && outcomes_[front_]) ++front_;
    }
  }

  Result<void> outcome() {
    std::optional<Error> stopped;
    for (auto& outcome : outcomes_) {
      if (!outcome || outcome->ok()) continue;
      if (outcome->error().kind != ErrorKind::cancelled) return *std::move(outcome);
      stopped = outcome->error();
    }
    if (stopped) return *stopped;
    return {};
  }

 private:
  void report(std::size_t index, const std::string& stage, double fraction) {
    const std::lock_guard lock{mutex_};
    if (progress_.cancelled()) stop_ = true;
    if (index == front_) progress_.at(stage, fraction);
  }

  std::vector<Task> tasks_;
  const Progress& progress_;
  std::mutex mutex_;
  std::atomic<bool> stop_ = false;
  std::size_t next_ = 0, front_ = 0;
  std::vector<std::optional<Result<void>>> outcomes_;
};
}  // namespace

Result<void> run_in_parallel(std::vector<Task> tasks, int thread_count, const Progress& progress) {
  const std::size_t wanted = thread_count > 0
                                 ? static_cast<std::size_t>(thread_count)
                                 : std::max<std::size_t>(1, std::thread::hardware_concurrency());
  const std::size_t threads = std::min(wanted, tasks.size());
  Crew crew{std::move(tasks), progress};
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < threads; ++i) others.emplace_back([&] { crew.work(); });
  crew.work();
  for (std::thread& other : others) other.join();
  return crew.outcome();
}

}  // namespace lacquer::deliver
