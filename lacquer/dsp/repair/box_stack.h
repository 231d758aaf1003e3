#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace lacquer::dsp {

/// Three moving averages in a row over whole numbers: a smooth bell of finite length.
///
/// Guarantee: the result is never below the exact average (each stage rounds up by at most one),
/// is 0 when all inputs were 0, and nothing drifts, because the running sums are whole numbers.
/// Lengths for the least leakage outside the main lobe: Signalsmith, "Audio DSP", box stacks.
class BoxStack {
 public:
  /// Room for a span up to `most_frames`, at least 3.
  void prepare(int most_frames);
  /// The span the three boxes see together; the past is taken to have been `value` throughout.
  void start(int span_frames, std::int64_t value = 0) noexcept;
  std::int64_t next(std::int64_t value) noexcept;
  int span_frames() const noexcept { return span_frames_; }

 private:
  struct Box {
    std::vector<std::int64_t> ring;
    int length = 1;
    int at = 0;
    std::int64_t sum = 0;
    double inverse_length = 1.0;
  };
  std::array<Box, 3> boxes_;
  int span_frames_ = 0;
};

}  // namespace lacquer::dsp
