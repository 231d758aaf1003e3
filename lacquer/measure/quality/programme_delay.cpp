#include "lacquer/measure/quality/programme_delay.h"

#include <algorithm>
#include <bit>
#include <cassert>
#include <cmath>

#include "lacquer/base/units.h"
#include "lacquer/dsp/fft.h"

namespace lacquer::measure {
namespace {

std::vector<double> differences(const std::vector<double>& samples, int size) {
  std::vector<double> result(static_cast<std::size_t>(size));
  for (std::size_t i = 1; i < samples.size(); ++i) result[i] = samples[i] - samples[i - 1];
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
  const auto small = differences(excerpt, size);
  auto large = differences(other, size);
  fft.forward(small.data(), re.data(), im.data());
  fft.forward(large.data(), other_re.data(), other_im.data());
  for (std::size_t k = 0; k < bins; ++k) {
    const double product_re = other_re[k] * re[k] + other_im[k] * im[k];
    other_im[k] = other_im[k] * re[k] - other_re[k] * im[k];
    other_re[k] = product_re;
  }
  std::vector<double> products(static_cast<std::size_t>(size));
  fft.inverse(other_re.data(), other_im.data(), products.data());

  double excerpt_squares = 0.0, squares = 0.0;
  for (std::size_t i = 1; i < excerpt.size(); ++i) {
    excerpt_squares += small[i] * small[i];
    squares += large[i] * large[i];
  }
  const std::size_t places = other.size() - excerpt.size() + 1;
  std::vector<double> correlation(places);
  std::size_t best = 0;
  for (std::size_t at = 0; at < places; ++at) {
    const double both = excerpt_squares * squares;
    // Of an energy kept by adding and taking away, what is left of nothing is rounding.
    correlation[at] = both > 1e-20 ? products[at] / std::sqrt(both) : 0.0;
    if (std::abs(correlation[at]) > std::abs(correlation[best])) best = at;
    if (at + excerpt.size() < other.size()) {
      const double enters = large[at + excerpt.size()], leaves = large[at + 1];
      squares += enters * enters - leaves * leaves;
    }
  }
  // Half a frame off, a neighbour of the true place may look better than the place itself.
  constexpr std::size_t near = 3;
  ProgrammeDelay result{static_cast<double>(best), correlation[best]};
  Top largest{0.0, products[best]};
  for (std::size_t at = best > near ? best - near : 1; at <= best + near && at + 1 < places; ++at) {
    const Top top = top_beside(products, at);
    if (std::abs(top.value) <= std::abs(largest.value)) continue;
    largest = top;
    result = {static_cast<double>(at) + top.beside, correlation[at] * top.value / products[at]};
  }
  result.frames -= static_cast<double>(lead);
  return result;
}

}  // namespace lacquer::measure
