#include "lacquer/measure/levels/dynamic_range.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "lacquer/base/units.h"
#include "lacquer/dsp/wide.h"

namespace lacquer::measure {
namespace {

LACQUER_KERNEL void look_kernel(const double* samples, int count, double& squares, double& peak) {
  dsp::Quad sums{}, largest{};
  int f = 0;
  for (; f + 3 < count; f += 4) {
    dsp::Quad x = *dsp::quads(samples + f);
    sums += x * x;
    dsp::make_size(x);
    dsp::raise(largest, x);
  }
  for (; f < count; ++f) {
    sums[0] += samples[f] * samples[f];
    largest[0] = std::max(largest[0], std::abs(samples[f]));
  }
  squares = dsp::sum_of(sums);
  peak = dsp::largest_of(largest);
}

LACQUER_WIDE void look_wide(const double* samples, int count, double& squares, double& peak) {
  look_kernel(samples, count, squares, peak);
}

}  // namespace

DynamicRangeMeter::DynamicRangeMeter(double sample_rate_hz)
    : block_frames_{3 * static_cast<int>(std::lround(sample_rate_hz) +
                                         (std::lround(sample_rate_hz) == 44100 ? 60 : 0))} {}

void DynamicRangeMeter::add(const double* samples, int frame_count) {
  for (int at = 0; at < frame_count;) {
    const int end = std::min(frame_count, at + block_frames_ - filled_);
    filled_ += end - at;
    double squares = 0.0, peak = 0.0;
    (dsp::has_wide_registers() ? look_wide : look_kernel)(samples + at, end - at, squares, peak);
    at = end;
    squares_ += squares;
    peak_ = std::max(peak_, peak);
    if (filled_ == block_frames_) end_block();
  }
}

double DynamicRangeMeter::finish() {
  if (filled_ > 0) end_block();
  if (powers_.empty()) return 0.0;
  std::sort(powers_.begin(), powers_.end(), std::greater<>{});
  std::sort(peaks_.begin(), peaks_.end(), std::greater<>{});
  const auto loudest = std::max<std::size_t>(1, powers_.size() / 5);
  double power = 0.0;
  for (std::size_t b = 0; b < loudest; ++b) power += powers_[b] / static_cast<double>(loudest);
  const double peak = peaks_[std::min<std::size_t>(1, peaks_.size() - 1)];
  return power > 1e-20 && peak > 1e-10 ? db_from_power(peak * peak / power) : 0.0;
}

void DynamicRangeMeter::end_block() {
  powers_.push_back(2.0 * squares_ / filled_);
  peaks_.push_back(peak_);
  filled_ = 0;
  squares_ = peak_ = 0.0;
}

}  // namespace lacquer::measure
