#pragma once

#include <cstdint>

#include "lacquer/dsp/repair/bends.h"

/// What several detectors ask of a few samples, four at a time; the order of every sum is fixed.
namespace lacquer::measure {

double sum(const double* samples, int count) noexcept;
double sum_of_squares(const double* samples, int count) noexcept;
double sum_of_products(const double* left, const double* right, int count) noexcept;

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

/// What one sweep over the samples of a step tells about them.
struct StepStatistics {
  double sum = 0.0;
  double squares = 0.0;  ///< their sum
  Range range;
  dsp::Bends bends;           ///< of the sample before the step and all of it but its last
  bool stands_still = false;  ///< three neighbours are equal, of which the last is in the step
};
/// So many samples before the step are read as well.
inline constexpr int statistics_look_back = 2;
StepStatistics step_statistics(const double* samples, int count) noexcept;

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

}  // namespace lacquer::measure
