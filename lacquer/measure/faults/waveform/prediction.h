#pragma once

#include <span>
#include <vector>

/// Linear prediction over a few hundred samples.
///
/// A filter of order p is p + 1 numbers, the first of them 1: the error of sample n is the sum of
/// filter[k] * x[n - k].
namespace lacquer::measure {

/// Adds the autocorrelation of `samples` at lags 0 .. size - 1.
void add_autocorrelation(std::span<const double> samples, std::span<double> correlation) noexcept;

/// Levinson's recursion. False if the correlation is that of nothing.
bool fit_prediction(std::span<const double> correlation, std::span<double> filter) noexcept;

/// Errors of predicting each sample from the `order` before it, from samples[order] on.
void errors_from_before(const double* samples, std::span<const double> filter,
                        std::span<double> errors) noexcept;
/// Errors of predicting each sample from the `order` after it, from samples[0] on.
void errors_from_after(const double* samples, std::span<const double> filter,
                       std::span<double> errors) noexcept;

/// What `frames` samples in the middle of `around` (order samples on both sides of them) would be
/// for the sum of squared errors to be least.
std::vector<double> interpolated(std::span<const double> around, int frames,
                                 std::span<const double> filter);

}  // namespace lacquer::measure
