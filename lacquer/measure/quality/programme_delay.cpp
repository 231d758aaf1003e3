#include "lacquer/measure/quality/programme_delay.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/transform/fft.h"

namespace lacquer::measure {
namespace {

constexpr double nothing = 1e-14;  // of the largest: what is weaker does not count in full

/// Faded in and out over a share of its length (half: a Hann window) and padded: an edge would have
/// phases of its own, and meet the other's edge.
std::vector<double> faded(const std::vector<double>& samples, double share, int size) {
  std::vector<double> result{samples};
  const auto fade = static_cast<std::size_t>(share * static_cast<double>(samples.size()));
  for (std::size_t i = 0; i < fade; ++i) {
    const double gain =
        0.5 - 0.5 * std::cos(pi * (static_cast<double>(i) + 0.5) / static_cast<double>(fade));
    result[i] *= gain;
    result[result.size() - 1 - i] *= gain;
  }
  result.resize(static_cast<std::size_t>(size));
  return result;
}

/// What lies `beside` (-1 .. 1) the value at a place of a band-limited series: a sinc under a Hann
/// window.
double between(const std::vector<double>& series, std::size_t place, double beside) {
  constexpr int reach = 32;
  double sum = 0.0;
  for (int n = -reach; n <= reach; ++n) {
    const auto at = static_cast<std::int64_t>(place) + n;
    if (at < 0 || at >= static_cast<std::int64_t>(series.size())) continue;
    const double x = pi * (beside - n);
    const double sinc = x == 0.0 ? 1.0 : std::sin(x) / x;
    const double window = 0.5 + 0.5 * std::cos(x / (reach + 1));
    sum += series[static_cast<std::size_t>(at)] * sinc * window;
  }
  return sum;
}

struct Top {
  double beside = 0.0, value = 0.0;
};

/// Where a series would have its top (either sign) within half a step of a place: golden section.
Top top_beside(const std::vector<double>& series, std::size_t place) {
  constexpr double golden = 0.6180339887498949;
  constexpr int narrower = 24;  // to 1e-5
  const double sign = series[place] < 0.0 ? -1.0 : 1.0;
  double low = -0.5, high = 0.5;
  for (int n = 0; n < narrower; ++n) {
    const double left = high - golden * (high - low), right = low + golden * (high - low);
    if (sign * between(series, place, left) < sign * between(series, place, right))
      low = left;
    else
      high = right;
  }
  const double beside = 0.5 * (low + high);
  return {beside, between(series, place, beside)};
}

}  // namespace

ProgrammeDelay find_programme_delay(const std::vector<double>& excerpt,
                                    const std::vector<double>& other, std::int64_t lead) {
  assert(!excerpt.empty() && other.size() >= excerpt.size());
  // As long as the other: what wraps around meets only places where the excerpt does not fit.
  const int size = static_cast<int>(std::bit_ceil(std::max<std::size_t>(other.size(), 32)));
  dsp::RealFft fft{size};
  const auto bins = static_cast<std::size_t>(fft.bins());
  std::vector<double> re(bins), im(bins), other_re(bins), other_im(bins);
  fft.forward(faded(excerpt, 0.5, size).data(), re.data(), im.data());
  fft.forward(faded(other, 0.1, size).data(), other_re.data(), other_im.data());
  double largest_size = 0.0;
  for (std::size_t k = 0; k < bins; ++k) {
    const double product_re = other_re[k] * re[k] + other_im[k] * im[k];
    other_im[k] = other_im[k] * re[k] - other_re[k] * im[k];
    other_re[k] = product_re;
    largest_size = std::max(largest_size, std::hypot(other_re[k], other_im[k]));
  }
  if (largest_size == 0.0) return {};
  for (std::size_t k = 0; k < bins; ++k) {
    const double weight = 1.0 / (std::hypot(other_re[k], other_im[k]) + nothing * largest_size);
    other_re[k] *= weight;
    other_im[k] *= weight;
  }
  std::vector<double> likeness(static_cast<std::size_t>(size));
  fft.inverse(other_re.data(), other_im.data(), likeness.data());

  const std::size_t count = other.size() - excerpt.size() + 1;
  std::size_t best = 0;
  double squares = 0.0;
  for (std::size_t at = 0; at < count; ++at) {
    squares += likeness[at] * likeness[at];
    if (std::abs(likeness[at]) > std::abs(likeness[best])) best = at;
  }
  // Half a frame off, a neighbour of the true place may look better than the place itself.
  constexpr std::size_t near = 3;
  Top largest{0.0, likeness[best]};
  auto place = static_cast<double>(best);
  for (std::size_t at = best > near ? best - near : 1; at <= best + near && at + 1 < count; ++at) {
    const Top top = top_beside(likeness, at);
    if (std::abs(top.value) <= std::abs(largest.value)) continue;
    largest = top;
    place = static_cast<double>(at) + top.beside;
  }
  return {.frames = place - static_cast<double>(lead),
          .inverted = largest.value < 0.0,
          .certainty = std::abs(largest.value) / std::sqrt(squares / static_cast<double>(count))};
}

}  // namespace lacquer::measure
