#pragma once

#include <atomic>
#include <functional>
#include <string>

namespace lacquer {

/// How a long job tells where it is and learns that it should stop. Copyable; may be empty.
class Progress {
 public:
  /// `stage` is for people ("Rendering 2 of 3: Tide"), `fraction` runs from 0 to 1 within it.
  using Report = std::function<void(const std::string& stage, double fraction)>;

  Progress() = default;
  explicit Progress(Report report, const std::atomic<bool>* cancel = nullptr)
      : report_{std::move(report)}, cancel_{cancel} {}

  void at(const std::string& stage, double fraction) const {
    if (report_) report_(stage, fraction);
  }
  bool cancelled() const noexcept { return cancel_ && cancel_->load(std::memory_order_relaxed); }
  /// For a Progress made around this one.
  const std::atomic<bool>* cancel_flag() const noexcept { return cancel_; }

 private:
  Report report_;
  const std::atomic<bool>* cancel_ = nullptr;
};

}  // namespace lacquer
