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
/// Guarantee: of all that were added, the hundred that weigh most are there (of equal ones those
/// that came first), and the newest.
template <typename Passage>
class Worst {
 public:
  explicit Worst(std::function<double(const Passage&)> weight) : weight_{std::move(weight)} {}

  void add(Passage passage) {
    if (passages_.size() == most) forget();
    passages_.push_back(std::move(passage));
    ++count_;
  }

  /// All that were added.
  std::int64_t count() const noexcept { return count_; }
  const std::vector<Passage>& passages() const noexcept { return passages_; }
  std::vector<Passage>& passages() noexcept { return passages_; }
  /// Null before the first.
  Passage* newest() noexcept { return passages_.empty() ? nullptr : &passages_.back(); }

 private:
  static constexpr std::size_t most = 201;  // twice the guarantee, and the newest

  void forget() {
    std::vector<double> weights(passages_.size() - 1);
    for (std::size_t n = 0; n < weights.size(); ++n) weights[n] = weight_(passages_[n]);
    std::vector<double> sorted = weights;
    const auto last_kept = sorted.begin() + most / 2 - 1;
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
  std::vector<Passage> passages_;
  std::int64_t count_ = 0;
};

}  // namespace lacquer::measure
