#include "lacquer/measure/faults/lossy/lossy_transforms.h"

#include <algorithm>
#include <cmath>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

double modified_bessel(double x) {
  double sum = 1.0, term = 1.0;
  for (int k = 1; term > 1e-15 * sum; ++k) {
    term *= 0.25 * x * x / (k * k);
    sum += term;
  }
  return sum;
}

std::vector<double> sine_window(int frames) {
  std::vector<double> window;
  for (int n = 0; n < frames; ++n) window.push_back(std::sin(pi * (n + 0.5) / frames));
  return window;
}

/// Vorbis I, section 4.3.1.
std::vector<double> vorbis_window(int frames) {
  std::vector<double> window = sine_window(frames);
  for (double& w : window) w = std::sin(0.5 * pi * w * w);
  return window;
}

/// ISO 14496-3, 4.6.11.3.2.
std::vector<double> kaiser_bessel_derived_window(int frames, double alpha) {
  const auto half = static_cast<std::size_t>(frames) / 2;
  std::vector<double> sums;
  double sum = 0.0;
  for (std::size_t n = 0; n <= half; ++n) {
    const double off = 2.0 * static_cast<double>(n) / static_cast<double>(half) - 1.0;
    sums.push_back(sum += modified_bessel(pi * alpha * std::sqrt(std::max(0.0, 1.0 - off * off))));
  }
  std::vector<double> window(2 * half);
  for (std::size_t n = 0; n < half; ++n)
    window[n] = window[2 * half - 1 - n] = std::sqrt(sums[n] / sum);
  return window;
}

/// The window as a sum of weights x sin((2 m + 1) pi (n + 1/2) / frames).
std::array<double, series_terms> sine_series(const std::vector<double>& window) {
  const auto frames = static_cast<double>(window.size());
  std::array<double, series_terms> weights{};
  for (std::size_t m = 0; m < series_terms; ++m) {
    const double turn = (2.0 * static_cast<double>(m) + 1.0) * pi / frames;
    for (std::size_t n = 0; n < window.size(); ++n)
      weights[m] += 2.0 / frames * window[n] * std::sin(turn * (static_cast<double>(n) + 0.5));
  }
  return weights;
}

/// Where the basis of an MDCT begins to turn: cos(w (n + 1/2 + size / 2)).
int turned_at(const LossySegment& segment, int size) { return segment.first + size / 2; }

}  // namespace

LossyTransform mdct_2048() {
  constexpr int size = 1024;
  LossyTransform transform{.size = size,
                           .half_steps = 0,
                           .reach = series_terms,
                           .highest_hz = 15000.0,
                           .silent_from_hz = 0.0,
                           .segments = {{.first = 0, .frames = 2 * size}},
                           .shapes = {}};
  for (const auto& window : {sine_window(2 * size), kaiser_bessel_derived_window(2 * size, 4.0),
                             vorbis_window(2 * size)}) {
    LossyWindowPart part{.weights = sine_series(window),
                         .quarters = -1,
                         .turned_frames = turned_at(transform.segments[0], size)};
    for (std::size_t m = 0; m < series_terms; ++m) {
      part.below[m] = -static_cast<int>(m);
      part.above[m] = static_cast<int>(m) + 1;
    }
    transform.shapes.push_back({part});
  }
  return transform;
}

LossyTransform celt_960() {
  constexpr int size = 960, overlap = 120, silent = (size - overlap) / 2;
  constexpr int fall_first = 2 * size - silent - overlap;
  constexpr int steps_of_slope = size / (2 * overlap);  // half a wave of the slope, in grid steps
  LossyTransform transform{
      .size = size,
      .half_steps = 1,
      .reach = steps_of_slope * (2 * series_terms - 1),
      .highest_hz = 18000.0,
      .silent_from_hz = 22000.0,  // its last band ends at 20 kHz; its steep slopes leak
      .emphasis = 0.85,
      .segments = {{.first = silent, .frames = overlap},
                   {.first = silent + overlap, .frames = fall_first - silent - overlap},
                   {.first = fall_first, .frames = overlap}},
      .shapes = {}};
  LossyWindowPart rise{
      .segment = 0, .weights = sine_series(vorbis_window(2 * overlap)), .quarters = -1};
  for (std::size_t m = 0; m < series_terms; ++m) {
    rise.above[m] = steps_of_slope * (2 * static_cast<int>(m) + 1);
    rise.below[m] = -rise.above[m];
  }
  LossyWindowPart fall = rise;  // seen from its end: sin((2 m + 1) pi / 2 - x) = (-1)^m cos(x)
  fall.segment = 2;
  fall.cosines = true;
  fall.quarters = 0;
  for (std::size_t m = 1; m < series_terms; m += 2) fall.weights[m] = -fall.weights[m];
  LossyWindowPart flat{.segment = 1, .cosines = true, .weights = {1.0}};
  LossyWindow shape{rise, flat, fall};
  for (LossyWindowPart& part : shape)
    part.turned_frames = turned_at(transform.segments[part.segment], size);
  transform.shapes = {shape};
  return transform;
}

}  // namespace lacquer::measure
