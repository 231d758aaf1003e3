#include "lacquer/dsp/repair/prediction.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>

#include "lacquer/dsp/wide.h"

namespace lacquer::dsp {

namespace {
constexpr std::size_t most_terms = 129;
// Adds noise 70 dB below the music, without which a pure tone has no single best prediction.
constexpr double white = 1e-7;

/// to[n]: the sum of weights[k] * samples[n + k], in the order of k.
LACQUER_KERNEL void weighted_kernel(const double* samples, int count,
                                    std::span<const double> weights, double* to) {
  const int terms = static_cast<int>(weights.size());
  int n = 0;
  for (; n + 16 <= count; n += 16) {
    Quad first{}, second{}, third{}, fourth{};  // none need wait for another
    for (int k = 0; k < terms; ++k) {
      const double* here = samples + n + k;
      const double weight = weights[static_cast<std::size_t>(k)];
      first += weight * quads(here)[0];
      second += weight * quads(here)[1];
      third += weight * quads(here)[2];
      fourth += weight * quads(here)[3];
    }
    quads(to + n)[0] = first;
    quads(to + n)[1] = second;
    quads(to + n)[2] = third;
    quads(to + n)[3] = fourth;
  }
  for (; n < count; ++n) {
    to[n] = 0.0;
    for (int k = 0; k < terms; ++k) to[n] += weights[static_cast<std::size_t>(k)] * samples[n + k];
  }
}

LACQUER_WIDE void weighted_wide(const double* samples, int count, std::span<const double> weights,
                                double* to) {
  weighted_kernel(samples, count, weights, to);
}

void add_up_weighted(const double* samples, std::span<const double> weights, std::span<double> to) {
  (has_wide_registers() ? weighted_wide : weighted_kernel)(samples, static_cast<int>(to.size()),
                                                           weights, to.data());
}

/// Of five lags from one on: none need wait for another.
LACQUER_KERNEL void five_lags(std::span<const double> samples, std::size_t lag,
                              double* correlation) {
  Quad first{}, second{}, third{}, fourth{}, fifth{};
  std::size_t n = lag + 4;
  for (; n + 4 <= samples.size(); n += 4) {
    const Quad here = *quads(samples.data() + n);
    const double* before = samples.data() + n - lag;
    first += here * *quads(before);
    second += here * *quads(before - 1);
    third += here * *quads(before - 2);
    fourth += here * *quads(before - 3);
    fifth += here * *quads(before - 4);
  }
  const double sums[] = {sum_of(first), sum_of(second), sum_of(third), sum_of(fourth),
                         sum_of(fifth)};
  for (std::size_t k = 0; k < 5; ++k) {
    double rest = 0.0;
    for (std::size_t m = lag + k; m < std::min(lag + 4, samples.size()); ++m)
      rest += samples[m] * samples[m - lag - k];
    for (std::size_t m = n; m < samples.size(); ++m) rest += samples[m] * samples[m - lag - k];
    correlation[k] += sums[k] + rest;
  }
}

LACQUER_KERNEL void correlation_kernel(std::span<const double> samples,
                                       std::span<double> correlation) {
  std::size_t lag = 0;
  for (; lag + 5 <= correlation.size(); lag += 5) five_lags(samples, lag, correlation.data() + lag);
  for (; lag < correlation.size(); ++lag)
    for (std::size_t n = lag; n < samples.size(); ++n)
      correlation[lag] += samples[n] * samples[n - lag];
}

LACQUER_WIDE void correlation_wide(std::span<const double> samples, std::span<double> correlation) {
  correlation_kernel(samples, correlation);
}

/// The sum of products, and that of both squares, of so many errors.
LACQUER_KERNEL void burg_kernel(const double* forward, const double* backward, std::size_t count,
                                double* sums) {
  Quad products{}, squares{};
  std::size_t n = 0;
  for (; n + 4 <= count; n += 4) {
    const Quad ahead = *quads(forward + n), behind = *quads(backward + n);
    products += ahead * behind;
    squares += ahead * ahead + behind * behind;
  }
  sums[0] = sum_of(products);
  sums[1] = sum_of(squares);
  for (; n < count; ++n) {
    sums[0] += forward[n] * backward[n];
    sums[1] += forward[n] * forward[n] + backward[n] * backward[n];
  }
}

LACQUER_WIDE void burg_wide(const double* forward, const double* backward, std::size_t count,
                            double* sums) {
  burg_kernel(forward, backward, count, sums);
}

void burg_sums(const double* forward, const double* backward, std::size_t count, double* sums) {
  (has_wide_registers() ? burg_wide : burg_kernel)(forward, backward, count, sums);
}

}  // namespace

void add_autocorrelation(std::span<const double> samples, std::span<double> correlation) noexcept {
  (has_wide_registers() ? correlation_wide : correlation_kernel)(samples, correlation);
}

bool fit_prediction(std::span<const double> correlation, std::span<double> filter) noexcept {
  assert(correlation.size() == filter.size() && filter.size() <= most_terms);
  std::fill(filter.begin(), filter.end(), 0.0);
  filter[0] = 1.0;
  double error = correlation[0] * (1.0 + white);
  if (!(error > 1e-12)) return false;
  for (std::size_t m = 1; m < filter.size(); ++m) {
    double sum = correlation[m];
    for (std::size_t k = 1; k < m; ++k) sum += filter[k] * correlation[m - k];
    const double reflection = -sum / error;
    std::array<double, most_terms> next{};
    for (std::size_t k = 1; k < m; ++k) next[k] = filter[k] + reflection * filter[m - k];
    for (std::size_t k = 1; k < m; ++k) filter[k] = next[k];
    filter[m] = reflection;
    error *= 1.0 - reflection * reflection;
    if (!(error > 0.0)) return false;
  }
  return true;
}

void errors_from_before(const double* samples, std::span<const double> filter,
                        std::span<double> errors) noexcept {
  std::array<double, most_terms> turned;
  assert(filter.size() <= turned.size());
  std::reverse_copy(filter.begin(), filter.end(), turned.begin());
  add_up_weighted(samples, {turned.data(), filter.size()}, errors);
}

void errors_from_after(const double* samples, std::span<const double> filter,
                       std::span<double> errors) noexcept {
  add_up_weighted(samples, filter, errors);
}

bool fit_prediction_to(std::span<const std::span<const double>> pieces, std::span<double> filter,
                       std::span<double> scratch) noexcept {
  assert(filter.size() <= most_terms);
  std::size_t size = 0;
  for (const auto& piece : pieces) size += piece.size();
  assert(scratch.size() >= 2 * size);
  double* const forward = scratch.data();
  double* const backward = forward + size;
  double power = 0.0;
  std::size_t at = 0;
  for (const auto& piece : pieces)
    for (const double sample : piece) {
      forward[at] = backward[at] = sample;
      power += sample * sample;
      ++at;
    }
  std::fill(filter.begin(), filter.end(), 0.0);
  filter[0] = 1.0;
  if (!(power > 1e-20)) return false;
  for (std::size_t m = 1; m < filter.size(); ++m) {
    // Errors of order m - 1: forward from sample m of a piece on, backward one sample earlier.
    double product = 0.0, squares = white * power;
    std::size_t first = 0;
    for (const auto& piece : pieces) {
      if (piece.size() > m) {
        double of_piece[2] = {};
        burg_sums(forward + first + m, backward + first + m - 1, piece.size() - m, of_piece);
        product += of_piece[0];
        squares += of_piece[1];
      }
      first += piece.size();
    }
    const double reflection = -2.0 * product / squares;
    first = 0;
    for (const auto& piece : pieces) {
      for (std::size_t n = piece.size(); n-- > m;) {
        const double ahead = forward[first + n], behind = backward[first + n - 1];
        forward[first + n] = ahead + reflection * behind;
        backward[first + n] = behind + reflection * ahead;
      }
      first += piece.size();
    }
    std::array<double, most_terms> next;
    for (std::size_t k = 1; k <= m; ++k) next[k] = filter[k] + reflection * filter[m - k];
    std::copy_n(next.begin() + 1, m, filter.begin() + 1);
  }
  return true;
}

namespace {

/// The matrix of the equations holds the filter's own correlation at the distance of two unknown
/// samples; further apart than the order they know nothing of each other. `place(i)` is the i-th
/// unknown sample, in order of time, `order` samples or more from both ends.
template <typename Place>
void solve_at(double* samples, int count, const Place& place, std::span<const double> filter,
              std::span<double> scratch) noexcept {
  const int order = static_cast<int>(filter.size()) - 1;
  std::array<double, most_terms> b{};
  for (int lag = 0; lag <= order; ++lag)
    for (int k = 0; k + lag <= order; ++k)
      b[static_cast<std::size_t>(lag)] +=
          filter[static_cast<std::size_t>(k)] * filter[static_cast<std::size_t>(k + lag)];
  double* const solution = scratch.data();
  for (int i = 0; i < count; ++i) samples[place(i)] = 0.0;
  for (int i = 0; i < count; ++i) {
    const double* here = samples + place(i);
    double right = 0.0;
    for (int lag = 1; lag <= order; ++lag)
      right -= b[static_cast<std::size_t>(lag)] * (here[-lag] + here[lag]);
    solution[i] = right;
  }
  // Cholesky within the band; row i is kept as its last order + 1 entries.
  double* const rows = solution + count;
  const auto entry = [&](int i, int j) -> double& {
    return rows[static_cast<std::ptrdiff_t>(i) * (order + 1) + (j - i + order)];
  };
  const auto begin_of = [&](int i, int from) {
    while (place(i) - place(from) > order) ++from;
    return from;
  };
  int begin = 0;
  for (int i = 0; i < count; ++i) {
    begin = begin_of(i, begin);
    for (int j = begin; j <= i; ++j) {
      double sum = b[static_cast<std::size_t>(place(i) - place(j))];
      for (int k = begin; k < j; ++k) sum -= entry(i, k) * entry(j, k);
      entry(i, j) = i == j ? std::sqrt(std::max(sum, 1e-30)) : sum / entry(j, j);
    }
  }
  begin = 0;
  for (int i = 0; i < count; ++i) {
    begin = begin_of(i, begin);
    for (int k = begin; k < i; ++k) solution[i] -= entry(i, k) * solution[k];
    solution[i] /= entry(i, i);
  }
  for (int i = count - 1; i >= 0; --i) {
    for (int k = i + 1; k < count && place(k) - place(i) <= order; ++k)
      solution[i] -= entry(k, i) * solution[k];
    solution[i] /= entry(i, i);
  }
  for (int i = 0; i < count; ++i) samples[place(i)] = solution[i];
}

}  // namespace

void interpolate(std::span<double> around, int frames, std::span<const double> filter,
                 std::span<double> scratch) noexcept {
  const int order = static_cast<int>(filter.size()) - 1;
  assert(static_cast<int>(around.size()) == frames + 2 * order);
  assert(scratch.size() >= static_cast<std::size_t>(frames) * (filter.size() + 1));
  solve_at(
      around.data(), frames, [order](int i) { return order + i; }, filter, scratch);
}

void interpolate_at(std::span<double> samples, std::span<const int> places,
                    std::span<const double> filter, std::span<double> scratch) noexcept {
  assert(scratch.size() >= places.size() * (filter.size() + 1));
  assert(places.empty() || (places.front() >= static_cast<int>(filter.size()) - 1 &&
                            places.back() < static_cast<int>(samples.size() - filter.size() + 1)));
  solve_at(
      samples.data(), static_cast<int>(places.size()),
      [places](int i) { return places[static_cast<std::size_t>(i)]; }, filter, scratch);
}

}  // namespace lacquer::dsp
