#pragma once

#include <cstdint>
#include <vector>

namespace lacquer::measure {

/// The last seconds of two channels, for who will hardly ever read them: a ring of 16-bit words, a
/// frame beside the other, which is half the memory of floats and all the cost there is.
///
/// Full scale is 12 dB above 0 dBFS; rounding adds white noise of -89 dBFS. What exceeds it is cut.
class CoarsePast {
 public:
  explicit CoarsePast(int frames) : words_(static_cast<std::size_t>(frames)) {}

  /// Of a mono stream both are the same. `largest`: of the sizes of all samples.
  void add(const double* left, const double* right, int count, double largest) noexcept;

  /// One past the newest frame, in the programme.
  std::int64_t end() const noexcept { return end_; }
  /// The frames from `place` on, between end() less the frames asked for and end(); what was before
  /// the programme is 0.
  void read(int channel, std::int64_t place, int count, float* to) const noexcept;

 private:
  std::vector<std::int32_t> words_;  // right above left
  std::size_t next_ = 0;
  std::int64_t end_ = 0;
};

}  // namespace lacquer::measure
