#include "lacquer/base/parallel.h"

#include <sched.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace lacquer {
namespace {

/// What the threads share.
class Crew {
 public:
  Crew(std::size_t count, const Progress& progress, const std::string& stage)
      : progress_{progress}, stage_{stage}, items_(count) {}

  void work(const std::function<Result<void>(std::size_t, const Progress&)>& work) {
    for (std::size_t index; !stop_ && (index = next_++) < items_.size();) {
      const Progress own{[this, index](const std::string& stage, double fraction) {
                           report(index, stage, fraction);
                         },
                         &stop_};
      auto result = work(index, own);
      own.at(stage_, 1.0);
      const std::lock_guard lock{mutex_};
      items_[index].done = true;
      while (first_running_ < items_.size() && items_[first_running_].done) ++first_running_;
      if (result.ok()) continue;
      items_[index].error = result.error();
      stop_ = true;
    }
  }

  Result<void> outcome() const {
    // An item stopped because another failed only says "cancelled": the cause comes first.
    std::optional<Error> cancelled;
    for (const Item& item : items_) {
      if (!item.error) continue;
      if (item.error->kind != ErrorKind::cancelled) return *item.error;
      cancelled = item.error;
    }
    if (cancelled || progress_.cancelled())
      return Error{ErrorKind::cancelled, "Stopped.", "", "The same command goes on from here."};
    return {};
  }

 private:
  struct Item {
    double fraction = 0.0;
    bool done = false;
    std::optional<Error> error;
  };

  void report(std::size_t index, const std::string& stage, double fraction) {
    const std::lock_guard lock{mutex_};
    if (progress_.cancelled()) stop_ = true;
    if (stage_.empty()) {
      if (index == first_running_ && !stage.empty()) progress_.at(stage, fraction);
      return;
    }
    items_[index].fraction = std::max(items_[index].fraction, fraction);
    double sum = 0.0;
    for (const Item& item : items_) sum += item.fraction;
    progress_.at(stage_, sum / static_cast<double>(items_.size()));
  }

  const Progress& progress_;
  const std::string& stage_;
  std::mutex mutex_;  // guards the items and the report
  std::vector<Item> items_;
  std::size_t first_running_ = 0;
  std::atomic<std::size_t> next_{0};
  std::atomic<bool> stop_{false};
};

}  // namespace

int thread_count(int wanted) {
  if (wanted > 0) return wanted;
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0) return CPU_COUNT(&allowed);
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

Result<void> for_each_index(std::size_t count, int threads, const Progress& progress,
                            const std::string& stage,
                            const std::function<Result<void>(std::size_t, const Progress&)>& work) {
  const auto wanted = static_cast<std::size_t>(thread_count(threads));
  Crew crew{count, progress, stage};
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(wanted, count); ++i)
    others.emplace_back([&] { crew.work(work); });
  crew.work(work);
  for (std::thread& other : others) other.join();
  return crew.outcome();
}

}  // namespace lacquer
