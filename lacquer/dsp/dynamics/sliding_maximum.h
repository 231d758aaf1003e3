#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::dsp {

/// The largest of the last `length` values, in constant time a value on average: a queue of the
/// values that can still become the largest, falling from front to back.
class SlidingMaximum {
 public:
  void prepare(int length) {
    length_ = length;
    ring_.assign(static_cast<std::size_t>(length) + 2, {});
    reset();
  }
  void reset() noexcept {
    front_ = back_ = 0;
    now_ = 0;
  }
  /// Values before the first count as absent.
  std::int64_t next(std::int64_t value) noexcept {
    while (back_ != front_ && ring_[before(back_)].value <= value) back_ = before(back_);
    ring_[back_] = {value, now_};
    back_ = after(back_);
    if (ring_[front_].time + length_ <= now_) front_ = after(front_);
    ++now_;
    return ring_[front_].value;
  }

 private:
  struct Entry {
    std::int64_t value = 0;
    std::int64_t time = 0;
  };
  std::size_t after(std::size_t i) const noexcept { return i + 1 == ring_.size() ? 0 : i + 1; }
  std::size_t before(std::size_t i) const noexcept { return i == 0 ? ring_.size() - 1 : i - 1; }

  int length_ = 1;
  std::vector<Entry> ring_;
  std::size_t front_ = 0, back_ = 0;
  std::int64_t now_ = 0;
};

}  // namespace lacquer::dsp
