#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

namespace lacquer::measure {

/// Passages of one kind in order of time, of which there may be any number: keeps those that weigh
/// most and counts the others.
///
/// Guarantee: of all that were added, the `most` / 2 that weigh most are there (of equal ones those
/// that came first), and the newest; never more than `most`.
template <typename Passage>
class Worst {
 public:
  explicit Worst(std::function<double(const Passage&)> weight, std::size_t most = 200)
      : weight_{std::move(weight)}, most_{most} {}

  void add(Passage passage) {
    if (passages_.size() == most_) forget();
    passages_.push_back(std::move(passage));
    ++count_;
  }

  /// All that were added, and those of them that are no longer there.
  std::int64_t count() const noexcept { return count_; }
  std::int64_t forgotten() const noexcept {
    return count_ - static_cast<std::int64_t>(passages_.size());
  }
  const std::vector<Passage>& passages() const noexcept { return passages_; }
  std::vector<Passage>& passages() noexcept { return passages_; }
  /// Null before the first.
  Passage* newest() noexcept { return passages_.empty() ? nullptr : &passages_.back(); }

 private:
  void forget() {
    std::vector<double> weights(passages_.size() - 1);
    for (std::size_t n = 0; n < weights.size(); ++n) weights[n] = weight_(passages_[n]);
    std::vector<double> sorted = weights;
    const auto last_kept = sorted.begin() + static_cast<std::ptrdiff_t>(most_ / 2) - 1;
    std::nth_element(sorted.begin(), last_kept, sorted.end(), std::greater<>{});
    auto ties = std::count(sorted.begin(), last_kept + 1, *last_kept);
    std::size_t kept = 0;
    for (std::size_t n = 0; n < passages_.size(); ++n) {
      const bool is_newest = n == weights.size();
      if (!is_newest && weights[n] < *last_kept) continue;
      if (!is_newest && weights[n] == *last_kept && ties-- <= 0) continue;
      if (kept != n) passages_[kept] = std::move(passages_[n]);
      ++kept;
    }
    passages_.erase(passages_.begin() + static_cast<std::ptrdiff_t>(kept), passages_.end());
  }

  std::function<double(const Passage&)> weight_;
  std::size_t most_;
  std::vector<Passage> passages_;
  std::int64_t count_ = 0;
};

}  // namespace lacquer::measure
