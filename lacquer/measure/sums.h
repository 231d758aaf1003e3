#pragma once

#include <cstdint>
#include <vector>

/// What several detectors ask of a few samples, four at a time; the order of every sum is fixed.
namespace lacquer::measure {

double sum(const double* samples, int count) noexcept;
double sum_of_squares(const double* samples, int count) noexcept;

/// Of floats, in single precision but for the last additions. Seven values behind the last
/// one must be readable, here and below.
double sum(const float* values, int count) noexcept;
/// Adds the values from edges[b] to before edges[b + 1] to sums[b], for each of `bands`.
void add_bands(const float* values, const int* edges, int bands, double* sums) noexcept;

struct Range {
  double lowest = 0.0;
  double highest = 0.0;
  double size() const noexcept { return highest > -lowest ? highest : -lowest; }
};
/// Of the samples and zero.
Range range(const double* samples, int count) noexcept;

/// How a waveform bends: |x[n - 1] - 2 x[n] + x[n + 1]| of all but the first and last sample.
struct Bends {
  double sum = 0.0;
  double largest = 0.0;
};
Bends second_differences(const double* samples, int count) noexcept;

/// What one sweep over the samples of a step tells about them.
struct StepStatistics {
  double sum = 0.0;
  Range range;
  Bends bends;                ///< of the sample before the step and all of it but its last
  bool stands_still = false;  ///< three neighbours are equal, of which the last is in the step
};
/// The two samples before the step are read as well.
StepStatistics step_statistics(const double* samples, int count) noexcept;

/// Adds up the squares of one channel by blocks of equal length (1 ms, say) that do not depend on
/// how the samples arrive.
class BlockPowers {
 public:
  explicit BlockPowers(int block_frames) : block_frames_{block_frames} {}

  /// Calls `full(mean_square)` at the end of each block.
  template <class Full>
  void add(const double* samples, int count, Full&& full) {
    for (int at = 0; at < count;) {
      const int here = count - at < block_frames_ - filled_ ? count - at : block_frames_ - filled_;
      squares_ += sum_of_squares(samples + at, here);
      filled_ += here;
      at += here;
      if (filled_ < block_frames_) break;
      full(squares_ / block_frames_);
      squares_ = 0.0;
      filled_ = 0;
    }
  }

  int block_frames() const noexcept { return block_frames_; }

 private:
  int block_frames_;
  int filled_ = 0;
  double squares_ = 0.0;
};

/// The latest samples of one channel, in one piece where whoever hands them out keeps them, for a
/// look back from where something was seen.
class LookBack {
 public:
  /// The next `count` frames; those before them stand in front of them.
  void move_to(const double* samples, int count) noexcept {
    newest_ = samples + count;
    end_ += count;
  }

  /// One past the newest frame, in the programme.
  std::int64_t end() const noexcept { return end_; }
  /// The frame at `place`, before end().
  const double* at(std::int64_t place) const noexcept { return newest_ - (end_ - place); }

 private:
  const double* newest_ = nullptr;
  std::int64_t end_ = 0;
};

/// The same with a copy of the samples.
class RecentFrames {
 public:
  /// At least the last `keep` frames can be read at any time.
  explicit RecentFrames(int keep) : keep_{keep}, samples_(3 * static_cast<std::size_t>(keep)) {}

  /// `count` is at most `keep`.
  void add(const double* samples, int count) noexcept;

  /// One past the newest frame, in the programme.
  std::int64_t end() const noexcept { return end_; }
  /// The frame at `place`, between end() - keep and end(); what was before the programme is 0.
  const double* at(std::int64_t place) const noexcept {
    return samples_.data() + filled_ - (end_ - place);
  }

 private:
  int keep_;
  std::int64_t end_ = 0;
  std::ptrdiff_t filled_ = keep_;
  std::vector<double> samples_;
};

}  // namespace lacquer::measure
