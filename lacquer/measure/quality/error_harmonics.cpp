#include "lacquer/measure/quality/error_harmonics.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "lacquer/base/units.h"

namespace lacquer::measure {
namespace {

// The greatest power of two in half of the bins below 18 kHz; as many are shifted.
constexpr std::size_t lags = 256;

}  // namespace

ErrorHarmonics::ErrorHarmonics()
    : fft_{static_cast<int>(lags)},
      error_(2 * lags),
      correlation_(lags),
      real_(lags / 2 + 1),
      imaginary_(lags / 2 + 1) {
  const double scale = std::sqrt(8.0 / 3.0) / static_cast<double>(lags);  // power of the window: 1
  for (std::size_t l = 0; l < lags; ++l)
    window_.push_back(scale * (0.5 - 0.5 * std::cos(2.0 * pi * static_cast<double>(l) /
                                                    static_cast<double>(lags - 1))));
}

Maybe ErrorHarmonics::look(const std::vector<double>& reference, const std::vector<double>& other) {
  if (std::min(reference.size(), other.size()) < error_.size()) return {};
  for (std::size_t k = 0; k < error_.size(); ++k)
    error_[k] =
        reference[k] > 0.0 && other[k] > 0.0 ? std::log(other[k]) - std::log(reference[k]) : 0.0;
  const auto product = [&](std::size_t a, std::size_t b) {
    const auto from = error_.begin() + static_cast<std::ptrdiff_t>(a);
    return std::inner_product(from, from + static_cast<std::ptrdiff_t>(lags),
                              error_.begin() + static_cast<std::ptrdiff_t>(b), 0.0);
  };
  const double square = product(0, 0);
  double sum = 0.0;
  for (std::size_t l = 0; l < lags; ++l) {
    const double squares = square * product(l, l);
    correlation_[l] = squares > 0.0 ? product(0, l) / std::sqrt(squares) : 1.0;
    sum += correlation_[l];
  }
  for (std::size_t l = 0; l < lags; ++l)
    correlation_[l] = window_[l] * (correlation_[l] - sum / static_cast<double>(lags));
  fft_.forward(correlation_.data(), real_.data(), imaginary_.data());
  double peak = 0.0, last = std::hypot(real_[0], imaginary_[0]);
  for (std::size_t n = 1; n < real_.size(); ++n) {
    const double here = std::hypot(real_[n], imaginary_[n]);
    if (here > last) peak = std::max(peak, here * here);
    last = here;
  }
  return peak;
}

}  // namespace lacquer::measure
